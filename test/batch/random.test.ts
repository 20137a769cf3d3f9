// Batches by chance: the same script over sockets whose datagrams are joined, are not, or have no batches at all ends alike.

import { describe, expect, it } from "vitest";
import type { MessageBatch } from "rawconn";
import { type UDPAddr, type UDPConn } from "rawconn";
import { disposeOf } from "../support/pair.js";
import { here, prime, text, type Way, ways } from "./ways.js";

// A linear congruential generator: the same numbers for each way.
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A round: what two senders send, each in one batch, to two receivers. Few enough for any receive buffer. */
async function send(
  random: (below: number) => number,
  way: Way,
  senders: UDPConn[],
  to: UDPConn[],
  round: number,
) {
  const sent = to.map(() => 0);
  for (const sender of senders) {
    const batch = way.batch({ messages: 40, size: 1200 });
    let length = 0;
    for (let i = 0; i < 25; i++) {
      // Runs, mostly.
      if (i === 0 || random(4) === 0) length = [0, 1, 100, 600, 1200][random(5)];
      const target = random(10) === 0 ? 1 : 0;
      sent[target]++;
      batch.push(text(random(8) === 0 ? random(length + 1) : length, round * 100 + i), to[target].localAddr);
    }
    await sender.writeBatch(batch);
  }
  return sent;
}

/** Receives so many, now one by one, now in batches of any shape. */
async function receive(random: (below: number) => number, way: Way, conn: UDPConn, count: number) {
  const got: string[] = [];
  while (got.length < count) {
    if (random(4) === 0) {
      const p = Buffer.alloc(1 + random(1500));
      const { n, addr, truncated } = await conn.readFrom(p);
      got.push(`${addr!.port} ${truncated} ${p.toString("latin1", 0, n)}`);
      continue;
    }
    const size = [10, 600, 1200, 2000][random(4)];
    // As many as there are at most, or the ways would take unlike numbers at once.
    const batch: MessageBatch<UDPAddr> = way.batch({ messages: 1 + random(3), size });
    const want = Math.min(batch.messages, count - got.length);
    for (let n = 0; n < want;) {
      const room = way.batch({ messages: want - n, size });
      n += await conn.readBatch(room);
      for (let i = 0; i < room.length; i++)
        got.push(
          `${room.addr(i)!.port} ${room.truncated(i)} ${Buffer.from(room.data(i)).toString("latin1")}`,
        );
    }
  }
  return got;
}

async function play(way: Way, seed: number): Promise<string[]> {
  const random = chance(seed);
  const conns = await Promise.all([here(), here(), here(), here()]);
  try {
    const [a, b, ...to] = conns;
    const ports = new Map(conns.map((conn, i) => [String(conn.localAddr!.port), `conn ${i}`]));
    const all: string[] = [];
    for (const conn of to) await prime(way, { from: a, to: conn });
    for (let round = 0; round < 8; round++) {
      const sent = await send(random, way, [a, b], to, round);
      for (const [i, conn] of to.entries()) all.push(...(await receive(random, way, conn, sent[i])));
    }
    return all.map((line) => line.replace(/^\d+/, (port) => ports.get(port)!));
  } finally {
    disposeOf(...conns);
  }
}

describe("scripts of chance", () => {
  it.each([1, 2, 3, 4, 5, 6])("end alike, whatever way datagrams take: seed %i", async (seed) => {
    const [first, ...others] = await Promise.all(
      ways.slice(0, 2).map((way) => way.run(() => play(way, seed))),
    );
    expect(first.length).toBe(400);
    for (const other of others) expect(other).toEqual(first);
    expect(await ways[2].run(() => play(ways[2], seed))).toEqual(first);
  });
});
