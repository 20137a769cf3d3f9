import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checksum,
  Echo,
  Message,
  MessageError,
  parseControl,
  parseErrorMessage,
  parseMessage,
} from "#lib/icmp/index.js";
import { parseIPv4, parseIPv4Packet, parseIPv6 } from "#lib/icmp/ip-header.js";
import { controlItems } from "#lib/internal/socket/control.js";
import { object, structure } from "./malformed.js";
import { echo4, echo6, error, hex, ipv4, ipv6, join, nops } from "./packets.js";

const runs = { numRuns: 3000, seed: 792_4443 };
const bytes = fc.uint8Array({ maxLength: 200 });

/** A good packet with a few bytes of it changed, cut anywhere. */
function damaged(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
  return fc.tuple(fc.array(change, { maxLength: 4 }), fc.nat(good.length)).map(([changes, end]) => {
    const packet = good.slice();
    for (const [at, byte] of changes) packet[at] = byte;
    return packet.subarray(0, end);
  });
}

/** Runs a parser: it gives something, or the one error that it may throw. */
function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (caught) {
    if (caught instanceof MessageError) return null;
    throw caught;
  }
}

const packets = fc.oneof(
  bytes,
  damaged(error(3, 4, ipv4(echo4, { options: nops(12) }))),
  damaged(error(1, 0, ipv6(join([43, 1], new Uint8Array(14), [58, 0], new Uint8Array(6), echo6), 0))),
  damaged(echo4),
);
const protocols = fc.constantFrom(1 as const, 58 as const);

describe("parsers, whatever comes", () => {
  it("end with a result or a MessageError", () => {
    fc.assert(
      fc.property(protocols, packets, (proto, b) => {
        parsed(() => parseMessage(proto, b));
        const message = parsed(() => parseErrorMessage(proto, b));
        if (message !== null) expect(message.quoted.data.length).toBeLessThanOrEqual(b.length - 28);
      }),
      runs,
    );
  });

  it("never place a header outside the packet", () => {
    fc.assert(
      fc.property(fc.oneof(bytes, damaged(ipv4(echo4)), damaged(ipv6(echo6))), (b) => {
        for (const parse of [parseIPv4, parseIPv6, parseIPv4Packet]) {
          const packet = parsed(() => parse(b));
          if (packet === null) continue;
          expect(packet.headerLength).toBeGreaterThanOrEqual(20);
          expect(packet.headerLength + packet.payload.length).toBeLessThanOrEqual(b.length);
        }
      }),
      runs,
    );
  });

  it("leave the bytes as they are", () => {
    fc.assert(
      fc.property(protocols, packets, (proto, b) => {
        const before = b.slice();
        parsed(() => parseErrorMessage(proto, b));
        parsed(() => parseMessage(proto, b));
        expect(b).toEqual(before);
      }),
    );
  });

  it("walk control data to an end, and never outside it", () => {
    const header = fc.tuple(fc.nat(64), fc.nat(64), fc.nat(64)).map(([length, level, type]) => {
      return new Uint8Array(BigUint64Array.of(BigInt(length), BigInt(level) | (BigInt(type) << 32n)).buffer);
    });
    const oob = fc.oneof(
      bytes,
      fc.array(fc.oneof(header, bytes), { maxLength: 8 }).map((parts) => join(...parts)),
    );
    fc.assert(
      fc.property(oob, (b) => {
        const total = [...controlItems(b)].reduce((sum, { data }) => sum + data.length, 0);
        expect(total).toBeLessThanOrEqual(b.length);
        const { ttl, timestamp } = parseControl(b);
        if (ttl !== null) expect(ttl).toBeLessThanOrEqual(255);
        if (timestamp !== null) expect(timestamp).not.toBeNaN();
      }),
      runs,
    );
  });
});

