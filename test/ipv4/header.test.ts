// IPv4 headers: what is read, what is written, and what is refused.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IP, ipv4 } from "rawconn";
import {
  dontFragment,
  Header,
  type HeaderFields,
  type HeaderFlags,
  headerLen,
  moreFragments,
  parseHeader,
  version,
} from "rawconn/ipv4";
import { fields } from "../support/fields.js";
import { thrown } from "../support/outcome.js";
import { hex, ipv4 as packet, nops } from "../icmp/packets.js";

const [src, dst] = [ipv4(10, 0, 0, 1), ipv4(10, 0, 0, 2)];

describe("a new Header", () => {
  it("is one of no packet yet, as long as it would be", () => {
    const h = new Header();
    expect(fields(h)).toEqual({
      version: 4,
      len: 20,
      tos: 0,
      totalLen: 0,
      id: 0,
      flags: 0,
      fragOff: 0,
      ttl: 0,
      protocol: 0,
      checksum: 0,
      src: null,
      dst: null,
      options: null,
    });
    expect([version, headerLen]).toEqual([4, 20]);
    expect(new Header({ options: Uint8Array.from(nops(8)) }).len).toBe(28);
    expect(String(h)).toBe(
      "ver=4 hdrlen=20 tos=0x0 totallen=0 id=0x0 flags=0x0 fragoff=0x0 ttl=0 proto=0 cksum=0x0 src=<nil> dst=<nil>",
    );
  });

  it("takes addresses as text", () => {
    const h = new Header({ src: "10.0.0.1", dst: "10.0.0.2" });
    expect([h.src?.equal(src), h.dst?.equal(dst)]).toEqual([true, true]);
  });

  it.each<[string, HeaderFields, string]>([
    ["a type of service", { tos: 256 }, "tos"],
    ["a length", { totalLen: 65_536 }, "totalLen"],
    ["an identification", { id: -1 }, "id"],
    ["flags", { flags: 8 }, "flags"],
    ["an offset", { fragOff: 0x2000 }, "fragOff"],
    ["a TTL", { ttl: 1.5 }, "ttl"],
    ["a protocol", { protocol: 256 }, "protocol"],
    ["a checksum", { checksum: NaN }, "checksum"],
    ["a version", { version: 16 }, "version"],
    ["options of 44 bytes", { options: new Uint8Array(44) }, "options.length"],
    ["options that end within a word", { options: new Uint8Array(3) }, "options.length"],
  ])("refuses %s out of range", (_, fields, name) => {
    const error = thrown<RangeError>(() => new Header(fields));
    expect(error).toMatchObject({
      code: "ERR_OUT_OF_RANGE",
      message: expect.stringContaining(`for ${name} `),
    });
  });

  it.each<[string, unknown, string]>([
    ["fields that are no object", 5, "ERR_INVALID_ARG_TYPE"],
    ["a number that is none", { ttl: "64" }, "ERR_INVALID_ARG_TYPE"],
    ["options that are no bytes", { options: [1, 1, 1, 1] }, "ERR_INVALID_ARG_TYPE"],
    ["a source that is no address", { src: 5 }, "ERR_INVALID_ARG_TYPE"],
    ["a destination that is no address", { dst: "nowhere" }, "ERR_INVALID_ARG_VALUE"],
  ])("refuses %s", (_, fields, code) => {
    expect(thrown<TypeError>(() => new Header(fields as HeaderFields))).toMatchObject({ code });
  });
});

