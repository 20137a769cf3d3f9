import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cidrMask, IP, IPMask, ipv4Mask, parseIP } from "#lib/addr/index.js";

const typeError = (code: string) => expect.objectContaining({ name: "TypeError", code });
const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const anyBytes = fc.oneof(...[4, 16].map((n) => fc.uint8Array({ minLength: n, maxLength: n })));

describe("IPMask.from", () => {
  it("holds bytes of either length as they are", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const mask = IPMask.from(bytes);
        expect(mask.length).toBe(bytes.length);
        expect(mask.bytes).toEqual(bytes);
        expect(mask.toString()).toBe(Buffer.from(bytes).toString("hex"));
      }),
    );
  });

  it("copies, both in and out, and reads a part of a larger array", () => {
    const room = hex("0000ffffff000000");
    const mask = IPMask.from(room.subarray(2, 6));
    room.fill(0);
    mask.bytes.fill(0);
    expect(mask.toString()).toBe("ffffff00");
  });

  it.each([0, 1, 3, 5, 15, 17])("refuses %i bytes", (length) => {
    expect(() => IPMask.from(new Uint8Array(length))).toThrow(typeError("ERR_INVALID_ARG_VALUE"));
  });

  it.each([undefined, null, "ffffff00", [255, 255, 255, 0]])("refuses %j", (bytes) => {
    expect(() => IPMask.from(bytes as unknown as Uint8Array)).toThrow(typeError("ERR_INVALID_ARG_TYPE"));
  });
});

describe("cidrMask and IPMask.size", () => {
  it.each([32, 128])("are each other's reverse for every prefix of %i bits", (bits) => {
    for (let ones = 0; ones <= bits; ones++) {
      const mask = cidrMask(ones, bits)!;
      const digits = Array.from(mask.bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
      expect(digits).toBe("1".repeat(ones).padEnd(bits, "0"));
      expect(mask.size()).toEqual({ ones, bits });
    }
  });

  it("sees a one behind a zero, wherever it stands", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const digits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
        const isPrefix = !digits.includes("01");
        const ones = digits.replaceAll("0", "").length;
        const want = isPrefix ? { ones, bits: digits.length } : { ones: 0, bits: 0 };
        expect(IPMask.from(bytes).size()).toEqual(want);
      }),
    );
    // At the seams between words, and where a word is all ones after one that is not.
    for (const text of [
      "ffffffff00000000ffffffff00000000",
      "fffffffeffffffff0000000000000000",
      "00000000000000000000000000000001",
      "ffffffffffffffff00000000ffffffff",
    ])
      expect(IPMask.from(hex(text)).size()).toEqual({ ones: 0, bits: 0 });
  });

  it.each([
    [33, 32],
    [-1, 32],
    [129, 128],
    [1.5, 32],
    [NaN, 32],
    [8, 33],
    [0, 0],
    [8, -32],
    [8, Infinity],
  ])("cidrMask(%d, %d) is null", (ones, bits) => {
    expect(cidrMask(ones, bits)).toBeNull();
  });

  it("refuse what is no number", () => {
    expect(() => cidrMask("8" as unknown as number, 32)).toThrow(typeError("ERR_INVALID_ARG_TYPE"));
    expect(() => cidrMask(8, undefined as unknown as number)).toThrow(typeError("ERR_INVALID_ARG_TYPE"));
  });
});

describe("ipv4Mask", () => {
  it("places each octet", () => {
    expect(ipv4Mask(255, 254, 3, 0).bytes).toEqual(hex("fffe0300"));
  });

  it.each([-1, 256, 0.5])("refuses the octet %d in every place", (octet) => {
    for (const place of [0, 1, 2, 3]) {
      const octets = [1, 2, 3, 4].with(place, octet) as [number, number, number, number];
      expect(() => ipv4Mask(...octets)).toThrow(
        expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
      );
    }
  });
});

describe("IPMask", () => {
  it("is its text in JSON, and says what it is in the console", () => {
    expect(JSON.stringify({ mask: cidrMask(12, 32) })).toBe('{"mask":"fff00000"}');
    expect(inspect(cidrMask(12, 32))).toBe("IPMask fff00000");
  });
});

describe("IP.mask", () => {
  it("keeps the bits of the mask, byte by byte, where both have one length", () => {
    const both = [4, 16].map((n) =>
      fc.tuple(fc.uint8Array({ minLength: n, maxLength: n }), fc.uint8Array({ minLength: n, maxLength: n })),
    );
    fc.assert(
      fc.property(fc.oneof(...both), ([ip, mask]) => {
        const want = ip.map((byte, i) => byte & mask[i]);
        expect(IP.from(ip).mask(IPMask.from(mask))?.bytes).toEqual(want);
      }),
    );
  });

  it("takes a mask of 4 bytes for IPv4 in 16, and gives 4", () => {
    expect(parseIP("192.0.2.255")!.mask(cidrMask(24, 32))?.bytes).toEqual(hex("c0000200"));
  });

  it("takes a mask of 16 bytes for IPv4 in 4 only when it keeps the prefix", () => {
    const ip = parseIP("192.0.2.255")!.to4()!;
    expect(ip.mask(cidrMask(120, 128))?.bytes).toEqual(hex("c0000200"));
    expect(ip.mask(cidrMask(96, 128))?.bytes).toEqual(hex("00000000"));
    expect(ip.mask(cidrMask(95, 128))).toBeNull();
    for (const spot of [0, 5, 11]) {
      const hole = IPMask.from(new Uint8Array(16).fill(255).with(spot, 254));
      expect(ip.mask(hole)).toBeNull();
    }
  });

  it("gives null for a mask of 4 bytes on IPv6, and for none", () => {
    expect(parseIP("2001:db8::1")!.mask(cidrMask(24, 32))).toBeNull();
    expect(parseIP("192.0.2.1")!.mask(cidrMask(33, 32))).toBeNull();
  });

  it.each([undefined, "ffffff00", hex("ffffff00")])("refuses %j", (mask) => {
    expect(() => parseIP("192.0.2.1")!.mask(mask as unknown as IPMask)).toThrow(
      typeError("ERR_INVALID_ARG_TYPE"),
    );
  });
});

describe("IP.defaultMask", () => {
  it.each([
    ["0.0.0.0", "ff000000"],
    ["127.255.255.255", "ff000000"],
    ["128.0.0.0", "ffff0000"],
    ["191.255.255.255", "ffff0000"],
    ["192.0.0.0", "ffffff00"],
    ["255.255.255.255", "ffffff00"],
  ])("of %s is %s, in both forms", (text, mask) => {
    expect(String(parseIP(text)!.defaultMask())).toBe(mask);
    expect(parseIP(text)!.to4()!.defaultMask()!.bytes).toEqual(hex(mask));
  });

  it("of IPv6 is null", () => {
    expect(parseIP("::1")!.defaultMask()).toBeNull();
  });
});
