// Control data that there is no room for is cut as the kernel cuts it, though datagrams came joined.

import { expect, it } from "vitest";
import type { UDPConn } from "rawconn";
import { flagDst, flagTTL, newPacketConn } from "rawconn/ipv4";
import { constant } from "#lib/internal/binding.js";
import { type Ends, ends, prime, ways } from "./ways.js";

const [joined, plain] = ways;
const COUNT = 6;
// A time, where it came in, how far it came: 32 bytes each, padded, but 24 of the last.
const ROOMS = Array.from({ length: 98 }, (_, room) => room);
// The time itself is another each time.
const TIME = [16, 32] as const;

/** What there is to see of a message's control data. */
const shown = (oob: Uint8Array, flags: number): string =>
  `${Buffer.from(oob.slice().fill(0, ...TIME)).toString("hex")} ${flags}`;

async function batchOf(conn: UDPConn, way: (typeof ways)[number], room: number, messages: number) {
  const got: string[] = [];
  const batch = way.batch({ messages, oob: room });
  while (got.length < COUNT) {
    await conn.readBatch(batch);
    for (let i = 0; i < batch.length; i++) got.push(shown(batch.oob(i), batch.flags(i)));
  }
  return got;
}

async function messagesOf(conn: UDPConn, room: number) {
  const got: string[] = [];
  while (got.length < COUNT) {
    const oob = new Uint8Array(room);
    const { oobn, flags } = await conn.readMsg(new Uint8Array(8), oob);
    got.push(shown(oob.subarray(0, oobn), flags));
  }
  return got;
}

async function withControl(): Promise<Ends> {
  const both = await ends();
  newPacketConn(both.to).setControlMessage(flagTTL | flagDst, true);
  both.to.syscallConn().setsockopt(constant("SOL_SOCKET"), constant("SO_TIMESTAMPNS"), 1);
  return both;
}

const readers: [string, (conn: UDPConn, room: number) => Promise<string[]>][] = [
  ["a batch", (conn, room) => batchOf(conn, joined, room, 64)],
  ["a batch with too few messages", (conn, room) => batchOf(conn, joined, room, 4)],
  ["a batch that wants nothing joined", (conn, room) => batchOf(conn, plain, room, 64)],
  ["readMsg", (conn, room) => messagesOf(conn, room)],
];

it.skipIf(process.platform !== "linux").each(readers)("for %s", async (_, read) => {
  using apart = await withControl();
  using both = await withControl();
  await prime(joined, both);
  const seen = new Set<string>();
  for (const room of ROOMS) {
    const got: string[][] = [];
    for (const { from, to } of [apart, both]) {
      const out = joined.batch();
      for (let i = 0; i < COUNT; i++) out.push("datagram", to.localAddr);
      await from.writeBatch(out);
      got.push(await (to === apart.to ? batchOf(to, plain, room, 64) : read(to, room)));
    }
    expect({ room, got: got[1] }).toEqual({ room, got: got[0] });
    seen.add(got[0][0]);
  }
  // Or it is always the same.
  expect(seen.size).toBeGreaterThan(40);
});