describe("marshal", () => {
  it("writes every field to its place", () => {
    const h = new Header({
      tos: 0x10,
      totalLen: 0x1234,
      id: 0xabcd,
      flags: dontFragment | moreFragments,
      fragOff: 0x1fff,
      ttl: 63,
      protocol: 17,
      checksum: 0xbeef,
      src,
      dst,
      options: Uint8Array.from(nops(4)),
    });
    expect(h.marshal()).toEqual(hex("46101234abcd7fff3f11beef0a0000010a00000201010101"));
  });

  it("counts its own length, and leaves out a source that is none", () => {
    const h = new Header({ dst, len: 60 });
    h.src = IP.from(new Uint8Array(16));
    expect(h.marshal()).toEqual(hex("45000000 00000000 00000000 00000000 0a000002"));
  });

  it("needs a destination of IPv4, and a length that a header can have", () => {
    const missing = { code: "ERR_MISSING_ADDRESS", message: "missing address" };
    expect(thrown(() => new Header().marshal())).toMatchObject(missing);
    expect(thrown(() => new Header({ dst: "fd00::1" }).marshal())).toMatchObject(missing);
    const short = { code: "ERR_PARSE", message: "header too short" };
    expect(thrown(() => new Header({ dst, len: 19 }).marshal())).toMatchObject(short);
  });

  it("looks at fields that were changed", () => {
    const h = new Header({ dst });
    h.ttl = 300;
    expect(thrown(() => h.marshal())).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    h.ttl = 30;
    h.options = new Uint8Array(2);
    expect(thrown(() => h.marshal())).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    h.options = null;
    h.dst = "10.0.0.2" as never as IP;
    expect(h.marshal()[8]).toBe(30);
    h.dst = 7 as never;
    expect(thrown(() => h.marshal())).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});

describe("parse", () => {
  it("reads a header and leaves the payload alone", () => {
    const flags: HeaderFlags = dontFragment;
    const b = packet(hex("deadbeef"), { fragment: 0x4001, protocol: 6, options: nops(8) });
    const h = parseHeader(b);
    expect({ ...fields(h), src: String(h.src), dst: String(h.dst) }).toEqual({
      version: 4,
      len: 28,
      tos: 0,
      totalLen: 32,
      id: 0,
      flags,
      fragOff: 1,
      ttl: 64,
      protocol: 6,
      checksum: 0,
      src: "10.0.0.1",
      dst: "10.0.0.2",
      options: Uint8Array.from(nops(8)),
    });
  });

  it("keeps options of its own, also of a Buffer", () => {
    const b = Buffer.from(packet(hex(""), { options: nops(4) }));
    const h = parseHeader(b);
    b.fill(0);
    expect(h.options).toEqual(Uint8Array.from(nops(4)));
  });

  it("takes over every field, so that nothing of an earlier packet stays", () => {
    const h = parseHeader(packet(hex(""), { options: nops(12), fragment: 0x2000 }));
    h.parse(packet(hex(""), { protocol: 6 }));
    expect(fields(h)).toEqual(fields(parseHeader(packet(hex(""), { protocol: 6 }))));
  });

  it("reads a view into larger memory", () => {
    const memory = new Uint8Array(64).fill(0xff);
    const b = packet(hex("01"));
    memory.set(b, 7);
    expect(fields(parseHeader(memory.subarray(7, 7 + b.length)))).toEqual(fields(parseHeader(b)));
  });

  const whole = packet(hex(""), { options: nops(40) });
  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "header too short"],
    ["a byte", whole.subarray(0, 1), "header too short"],
    ["a header cut by one byte", packet(hex("")).subarray(0, 19), "header too short"],
    ["options cut by one byte", whole.subarray(0, 59), "extension header too short"],
    ["a length below its own fixed part", packet(hex("00"), { first: 0x44 }), "header too short"],
    ["a length of nothing", packet(hex("00"), { first: 0x40 }), "header too short"],
    ["a length beyond the packet", packet(hex(""), { first: 0x4f }), "extension header too short"],
  ])("refuses %s", (_, b, message) => {
    expect(thrown(() => parseHeader(b))).toMatchObject({ name: "MessageError", code: "ERR_PARSE", message });
  });

  it.each([undefined, null, "4500", [0x45], new ArrayBuffer(20)])("refuses %s, which is no bytes", (b) => {
    expect(thrown(() => parseHeader(b as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it("and marshal agree on any bytes, or it says why not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (b) => {
        let h: Header;
        try {
          h = parseHeader(b);
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_PARSE" });
          return;
        }
        // The version is written as what it must be.
        const written = h.marshal();
        expect(written[0]).toBe(0x40 | (b[0] & 0xf));
        expect(written.subarray(1)).toEqual(b.slice(1, h.len));
      }),
      { numRuns: 2000 },
    );
  });
});
