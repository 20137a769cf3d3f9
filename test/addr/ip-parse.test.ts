import { isIP, isIPv4 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIP } from "#lib/addr/index.js";

const hex = (s: string): string | undefined => {
  const ip = parseIP(s);
  return ip === null ? undefined : Buffer.from(ip.bytes).toString("hex");
};

/** Text built to be almost an address: an address with a character replaced, put in or taken out. */
const nearly = fc
  .tuple(
    fc.oneof(fc.ipV4(), fc.ipV6()),
    fc.nat(45),
    fc.nat(2),
    fc.constantFrom(...Array.from("0123456789abfABFgG:./ -+x"), "::", "255", "٣", "\0"),
  )
  .map(([s, at, cut, put]) => s.slice(0, at) + put + s.slice(at + cut));

describe("parseIP", () => {
  it.each([
    ["0.0.0.0", "00000000000000000000ffff00000000"],
    ["192.0.2.1", "00000000000000000000ffffc0000201"],
    ["255.255.255.255", "00000000000000000000ffffffffffff"],
    ["1.10.100.9", "00000000000000000000ffff010a6409"],
  ])("reads %s into the 16-byte form", (s, bytes) => {
    expect(hex(s)).toBe(bytes);
  });

  it.each([
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["1::", "00010000000000000000000000000000"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["2001:DB8::aBcD", "20010db800000000000000000000abcd"],
    ["1::8", "00010000000000000000000000000008"],
    ["::2:3:4:5:6:7:8", "00000002000300040005000600070008"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["1:2:3::5:6:7:8", "00010002000300000005000600070008"],
    ["0001:0002::ffff", "0001000200000000000000000000ffff"],
  ])("reads %s", (s, bytes) => {
    expect(hex(s)).toBe(bytes);
  });

  it.each([
    ["::192.0.2.1", "000000000000000000000000c0000201"],
    ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
    ["64:ff9b::192.0.2.33", "0064ff9b0000000000000000c0000221"],
    ["1:2:3:4:5:6:255.255.255.255", "000100020003000400050006ffffffff"],
    ["ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "f".repeat(32)],
    ["1:2:3:4:5::1.2.3.4", "00010002000300040005000001020304"],
  ])("reads the IPv4 tail of %s", (s, bytes) => {
    expect(hex(s)).toBe(bytes);
  });

  it.each(["01.2.3.4", "1.2.3.04", "00.0.0.0", "0.0.0.000", "1.2.3.0x4", "0x7f000001", "0177.0.0.1"])(
    "refuses %j: no leading zeros, octal or hex in IPv4",
    (s) => expect(parseIP(s)).toBeNull(),
  );

  it.each([
    "1",
    "1.2",
    "1.2.3",
    "2130706433",
    "1.2.3.",
    ".1.2.3.4",
    "1..3.4",
    "1.2.3.4.",
    "1.2.3.4.5",
    "...",
    "1.2.34",
  ])("refuses %j: IPv4 has exactly four octets", (s) => expect(parseIP(s)).toBeNull());

  it.each([
    "256.0.0.1",
    "1.2.3.256",
    "1.2.3.999",
    "1.2.3.4294967297",
    "1.42949672970.1",
    "-1.2.3.4",
    "1.2.3.1e1",
  ])("refuses %j: an octet is 0 to 255 in digits", (s) => expect(parseIP(s)).toBeNull());

  it.each([
    ":",
    ":::",
    "1:::2",
    "1::2::3",
    "::1::",
    "::1:",
    ":1::",
    ":1",
    "1:",
    "1:2:3:4:5:6:7:8:",
    ":1:2:3:4:5:6:7:8",
  ])("refuses %j: a colon too many or too few", (s) => expect(parseIP(s)).toBeNull());

  it.each([
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8::",
    "1::2:3:4:5:6:7:8:9",
    "1::2:3:4:5:6:7:8:9:a",
  ])("refuses %j: eight groups, and :: stands for at least one", (s) => expect(parseIP(s)).toBeNull());

  it.each(["12345::", "::00001", "1:2:3:4:5:6:7:00008", "::g", "::-1", "::0x1", "::1 ", "::\uff11", "::/1"])(
    "refuses %j: a group is one to four hex digits",
    (s) => expect(parseIP(s)).toBeNull(),
  );

  it.each([
    "1:2:3:4:5:6:7:1.2.3.4",
    "1::2:3:4:5:6:7:1.2.3.4",
    "1::2:3:4:5:6:7:8:1.2.3.4",
    "1:2:3:4:5:1.2.3.4",
    "1:2:3:4:5:6::1.2.3.4",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3",
    "::01.2.3.4",
    "::1.2.3.4.5",
    "::256.1.1.1",
    "::a.1.1.1",
    "::.1.1.1",
  ])("refuses %j: an IPv4 tail is whole, and last", (s) => expect(parseIP(s)).toBeNull());

  it.each([
    "",
    " ",
    " 1.2.3.4",
    "1.2.3.4 ",
    "1.2.3.4\n",
    "1.2.3.4\0",
    "::1%lo",
    "1.2.3.4%lo",
    "[::1]",
    "::1/128",
    "localhost",
  ])("refuses %j: nothing but the address", (s) => expect(parseIP(s)).toBeNull());

  it.each([undefined, null, 1, {}, ["::1"]])("throws a TypeError for %j", (s) => {
    expect(() => parseIP(s as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("keeps nothing from one call to the next", () => {
    expect(hex("1:2:3:4:5:6:7:8")).toBeDefined();
    expect(hex("1:2:3:4:5:6:7:x")).toBeUndefined();
    expect(hex("::")).toBe("0".repeat(32));
  });

  it("reads text that is a slice or a concatenation of other text", () => {
    const page = "the address 2001:db8::1234:5678 and no other";
    expect(hex(page.slice(12, 31))).toBe("20010db8000000000000000012345678");
    expect(hex(["198.51", "100.7"].join("."))).toBe("00000000000000000000ffffc6336407");
  });

  it("accepts just what node:net accepts, zones apart", () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), (s) => {
        expect(parseIP(s) !== null).toBe(isIP(s) !== 0);
      }),
      { numRuns: 5000 },
    );
  });

  it("reads each octet where it stands", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (octets) => {
        const s = octets.join(".");
        expect(isIPv4(s)).toBe(true);
        expect(parseIP(s)?.to4()?.bytes).toEqual(octets);
      }),
    );
  });

  it("reads each group where it stands", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const digits = Buffer.from(bytes).toString("hex");
        expect(hex(digits.match(/.{4}/g)!.join(":"))).toBe(digits);
      }),
    );
  });
});