/** An object whose header says anything, mostly what is true. */
const extensionObject = fc
  .tuple(fc.nat(4), fc.nat(20), fc.uint8Array({ maxLength: 40 }), fc.nat(16))
  .map(([number, type, payload, lie]) => {
    const length = 4 + payload.length + (lie > 12 ? lie - 14 : 0);
    return join(object(length, number, type), payload);
  });

/** A message with a structure of extensions somewhere, and a length that says where, or does not. */
const extended = fc
  .tuple(
    fc.constantFrom(...([1, 58] as const)),
    fc.constantFrom(0, 1, 16, 17, 32, 33, 255),
    fc.constantFrom(0, 20, 124, 128, 132, 136, 200),
    fc.array(extensionObject, { maxLength: 6 }),
    fc.constantFrom(...(["report", "problem", "request"] as const)),
  )
  .map(([proto, units, quoted, objects, kind]): [1 | 58, Uint8Array] => {
    const type = { report: { 1: 3, 58: 1 }, problem: { 1: 12, 58: 4 }, request: { 1: 42, 58: 160 } }[kind][
      proto
    ];
    const head = join([type, 0, 0, 0], proto === 1 ? [0, units, 0, 0] : [units, 0, 0, 0]);
    const quote = kind === "request" ? [] : new Uint8Array(quoted).fill(0x45);
    return [proto, join(head, quote, structure(...objects))];
  });

interface Extended {
  data?: Uint8Array;
  extensions?: { len: (proto: 1 | 58) => number }[];
}

describe("extensions, whatever they are", () => {
  it("never come to more than there is", () => {
    let found = 0;
    fc.assert(
      fc.property(extended, fc.nat(), ([proto, whole], cut) => {
        const wire = cut % 3 === 0 ? whole.subarray(0, cut % whole.length) : whole;
        const message = parsed(() => parseMessage(proto, wire));
        const { data, extensions = [] } = (message?.body ?? {}) as Extended;
        found += extensions.length;
        if (data !== undefined) expect(data.length).toBeLessThanOrEqual(wire.length - 8);
        expect(extensions.length).toBeLessThanOrEqual(wire.length / 4);
      }),
      runs,
    );
    expect(found).toBeGreaterThan(500);
  });

  it("are written again as they are read from then on, where they may be", () => {
    let written = 0;
    fc.assert(
      fc.property(extended, ([proto, wire]) => {
        const message = parsed(() => parseMessage(proto, wire));
        const again = message === null ? null : parsed(() => message.marshal());
        if (again === null) return;
        written++;
        expect(parseMessage(proto, again).marshal()).toEqual(again);
      }),
      runs,
    );
    expect(written).toBeGreaterThan(1000);
  });

  it("are read in time that grows with their length only", () => {
    // About as many objects as fit into a packet, each as small as can be.
    const many = structure(...Array.from({ length: 16_000 }, () => [0, 4, 200, 0]));
    const { body } = parseMessage(1, join(hex("03010000 00200000"), new Uint8Array(128), many));
    expect((body as Extended).extensions).toHaveLength(16_000);
  });
});

describe("Message", () => {
  it("is read as it was written", () => {
    const echo = fc.record({ id: fc.nat(0xffff), seq: fc.nat(0xffff), data: bytes });
    fc.assert(
      fc.property(protocols, fc.boolean(), fc.nat(255), echo, (protocol, isReply, code, fields) => {
        const type = protocol === 1 ? (isReply ? 0 : 8) : isReply ? 129 : 128;
        const wire = new Message({ protocol, type, code, body: new Echo(fields) }).marshal();
        const { body, ...message } = parseMessage(protocol, wire);
        expect(message).toMatchObject({ protocol, type, code });
        expect(body).toEqual(new Echo(fields));
        if (protocol === 1) expect(checksum(wire)).toBe(0);
      }),
    );
  });

  it("has a checksum that tells every changed byte", () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, flip) => {
        const wire = new Message({ protocol: 1, type: 8, body: new Echo({ data }) }).marshal();
        wire[at % wire.length] ^= flip;
        expect(checksum(wire)).not.toBe(0);
      }),
    );
  });
});
