import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Addr,
  addrFromSlice,
  LiteralError,
  mustParsePrefix,
  parseAddr,
  parsePrefix,
  Prefix,
  prefixFrom,
} from "rawconn/netip";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Prefixes of few different bits, so that one often contains another. */
const nested = fc
  .tuple(
    fc.constantFrom(4, 16),
    fc.array(fc.constantFrom(0, 1, 128, 255), { minLength: 16, maxLength: 16 }),
    fc.nat(128),
  )
  .map(([length, bytes, bits]) => {
    const addr = addrFromSlice(Uint8Array.from(bytes.slice(0, length)))!;
    return prefixFrom(addr, bits % (addr.bitLen + 1));
  });

/** The bits of an address as text, to compare the beginnings of. */
const bitsOf = (addr: Addr): string =>
  Array.from(addr.asSlice()!, (byte) => byte.toString(2).padStart(8, "0")).join("");

describe("parsePrefix", () => {
  it.each([
    ["0.0.0.0/0", "0.0.0.0", 0],
    ["192.168.1.7/24", "192.168.1.7", 24],
    ["1.2.3.4/32", "1.2.3.4", 32],
    ["::/0", "::", 0],
    ["2001:db8::1/128", "2001:db8::1", 128],
    ["::ffff:1.2.3.4/37", "::ffff:1.2.3.4", 37],
  ])("reads %s, all its bits, and prints it", (s, addr, bits) => {
    const prefix = parsePrefix(s);
    expect([prefix.addr.toString(), prefix.bits, prefix.toString(), prefix.isValid()]).toEqual([
      addr,
      bits,
      s,
      true,
    ]);
  });

  it.each([
    ["", "no '/'"],
    ["1.2.3.4", "no '/'"],
    ["/", 'ParseAddr(""): unable to parse IP'],
    ["1.2.3/8", 'ParseAddr("1.2.3"): IPv4 address too short'],
    ["1.2.3.4/8/8", 'ParseAddr("1.2.3.4/8"): unexpected character (at "/8")'],
    ["fe80::1%z/64", "IPv6 zones cannot be present in a prefix"],
    ["fe80::1%z/x", "IPv6 zones cannot be present in a prefix"],
    ["1.2.3.4/33", "prefix length out of range"],
    ["::/129", "prefix length out of range"],
    ["::/1000", "prefix length out of range"],
    ["::/9223372036854775807", "prefix length out of range"],
    ["::/9223372036854775808", 'bad bits after slash: "9223372036854775808"'],
    ["1.2.3.4/", 'bad bits after slash: ""'],
    ["1.2.3.4/-1", 'bad bits after slash: "-1"'],
    ["1.2.3.4/+8", 'bad bits after slash: "+8"'],
    ["1.2.3.4/08", 'bad bits after slash: "08"'],
    ["1.2.3.4/00", 'bad bits after slash: "00"'],
    ["1.2.3.4/ 8", 'bad bits after slash: " 8"'],
    ["1.2.3.4/8_", 'bad bits after slash: "8_"'],
    ["1.2.3.4/٣", 'bad bits after slash: "٣"'],
  ])("refuses %j: %s", (s, reason) => {
    const message = `netip.ParsePrefix(${JSON.stringify(s)}): ${reason}`;
    expect(() => parsePrefix(s)).toThrow(LiteralError);
    expect(() => mustParsePrefix(s)).toThrow(expect.objectContaining({ message, code: "ERR_PARSE" }));
  });
});

