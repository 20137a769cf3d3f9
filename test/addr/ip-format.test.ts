import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IP, ipv4, parseIP } from "#lib/addr/index.js";

const ofHex = (hex: string): IP => IP.from(Buffer.from(hex, "hex"));

/** Sixteen bytes in which runs of zero groups are as common as they are in real addresses. */
const sparse = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(0xffff), fc.nat(0xff)), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => new Uint8Array(groups.flatMap((group) => [group >> 8, group & 255])));

describe("IP.toString", () => {
  it.each([
    ["00000000", "0.0.0.0"],
    ["01020304", "1.2.3.4"],
    ["ffffffff", "255.255.255.255"],
    ["00000000000000000000ffffc0000201", "192.0.2.1"],
  ])("prints %s as dotted decimal", (hex, text) => {
    expect(ofHex(hex).toString()).toBe(text);
  });

  it.each([
    ["00000000000000000000000000000000", "::", "every group"],
    ["00000000000000000000000000000001", "::1", "at the front"],
    ["20010db8000000000000000000000000", "2001:db8::", "at the end"],
    ["20010db8000000000000000000020001", "2001:db8::2:1", "in the middle"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1", "never a single group"],
    ["20010000000000010000000000000001", "2001:0:0:1::1", "the longest run"],
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1", "the first of two equal runs"],
    ["00000000000100020003000400000000", "::1:2:3:4:0:0", "the first of two equal runs at the ends"],
    ["00010002000300040005000600070000", "1:2:3:4:5:6:7:0", "not one group at the end"],
    ["00010002000300040005000600070008", "1:2:3:4:5:6:7:8", "nothing to shorten"],
  ])("shortens %s to %s: %s", (hex, text) => {
    expect(ofHex(hex).toString()).toBe(text);
  });

  it("writes groups in lower case without leading zeros", () => {
    expect(ofHex("0abc00ab000a01000010ffff0f0f00f0").toString()).toBe("abc:ab:a:100:10:ffff:f0f:f0");
  });

  it("prints only the mapped prefix as IPv4", () => {
    expect(ofHex("000000000000000000000000c0000201").toString()).toBe("::c000:201");
    expect(ofHex("00000000000000000001ffffc0000201").toString()).toBe("::1:ffff:c000:201");
    expect(ofHex("00010000000000000000ffffc0000201").toString()).toBe("1::ffff:c000:201");
    expect(ofHex("00000000000100000000ffffc0000201").toString()).toBe("::1:0:0:ffff:c000:201");
  });

  it("is read back as the same address", () => {
    fc.assert(
      fc.property(fc.oneof(sparse, fc.uint8Array({ minLength: 4, maxLength: 4 })), (bytes) => {
        const ip = IP.from(bytes);
        expect(parseIP(ip.toString())?.bytes).toEqual(ip.to16().bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("prints what the WHATWG URL serializer prints", () => {
    fc.assert(
      fc.property(sparse, (bytes) => {
        const ip = IP.from(bytes);
        fc.pre(ip.to4() === null);
        expect(`[${ip.toString()}]`).toBe(new URL(`http://[${ip.toString()}]`).hostname);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives one text for every spelling of an address", () => {
    fc.assert(
      fc.property(fc.ipV6(), (s) => {
        const text = parseIP(s)!.toString();
        expect(parseIP(text)!.toString()).toBe(text);
        expect(parseIP(s.toUpperCase())!.toString()).toBe(text);
      }),
    );
  });
});

describe("an IP shown", () => {
  it("is its text in JSON and as a string", () => {
    expect(JSON.stringify({ ip: ipv4(192, 0, 2, 1) })).toBe('{"ip":"192.0.2.1"}');
    expect(String(parseIP("2001:DB8::1"))).toBe("2001:db8::1");
  });

  it("names its class and address in the console", () => {
    expect(inspect({ ip: parseIP("::1") })).toBe("{ ip: IP ::1 }");
  });
});
