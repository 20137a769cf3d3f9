import { isIP } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIP } from "rawconn";
import { Addr, LiteralError, mustParseAddr, parseAddr } from "rawconn/netip";

const refusal = (s: string): string => {
  try {
    return `accepted as ${parseAddr(s).toString()}`;
  } catch (error) {
    expect(error).toBeInstanceOf(LiteralError);
    expect(error).toMatchObject({ name: "LiteralError", code: "ERR_PARSE" });
    return (error as Error).message;
  }
};

describe("parseAddr", () => {
  it.each([
    ["0.0.0.0", "00000000"],
    ["192.0.2.1", "c0000201"],
    ["1.10.100.9", "010a6409"],
    ["255.255.255.255", "ffffffff"],
    ["::", "0".repeat(32)],
    ["2001:DB8::aBcD", "20010db800000000000000000000abcd"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::ffff:1.2.3.4", "00000000000000000000ffff01020304"],
    ["1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"],
  ])("reads %s", (s, hex) => {
    expect(Buffer.from(parseAddr(s).asSlice()!).toString("hex")).toBe(hex);
  });

  it.each([
    ["fe80::1%eth0", "eth0"],
    ["fe80::1%1", "1"],
    ["fe80::1% ", " "],
    ["fe80::1%a%b", "a%b"],
    ["fe80::1%/.:[]é😀", "/.:[]é😀"],
    ["::ffff:1.2.3.4%lo", "lo"],
    ["::%\0", "\0"],
  ])("reads the zone of %j, which begins after the first percent sign", (s, zone) => {
    expect(parseAddr(s).zone).toBe(zone);
    expect(parseAddr(s).withZone("").toString()).toBe(s.slice(0, s.indexOf("%")));
  });

  it.each([
    ["", "unable to parse IP"],
    ["bad", "unable to parse IP"],
    ["0x7f000001", "unable to parse IP"],
    ["%eth0", "missing IPv6 address"],
    ["1%:.", "missing IPv6 address"],
    ["127.1", "IPv4 address too short"],
    ["1.2.3", "IPv4 address too short"],
    ["1.2.3.4.5", "IPv4 address too long"],
    ["1.2.3.4.x", "IPv4 address too long"],
    ["1.2.3.4.", 'IPv4 field must have at least one digit (at ".")'],
    [".1.2.3", 'IPv4 field must have at least one digit (at ".1.2.3")'],
    ["1..2.3", 'IPv4 field must have at least one digit (at ".2.3")'],
    ["256.0.0.1", "IPv4 field has value >255"],
    ["1.2.3.1000", "IPv4 field has value >255"],
    ["1.4294967297.0.1", "IPv4 field has value >255"],
    ["01.2.3.4", "IPv4 field has octet with leading zero"],
    ["1.2.3.00", "IPv4 field has octet with leading zero"],
    ["1.2.3.4%lo", 'unexpected character (at "%lo")'],
    ["1.2.3.0x4", 'unexpected character (at "x4")'],
    ["1.2.3.4:80", 'unexpected character (at ":80")'],
    ["-1.2.3.4", 'unexpected character (at "-1.2.3.4")'],
    [":", 'each colon-separated field must have at least one digit (at ":")'],
    [":1", 'each colon-separated field must have at least one digit (at ":1")'],
    [":::", 'each colon-separated field must have at least one digit (at ":")'],
    ["::g%z", 'each colon-separated field must have at least one digit (at "g")'],
    ["1:", 'colon must be followed by more characters (at ":")'],
    ["1::2::3", 'multiple :: in address (at ":3")'],
    ["1:2:3", "address string too short"],
    ["1:2:3:4:5:6:7:8:9", 'trailing garbage after address (at "9")'],
    ["1:2:3:4:5:6:7::8", "the :: must expand to at least one field of zeros"],
    ["1:2:3:4:5:6:7:8::", "the :: must expand to at least one field of zeros"],
    ["12345::", 'each group must have 4 or less digits (at "12345::")'],
    ["::00001%z", 'each group must have 4 or less digits (at "00001")'],
    ["::1/64", 'unexpected character, want colon (at "/64")'],
    ["::1%", "zone must be a non-empty string"],
    ["::1.2.3", "IPv4 address too short"],
    ["::1.2.3.z%z", 'unexpected character (at "z")'],
    [
      "1:2:3:4:5:1.2.3.4",
      'embedded IPv4 address must replace the final 2 fields of the address (at "1.2.3.4")',
    ],
    [
      "1::2:3:4:5:6:7:1.2.3.4",
      'too many hex fields to fit an embedded IPv4 at the end of the address (at "1.2.3.4")',
    ],
  ])("refuses %j: %s", (s, reason) => {
    expect(refusal(s)).toBe(`ParseAddr(${JSON.stringify(s)}): ${reason}`);
  });

  it("quotes what it refuses as Go does", () => {
    expect(refusal('"\\\x07\b\t\n\v\f\r')).toBe(
      String.raw`ParseAddr("\"\\\a\b\t\n\v\f\r"): unable to parse IP`,
    );
    expect(refusal("\0\x1f\x7f")).toBe(String.raw`ParseAddr("\x00\x1f\x7f"): unable to parse IP`);
    expect(refusal("aé٣😀 ")).toBe('ParseAddr("aé٣😀 "): unable to parse IP');
    expect(refusal("\u0080\u00a0\u200b\ud800\u{e0001}")).toBe(
      String.raw`ParseAddr("\u0080\u00a0\u200b\ud800\U000e0001"): unable to parse IP`,
    );
  });

  it("has a second name, whose errors are the same", () => {
    expect(mustParseAddr("::1").toString()).toBe("::1");
    expect(() => mustParseAddr("x")).toThrow(LiteralError);
  });

  it("takes what node:net and parseIP take, but for zones and their emptiness", () => {
    const nearly = fc
      .tuple(
        fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended()),
        fc.nat(45),
        fc.nat(2),
        fc.constantFrom("0", ":", ".", "x", "F", "9", "/", "::", "25"),
      )
      .map(([s, at, cut, put]) => s.slice(0, at) + put + s.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(nearly, fc.ipV4(), fc.ipV6()), (s) => {
        const accepted = !refusal(s).startsWith("ParseAddr");
        expect(accepted).toBe(isIP(s) !== 0);
        expect(parseIP(s)?.toString()).toBe(accepted ? parseAddr(s).unmap().toString() : undefined);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("Addr.unmarshalText", () => {
  it("reads bytes and strings, and makes the zero value of nothing", () => {
    expect(Addr.unmarshalText(Buffer.from("fe80::1%é")).toString()).toBe("fe80::1%é");
    expect(Addr.unmarshalText("1.2.3.4").toString()).toBe("1.2.3.4");
    expect(Addr.unmarshalText("").isValid()).toBe(false);
    expect(Addr.unmarshalText(new Uint8Array()).isValid()).toBe(false);
    expect(() => Addr.unmarshalText("invalid IP")).toThrow('ParseAddr("invalid IP"): unable to parse IP');
  });

  it("drops no byte order mark", () => {
    expect(() => Addr.unmarshalText(Buffer.from("\ufeff1.2.3.4"))).toThrow(String.raw`(at "\ufeff1.2.3.4")`);
  });
});
