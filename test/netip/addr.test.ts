import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IP, parseIP } from "rawconn";
import {
  Addr,
  addrFrom16,
  addrFrom4,
  addrFromSlice,
  ipv4Unspecified,
  ipv6LinkLocalAllNodes,
  ipv6LinkLocalAllRouters,
  ipv6Loopback,
  ipv6Unspecified,
  parseAddr,
} from "rawconn/netip";

const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString("hex");
const texts = (...addrs: Addr[]): string[] => addrs.map(String);
const code = (value: string): unknown => expect.objectContaining({ code: value });

const bytes4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** Runs of ones and zeros are as common as chance is, for carries. */
const bytes16 = fc
  .array(fc.oneof(fc.constant(0), fc.constant(255), fc.nat(255)), { minLength: 16, maxLength: 16 })
  .map((bytes) => Uint8Array.from(bytes));
const number = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`);

/** In the order in which they come, each less than the next. */
const ascending = [
  new Addr(),
  ...[
    "0.0.0.0",
    "1.2.3.4",
    "127.255.255.255",
    "128.0.0.0",
    "255.255.255.255",
    "::",
    "::%a",
    "::1",
    "::1%a",
    "::1%b",
    "::1%\ufb00",
    "::1%\u{10000}",
    "::8000:0",
    "::ffff:1.2.3.4",
    "::1:0:0:0",
    "0:0:8000::",
    "7fff::",
    "8000::",
    "ffff::",
  ].map(parseAddr),
];

describe("the zero Addr", () => {
  const zero = new Addr();

  it("is no address, and says so", () => {
    expect([zero.isValid(), zero.is4(), zero.is6(), zero.is4In6()]).toEqual([false, false, false, false]);
    expect([zero.bitLen, zero.zone, zero.key, zero.toJSON()]).toEqual([0, "", "", ""]);
    expect([zero.toString(), zero.stringExpanded()]).toEqual(["invalid IP", "invalid IP"]);
    expect([zero.asSlice(), hex(zero.as16())]).toEqual([null, "00".repeat(16)]);
    expect([zero.marshalText().length, zero.marshalBinary().length]).toEqual([0, 0]);
  });

  it("is of no kind", () => {
    const kinds = [
      zero.isUnspecified(),
      zero.isLoopback(),
      zero.isPrivate(),
      zero.isMulticast(),
      zero.isInterfaceLocalMulticast(),
      zero.isLinkLocalMulticast(),
      zero.isLinkLocalUnicast(),
      zero.isGlobalUnicast(),
    ];
    expect(kinds).toEqual(kinds.map(() => false));
  });

  it("stays what it is", () => {
    const all = [zero.next(), zero.prev(), zero.unmap(), zero.withZone("eth0"), zero.prefix(99).addr];
    expect(all.map((addr) => addr.isValid())).toEqual(all.map(() => false));
    expect(zero.prefix(0).bits).toBe(-1);
    expect(() => zero.prefix(-1)).toThrow("negative Prefix bits");
  });

  it("cannot be made anything else", () => {
    expect(() => new (Addr as unknown as new (s: string) => Addr)("1.2.3.4")).toThrow(
      code("ERR_INVALID_ARG_TYPE"),
    );
  });
});

describe("addresses of bytes", () => {
  it("are those bytes, copied in and out", () => {
    for (const [bytes, make] of [
      [Uint8Array.of(192, 0, 2, 1), addrFrom4],
      [Uint8Array.from({ length: 16 }, (_, i) => i * 17), addrFrom16],
    ] as const) {
      const addr = make(bytes);
      const original = hex(bytes);
      bytes.fill(0);
      addr.asSlice()!.fill(0);
      addr.as16().fill(0);
      expect(hex(addr.asSlice())).toBe(original);
    }
  });

  it("of 16 bytes are IPv6, even mapped ones", () => {
    const mapped = addrFrom16(parseIP("1.2.3.4")!.bytes);
    expect([mapped.is6(), mapped.is4In6(), mapped.bitLen, mapped.toString()]).toEqual([
      true,
      true,
      128,
      "::ffff:1.2.3.4",
    ]);
  });

  it.each([0, 1, 3, 5, 8, 15, 17, 20])("addrFromSlice makes null of %i", (length) => {
    expect(addrFromSlice(new Uint8Array(length))).toBeNull();
  });

  it.each([0, 3, 5, 15, 16, 17])("addrFrom4 refuses %i", (length) => {
    expect(() => addrFrom4(new Uint8Array(length))).toThrow(code("ERR_INVALID_ARG_VALUE"));
  });

  it.each([0, 4, 15, 17])("addrFrom16 refuses %i", (length) => {
    expect(() => addrFrom16(new Uint8Array(length))).toThrow(code("ERR_INVALID_ARG_VALUE"));
  });

  it("come from an IP and go back to one", () => {
    expect(texts(addrFromSlice(parseIP("1.2.3.4")!)!, addrFromSlice(parseIP("1.2.3.4")!.to4()!)!)).toEqual([
      "::ffff:1.2.3.4",
      "1.2.3.4",
    ]);
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes16), (bytes) => {
        const addr = addrFromSlice(IP.from(bytes))!;
        expect(addr.equals(addrFromSlice(bytes)!)).toBe(true);
        expect(hex(IP.from(addr.asSlice()!).bytes)).toBe(hex(bytes));
      }),
    );
  });

  it("of either family go to 4 and to 16 bytes", () => {
    expect(hex(parseAddr("1.2.3.4").as16())).toBe("00000000000000000000ffff01020304");
    expect(hex(parseAddr("fe80::1%eth0").as16())).toBe("fe800000000000000000000000000001");
    expect(hex(parseAddr("1.2.3.4").as4())).toBe("01020304");
    expect(hex(parseAddr("::ffff:1.2.3.4%eth0").as4())).toBe("01020304");
    expect(() => parseAddr("::1").as4()).toThrow("As4 called on IPv6 address");
    expect(() => new Addr().as4()).toThrow("As4 called on IP zero value");
    expect(() => new Addr().as4()).toThrow(code("ERR_INVALID_ARG_VALUE"));
  });
});

describe("the named addresses", () => {
  it("are what they are called", () => {
    expect(
      texts(
        ipv4Unspecified(),
        ipv6Unspecified(),
        ipv6Loopback(),
        ipv6LinkLocalAllNodes(),
        ipv6LinkLocalAllRouters(),
      ),
    ).toEqual(["0.0.0.0", "::", "::1", "ff02::1", "ff02::2"]);
  });
});

describe("families and zones", () => {
  it("unmap takes the mapping and the zone away, and leaves others alone", () => {
    expect(
      texts(
        ...["::ffff:1.2.3.4", "::ffff:1.2.3.4%z", "::1.2.3.4", "fe80::1%z"].map((s) => parseAddr(s).unmap()),
      ),
    ).toEqual(["1.2.3.4", "1.2.3.4", "::102:304", "fe80::1%z"]);
  });

  it("withZone sets and clears the zone of IPv6 alone, in a new value", () => {
    const addr = parseAddr("fe80::1%a");
    expect(texts(addr.withZone("b"), addr.withZone(""), addr.withZone("a"), addr)).toEqual([
      "fe80::1%b",
      "fe80::1",
      "fe80::1%a",
      "fe80::1%a",
    ]);
    expect(texts(parseAddr("1.2.3.4").withZone("b"), parseAddr("::ffff:1.2.3.4").withZone("b"))).toEqual([
      "1.2.3.4",
      "::ffff:1.2.3.4%b",
    ]);
  });
});

describe("order and equality", () => {
  it("go by length, then number, then zone", () => {
    ascending.forEach((a, i) =>
      ascending.forEach((b, j) => {
        expect(`${a} ${b} ${a.compare(b)}`).toBe(`${a} ${b} ${Math.sign(i - j)}`);
        expect([a.less(b), a.equals(b), a.key === b.key]).toEqual([i < j, i === j, i === j]);
      }),
    );
  });

  it("go by UTF-8, and then by UTF-16, where zones differ", () => {
    const [a, b] = ["\ud800", "\udfff"].map((zone) => ipv6Loopback().withZone(zone)) as [Addr, Addr];
    expect([a.compare(b), b.compare(a), a.equals(b)]).toEqual([-1, 1, false]);
  });

  it("are those of the numbers", () => {
    fc.assert(
      fc.property(bytes16, bytes16, fc.nat(15), (a, b, same) => {
        b.set(a.subarray(0, same));
        const [x, y] = [number(a), number(b)];
        expect(addrFrom16(a).compare(addrFrom16(b))).toBe(x < y ? -1 : Number(x > y));
      }),
    );
  });

  it("are the same for every copy", () => {
    for (const addr of ascending) {
      const copy = Addr.unmarshalBinary(addr.marshalBinary());
      expect(copy).not.toBe(addr);
      expect([copy.equals(addr), copy.compare(addr), copy.key === addr.key]).toEqual([true, 0, true]);
    }
  });

  it("key stands for the bytes, so that it survives where text does", () => {
    expect(parseAddr("1.2.3.255").key).toBe("\x01\x02\x03\xff");
    expect(Buffer.from(parseAddr("fe80::ffff:1").key, "latin1")).toEqual(
      Buffer.from(parseAddr("fe80::ffff:1").as16()),
    );
    expect(parseAddr("::%é😀").key).toBe("\0".repeat(16) + "é😀");
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes16), (bytes) => {
        expect(addrFromSlice(bytes)!.key).toBe(Buffer.from(bytes).toString("latin1"));
      }),
    );
  });
});

describe("next and prev", () => {
  it("count, within the family and with the zone", () => {
    expect(texts(parseAddr("1.2.3.255").next(), parseAddr("127.255.255.255").next())).toEqual([
      "1.2.4.0",
      "128.0.0.0",
    ]);
    expect(texts(parseAddr("1.2.4.0").prev(), parseAddr("128.0.0.0").prev())).toEqual([
      "1.2.3.255",
      "127.255.255.255",
    ]);
    expect(texts(parseAddr("::ffff:255.255.255.255%z").next(), parseAddr("::1:0:0%z").prev())).toEqual([
      "::1:0:0:0%z",
      "::ffff:ffff%z",
    ]);
  });

  it("end at the ends", () => {
    for (const s of ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%z"]) {
      expect(parseAddr(s).next().isValid()).toBe(false);
    }
    for (const s of ["0.0.0.0", "::%z"]) expect(parseAddr(s).prev().isValid()).toBe(false);
  });

  it("carry as the numbers do, and undo each other", () => {
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes16), (bytes) => {
        const addr = addrFromSlice(bytes)!;
        const next = addr.next();
        fc.pre(next.isValid());
        expect(number(next.asSlice()!)).toBe(number(bytes) + 1n);
        expect(next.prev().equals(addr)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("prefix", () => {
  it("keeps the first bits, whatever their number", () => {
    fc.assert(
      fc.property(fc.oneof(bytes4, bytes16), fc.nat(128), (bytes, bits) => {
        const addr = addrFromSlice(bytes)!;
        fc.pre(bits <= addr.bitLen);
        const rest = BigInt(addr.bitLen - bits);
        const prefix = addr.prefix(bits);
        expect(prefix.bits).toBe(bits);
        expect(number(prefix.addr.asSlice()!)).toBe((number(bytes) >> rest) << rest);
      }),
      { numRuns: 500 },
    );
  });

  it("drops the zone", () => {
    expect(parseAddr("fe80::1%eth0").prefix(64).toString()).toBe("fe80::/64");
  });

  it.each<[string, number, string]>([
    ["1.2.3.4", 33, "prefix length 33 too large for IPv4"],
    ["::1", 129, "prefix length 129 too large for IPv6"],
    ["::1", -1, "negative Prefix bits"],
    ["1.2.3.4", 1.5, "Expected an integer"],
    ["1.2.3.4", Infinity, "Expected an integer"],
  ])("refuses %s/%d", (s, bits, text) => {
    expect(() => parseAddr(s).prefix(bits)).toThrow(text);
    expect(() => parseAddr(s).prefix(bits)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("an Addr shown", () => {
  it.each([
    ["1.2.3.4", "1.2.3.4"],
    ["::ffff:1.2.3.4%z", "0000:0000:0000:0000:0000:ffff:0102:0304%z"],
    ["2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"],
    ["fe80::a:0:bc:def0%z", "fe80:0000:0000:0000:000a:0000:00bc:def0%z"],
  ])("is %s, and %s expanded", (s, expanded) => {
    expect(parseAddr(s).toString()).toBe(s);
    expect(parseAddr(s).stringExpanded()).toBe(expanded);
  });

  it("is its text in JSON, and has its class beside it in the console", () => {
    expect(JSON.stringify([parseAddr("1.2.3.4"), new Addr()])).toBe('["1.2.3.4",""]');
    expect(inspect({ a: parseAddr("::1%z"), b: new Addr() })).toBe("{ a: Addr ::1%z, b: Addr invalid IP }");
  });
});

describe("an Addr in bytes", () => {
  it("is nothing, 4, or 16 and the zone", () => {
    expect(hex(parseAddr("1.2.3.4").marshalBinary())).toBe("01020304");
    expect(hex(parseAddr("fe80::1%é").marshalBinary())).toBe("fe800000000000000000000000000001c3a9");
  });

  it.each([1, 3, 5, 15])("is not %i", (length) => {
    expect(() => Addr.unmarshalBinary(new Uint8Array(length))).toThrow("unexpected slice size");
    expect(() => Addr.unmarshalBinary(new Uint8Array(length))).toThrow(code("ERR_PARSE"));
  });

  it("comes after what there is, in a new array", () => {
    const b = Uint8Array.of(1, 2);
    const addr = parseAddr("::1%z");
    expect(Buffer.from(addr.appendTo(b)).toString("latin1")).toBe("\x01\x02::1%z");
    expect(addr.appendText(b)).toEqual(addr.appendTo(b));
    expect(hex(addr.appendBinary(b))).toBe(`0102${"00".repeat(15)}017a`);
    expect(new Addr().appendTo(b)).toEqual(b);
    expect(new Addr().appendTo(b)).not.toBe(b);
    expect(b).toEqual(Uint8Array.of(1, 2));
  });
});