describe("Prefix", () => {
  it("has no zone", () => {
    expect(prefixFrom(parseAddr("fe80::1%z"), 64).toString()).toBe("fe80::1/64");
  });

  it("is invalid, and keeps its address, when the length does not suit", () => {
    for (const [s, bits] of [
      ["1.2.3.4", -1],
      ["1.2.3.4", 33],
      ["::1", 129],
      ["::1", -1000],
    ] as const) {
      const prefix = prefixFrom(parseAddr(s), bits);
      expect([prefix.isValid(), prefix.bits, prefix.addr.toString()]).toEqual([false, -1, s]);
      expect([prefix.toString(), prefix.toJSON()]).toEqual(["invalid Prefix", "invalid Prefix"]);
      expect([prefix.isSingleIP(), prefix.contains(prefix.addr), prefix.overlaps(prefix)]).toEqual([
        false,
        false,
        false,
      ]);
      expect(prefix.masked().equals(new Prefix())).toBe(true);
    }
  });

  it("is zero without an address", () => {
    for (const zero of [new Prefix(), prefixFrom(new Addr(), 0), prefixFrom(new Addr(), 8)]) {
      expect([zero.isValid(), zero.bits, zero.addr.isValid(), zero.isSingleIP()]).toEqual([
        false,
        -1,
        false,
        false,
      ]);
      expect([zero.toString(), zero.toJSON(), hex(zero.marshalBinary())]).toEqual([
        "invalid Prefix",
        "",
        "ff",
      ]);
      expect(zero.contains(new Addr())).toBe(false);
      expect(zero.equals(new Prefix())).toBe(true);
    }
  });

  it("refuses a length that is no integer", () => {
    for (const bits of [1.5, NaN, Infinity]) {
      const error = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
      expect(() => prefixFrom(parseAddr("::1"), bits)).toThrow(error);
      expect(() => new Prefix(parseAddr("::1"), bits)).toThrow(error);
    }
  });

  it("is one address only when all bits count", () => {
    const all = ["1.2.3.4/32", "1.2.3.4/31", "::1/128", "::1/32", "::1/127", "0.0.0.0/0"];
    expect(all.filter((s) => parsePrefix(s).isSingleIP())).toEqual(["1.2.3.4/32", "::1/128"]);
  });

  it("contains the addresses that begin with its bits", () => {
    fc.assert(
      fc.property(nested, nested, (prefix, { addr }) => {
        const begins = bitsOf(addr).startsWith(bitsOf(prefix.addr).slice(0, prefix.bits));
        expect(prefix.contains(addr)).toBe(addr.bitLen === prefix.addr.bitLen && begins);
        expect(prefix.contains(prefix.addr)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("contains no address of the other family, of a zone, or of none", () => {
    const contains = (prefix: string, addr: string): boolean =>
      parsePrefix(prefix).contains(Addr.unmarshalText(addr));
    expect(contains("0.0.0.0/0", "::ffff:1.2.3.4")).toBe(false);
    expect(contains("::/0", "1.2.3.4")).toBe(false);
    expect(contains("::/0", "fe80::1%z")).toBe(false);
    expect(contains("::/0", "")).toBe(false);
    expect(contains("::ffff:0.0.0.0/96", "::ffff:1.2.3.4")).toBe(true);
  });

  it("overlaps what contains it or is contained", () => {
    fc.assert(
      fc.property(nested, nested, (a, b) => {
        const overlap = a.contains(b.masked().addr) || b.contains(a.masked().addr);
        expect([a.overlaps(b), b.overlaps(a), a.overlaps(a)]).toEqual([overlap, overlap, true]);
      }),
      { numRuns: 2000 },
    );
  });

  it("masked has the same addresses and no further bits", () => {
    fc.assert(
      fc.property(nested, (prefix) => {
        const masked = prefix.masked();
        expect(bitsOf(masked.addr)).toBe(
          bitsOf(prefix.addr).slice(0, prefix.bits).padEnd(prefix.addr.bitLen, "0"),
        );
        expect(masked.bits).toBe(prefix.bits);
        expect(masked.masked().equals(masked)).toBe(true);
      }),
    );
  });

  it("is ordered by validity, family, network, length, address", () => {
    const ascending = [
      new Prefix(),
      prefixFrom(parseAddr("9.9.9.9"), 33),
      prefixFrom(parseAddr("::9"), -1),
      ...["0.0.0.0/0", "9.0.0.0/0", "1.0.0.0/8", "1.2.0.0/8", "1.0.0.0/9", "1.0.0.1/32", "1.2.0.0/16"].map(
        parsePrefix,
      ),
      ...["::/0", "::1/0", "::/128", "fe80::/48", "fe80::1/48", "fe80::/64"].map(parsePrefix),
    ];
    ascending.forEach((a, i) =>
      ascending.forEach((b, j) => {
        expect(`${a} ${b} ${a.compare(b)}`).toBe(`${a} ${b} ${Math.sign(i - j)}`);
        expect([a.equals(b), a.key === b.key]).toEqual([i === j, i === j]);
      }),
    );
  });

  it("is in bytes the address and the length", () => {
    expect(hex(parsePrefix("1.2.3.4/24").marshalBinary())).toBe("0102030418");
    expect(hex(parsePrefix("::1/128").appendBinary(Uint8Array.of(9)))).toBe(`09${"00".repeat(15)}0180`);
    expect(hex(prefixFrom(parseAddr("1.2.3.4"), 99).marshalBinary())).toBe("01020304ff");
  });

  it("comes after what there is as text, too: the zero one is none, an invalid one says so", () => {
    const b = Uint8Array.of(120);
    for (const [prefix, text] of [
      [parsePrefix("1.2.3.4/24"), "x1.2.3.4/24"],
      [prefixFrom(parseAddr("1.2.3.4"), 99), "xinvalid Prefix"],
      [new Prefix(), "x"],
    ] as const) {
      expect(Buffer.from(prefix.appendTo(b)).toString()).toBe(text);
      expect(prefix.appendText(b)).toEqual(prefix.appendTo(b));
    }
  });

  it("comes out of bytes and text again", () => {
    const all = [
      new Prefix(),
      prefixFrom(parseAddr("1.2.3.4"), 99),
      parsePrefix("1.2.3.4/0"),
      parsePrefix("::1/128"),
    ];
    for (const prefix of all) {
      expect(Prefix.unmarshalBinary(prefix.marshalBinary()).equals(prefix)).toBe(true);
      if (prefix.isValid()) expect(Prefix.unmarshalText(prefix.marshalText()).equals(prefix)).toBe(true);
    }
    expect(Prefix.unmarshalText("").equals(new Prefix())).toBe(true);
    expect(() => Prefix.unmarshalText(all[1].marshalText())).toThrow("no '/'");
    expect(Prefix.unmarshalBinary(Uint8Array.of(24)).equals(new Prefix())).toBe(true);
  });

  it.each([0, 2, 4, 6, 16])("does not come out of %i bytes", (length) => {
    expect(() => Prefix.unmarshalBinary(new Uint8Array(length))).toThrow(
      expect.objectContaining({ message: "unexpected slice size", code: "ERR_PARSE" }),
    );
  });

  it("shows its text in JSON and in the console", () => {
    expect(JSON.stringify([parsePrefix("10.0.0.0/8"), new Prefix()])).toBe('["10.0.0.0/8",""]');
    expect(inspect(parsePrefix("10.0.0.0/8"))).toBe("Prefix 10.0.0.0/8");
  });
});
