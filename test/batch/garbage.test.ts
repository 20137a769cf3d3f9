// Batches make no garbage for each datagram, of whatever family its sender is.

import { getHeapStatistics } from "node:v8";
import { expect, it } from "vitest";
import { type Addr, MessageBatch, type PacketConn, type UnixAddr, type UnixConn } from "rawconn";
import { hasIPv6 } from "../support/pair.js";
import { unixgram } from "../support/unix.js";
import { here } from "./ways.js";

const ROUNDS = 400;

type Conn = PacketConn<Addr> | UnixConn;

/** Bytes of the heap that a batch of so many datagrams takes on its way, each looked at when it has come. */
async function garbage(a: Conn, b: Conn, count: number): Promise<number> {
  const make = () => new MessageBatch({ messages: count, size: 64, offload: false });
  const [out, into] = [make(), make()];
  for (let i = 0; i < count; i++) out.push("datagram", b.localAddr);
  let seen = 0;
  const round = async () => {
    await a.writeBatch(out as MessageBatch<UnixAddr>);
    for (let left = count; left > 0; left -= into.length) {
      await b.readBatch(into as MessageBatch<UnixAddr>);
      for (let i = 0; i < into.length; i++) seen += into.n(i) + into.addr(i)!.network.length + into.offset(i);
    }
  };
  for (let i = 0; i < 2000; i++) await round();
  // The collector may come in between, and the compiler: the least of some runs is what the code itself takes.
  let least = Infinity;
  for (let run = 0; run < 10; run++) {
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < ROUNDS; i++) await round();
    const grown = getHeapStatistics().used_heap_size - before;
    if (grown >= 0) least = Math.min(least, grown / ROUNDS);
  }
  expect(seen).toBeGreaterThan(0);
  return least;
}

// An address would be 100 bytes and more for each, and a view 90. What a call takes itself is the same for all batches.
const LIMIT = 8;

async function each(a: Conn, b: Conn, few: number, many: number): Promise<number> {
  return ((await garbage(a, b, many)) - (await garbage(a, b, few))) / (many - few);
}

it.each(["127.0.0.1", ...(hasIPv6 ? ["::1"] : [])])("a datagram of %s", async (host) => {
  using a = await here(host);
  using b = await here(host);
  expect(await each(a as Conn, b as Conn, 4, 48)).toBeLessThan(LIMIT);
});

it("a datagram of a Unix socket", async () => {
  using a = await unixgram();
  using b = await unixgram();
  // More would have to wait.
  expect(await each(a, b, 2, 8)).toBeLessThan(LIMIT);
});
