// What reading a packet leaves of it: not the IPv4 header, where there is one.

import { describe, expect, it } from "vitest";
import { stripIPv4Header } from "#lib/ip-conn.js";
import { echo4, hex, ipv4 } from "../icmp/packets.js";
import { asGo } from "./as-go.js";

/** Bytes in hex. */
interface Row {
  packet: string;
  n: number;
  payload: string;
}

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const row = (packet: Uint8Array, payload: Uint8Array): Row => ({
  packet: toHex(packet),
  n: payload.length,
  payload: toHex(payload),
});
const kept = (packet: Uint8Array) => row(packet, packet);

const table: Record<string, Row> = {
  "a plain header goes": row(ipv4(echo4), echo4),
  "one with options goes": row(ipv4(echo4, { options: [1, 1, 1, 1] }), echo4),
  "one with all the options there is room for goes": row(ipv4(echo4, { options: Array(40).fill(1) }), echo4),
  "one without anything behind it goes": row(ipv4(new Uint8Array()), new Uint8Array()),
  "what is no header stays": kept(echo4),
  "one shorter than one can be stays": kept(ipv4(echo4, { first: 0x44 })),
  "one longer than the packet stays": kept(ipv4(echo4, { first: 0x4f })),
  "one of another version stays": kept(ipv4(echo4, { first: 0x65 })),
  "a packet shorter than any header stays": kept(ipv4(echo4).subarray(0, 19)),
  "nothing stays nothing": kept(new Uint8Array()),
};

function run({ packet, n, payload }: Row): void {
  const p = hex(packet);
  expect(stripIPv4Header(p.length, p)).toBe(n);
  expect(toHex(p.subarray(0, n))).toBe(payload);
  // The rest of a larger buffer is nobody's business.
  const room = Uint8Array.from([...hex(packet), ...hex("4500001c")]);
  expect(stripIPv4Header(p.length, room)).toBe(n);
  expect(toHex(room.subarray(p.length))).toBe("4500001c");
}

describe("of a packet", () => {
  it.each(Object.entries(table))("%s", (_, row) => run(row));
});

asGo<Row>("ip_strip_header", { nameOf: ({ packet }) => packet, run });
