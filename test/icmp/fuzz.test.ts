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
import { echo4, echo6, error, ipv4, ipv6, join, nops } from "./packets.js";

const runs = { numRuns: 3000 };
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
