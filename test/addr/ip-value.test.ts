import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  IP,
  ipv4,
  ipv4allrouter,
  ipv4allsys,
  ipv4bcast,
  ipv4len,
  ipv4zero,
  ipv6interfacelocalallnodes,
  ipv6len,
  ipv6linklocalallnodes,
  ipv6linklocalallrouters,
  ipv6loopback,
  ipv6unspecified,
  ipv6zero,
  parseIP,
} from "#lib/addr/index.js";

const v4 = Uint8Array.of(192, 0, 2, 1);
const v4in6 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1);
const v6 = Uint8Array.of(32, 1, 13, 184, 0, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 255);

describe("IP.from", () => {
  it.each([
    ["4 bytes", v4],
    ["16 bytes of IPv4", v4in6],
    ["16 bytes of IPv6", v6],
  ])("holds %s as they are", (_, bytes) => {
    const ip = IP.from(bytes);
    expect(ip.length).toBe(bytes.length);
    expect(ip.bytes).toEqual(bytes);
  });

  it("copies, both in and out", () => {
    const bytes = v6.slice();
    const ip = IP.from(bytes);
    bytes.fill(0);
    ip.bytes.fill(0);
    expect(ip.bytes).toEqual(v6);
  });

  it("takes a Buffer, and a part of a larger array", () => {
    expect(IP.from(Buffer.from([9, ...v4, 9]).subarray(1, 5)).toString()).toBe("192.0.2.1");
  });

  it.each([0, 1, 3, 5, 8, 15, 17, 32])("refuses %i bytes", (length) => {
    expect(() => IP.from(new Uint8Array(length))).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it.each([undefined, null, "192.0.2.1", [1, 2, 3, 4], new ArrayBuffer(4)])("refuses %j", (bytes) => {
    expect(() => IP.from(bytes as unknown as Uint8Array)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("IP.at and IP.copyTo", () => {
  it("read and write within a larger array, and nowhere else", () => {
    for (const bytes of [v4, v6]) {
      const length = bytes.length as 4 | 16;
      const room = new Uint8Array(24).fill(7);
      IP.from(bytes).copyTo(room, 4);
      expect(room).toEqual(Uint8Array.of(7, 7, 7, 7, ...bytes, ...new Uint8Array(20 - length).fill(7)));
      expect(IP.at(room, 4, length).bytes).toEqual(bytes);
    }
  });
});

describe("the two forms of IPv4", () => {
  it("to4 gives 4 bytes from either, and null for IPv6", () => {
    expect(IP.from(v4).to4()?.bytes).toEqual(v4);
    expect(IP.from(v4in6).to4()?.bytes).toEqual(v4);
    expect(IP.from(v6).to4()).toBeNull();
    expect(parseIP("::192.0.2.1")?.to4()).toBeNull();
    expect(parseIP("0:0:1::ffff:192.0.2.1")?.to4()).toBeNull();
    expect(parseIP("1::ffff:192.0.2.1")?.to4()).toBeNull();
  });

  it("to16 gives 16 bytes from either", () => {
    expect(IP.from(v4).to16().bytes).toEqual(v4in6);
    expect(IP.from(v4in6).to16().bytes).toEqual(v4in6);
    expect(IP.from(v6).to16().bytes).toEqual(v6);
  });

  it("ipv4 and parseIP give 16 bytes", () => {
    expect(ipv4(192, 0, 2, 1).bytes).toEqual(v4in6);
    expect(parseIP("192.0.2.1")?.bytes).toEqual(v4in6);
  });
});

describe("ipv4", () => {
  it("places each octet", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), ([a, b, c, d]) => {
        expect(ipv4(a, b, c, d).toString()).toBe(`${a}.${b}.${c}.${d}`);
      }),
    );
  });

  it.each([-1, 256, 1.5, NaN, Infinity])("refuses the octet %d in every place", (octet) => {
    const error = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
    expect(() => ipv4(octet, 0, 0, 1)).toThrow(error);
    expect(() => ipv4(0, octet, 0, 1)).toThrow(error);
    expect(() => ipv4(0, 0, octet, 1)).toThrow(error);
    expect(() => ipv4(0, 0, 0, octet)).toThrow(error);
  });

  it("refuses text", () => {
    expect(() => ipv4("1" as unknown as number, 2, 3, 4)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("IP.equal", () => {
  it("takes both forms of IPv4 for one address", () => {
    expect(IP.from(v4).equal(IP.from(v4in6))).toBe(true);
    expect(IP.from(v4in6).equal(IP.from(v4))).toBe(true);
  });

  it("tells 0.0.0.0 from ::, and an address from none", () => {
    expect(parseIP("0.0.0.0")!.equal(parseIP("::"))).toBe(false);
    expect(parseIP("0.0.0.1")!.equal(parseIP("::1"))).toBe(false);
    expect(parseIP("::")!.equal(null)).toBe(false);
  });

  it("sees a difference in any byte", () => {
    const ip = IP.from(v6);
    expect(ip.equal(IP.from(v6))).toBe(true);
    for (let i = 0; i < 16; i++)
      expect(ip.equal(IP.from(v6.map((byte, j) => (i === j ? byte ^ 1 : byte))))).toBe(false);
  });

  it.each([undefined, "192.0.2.1", v4])("refuses %j", (x) => {
    expect(() => IP.from(v4).equal(x as unknown as IP)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("the named addresses", () => {
  it.each([
    ["ipv4bcast", ipv4bcast, "255.255.255.255"],
    ["ipv4allsys", ipv4allsys, "224.0.0.1"],
    ["ipv4allrouter", ipv4allrouter, "224.0.0.2"],
    ["ipv4zero", ipv4zero, "0.0.0.0"],
    ["ipv6zero", ipv6zero, "::"],
    ["ipv6unspecified", ipv6unspecified, "::"],
    ["ipv6loopback", ipv6loopback, "::1"],
    ["ipv6interfacelocalallnodes", ipv6interfacelocalallnodes, "ff01::1"],
    ["ipv6linklocalallnodes", ipv6linklocalallnodes, "ff02::1"],
    ["ipv6linklocalallrouters", ipv6linklocalallrouters, "ff02::2"],
  ])("%s", (_, ip, text) => {
    expect(ip.toString()).toBe(text);
    expect(ip.length).toBe(ipv6len);
  });

  it("count 4 and 16 bytes", () => {
    expect([ipv4len, ipv6len]).toEqual([4, 16]);
  });
});
