// Peers that are frozen, that never read, or that say a byte at a time: deadlines are kept, memory is bounded, and everybody
// else is served.

import type { ChildProcess } from "node:child_process";
import { type Conn, dial, listen, type TCPConn } from "rawconn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { end, message, start } from "../life/child.js";
import { codeOf, outcome, readFull, turn } from "../poll/pair.js";
import { clog, each, receive, unclog } from "../support/kinds.js";
import { outcomeAfter, SLACK } from "../support/outcome.js";

describe("a peer that is frozen", () => {
  let child: ChildProcess;
  let ended: ReturnType<typeof end>;
  let addresses: [network: string, address: string][];

  beforeAll(async () => {
    child = start("../../faults/children/echo-server.mjs");
    ended = end(child);
    addresses = await message(child);
  });
  afterAll(async () => {
    child.kill("SIGCONT");
    child.send("stop");
    const { code, stderr } = await ended;
    if (code !== 0) throw new Error(`the child ended with ${code}: ${stderr}`);
  });

  it("keeps no deadline from passing on time, and loses nothing: it goes on when it wakes", async () => {
    const conns: Conn[] = await Promise.all(addresses.map(([network, address]) => dial(network, address)));
    child.kill("SIGSTOP");
    const bytes = new Uint8Array(32 << 10).fill(7);
    for (const conn of conns) {
      const at = Date.now() + 30;
      conn.setReadDeadline(at);
      expect(await conn.write(bytes.subarray(0, 1000))).toBe(1000);
      expect(await codeOf(conn.read(new Uint8Array(8)))).toBe("ERR_DEADLINE");
      expect(Date.now()).toBeGreaterThanOrEqual(at);
      expect(Date.now()).toBeLessThan(at + SLACK);
      conn.setReadDeadline(null);
    }
    const echoes = conns.map((conn) => readFull(conn, 1000));
    expect(await outcomeAfter(20, Promise.race(echoes))).toBe("pending");
    child.kill("SIGCONT");
    for (const echo of await Promise.all(echoes)) expect(echo.equals(bytes.subarray(0, 1000))).toBe(true);
    for (const conn of conns) conn.close();
  });

  it("accepts nobody, and dials stand in its queue until it wakes", async () => {
    child.kill("SIGSTOP");
    const conns: Conn[] = await Promise.all(addresses.map(([network, address]) => dial(network, address)));
    const echoes = conns.map(async (conn) => {
      await conn.write("x");
      return readFull(conn, 1);
    });
    expect(await outcomeAfter(20, Promise.race(echoes))).toBe("pending");
    child.kill("SIGCONT");
    expect((await Promise.all(echoes)).map(String)).toEqual(conns.map(() => "x"));
    for (const conn of conns) conn.close();
  });

  it("is left by who is tired of it, at once, with whatever waits", async () => {
    const conns: Conn[] = await Promise.all(addresses.map(([network, address]) => dial(network, address)));
    child.kill("SIGSTOP");
    const waiting = conns.flatMap((conn) => {
      clog(conn);
      return [codeOf(conn.read(new Uint8Array(8))), codeOf(conn.write("never"))];
    });
    await turn();
    for (const conn of conns) conn.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["ERR_CLOSED"]));
    child.kill("SIGCONT");
  });
});

describe("a peer that never reads", () => {
  it.each(each((kind) => kind.waits))(
    "makes writes wait, and end by their deadline, without a copy of their bytes: %s",
    async (_name, kind) => {
      using ends = await kind.connect();
      clog(ends.near);
      const p = new Uint8Array(kind.stream ? 1 << 20 : 1000);
      const before = process.memoryUsage();
      const writes = Array.from({ length: 1000 }, () => outcome(ends.near.write(p)));
      await turn();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      expect(arrayBuffers - before.arrayBuffers).toBeLessThan(p.length * 4);
      expect(heapUsed - before.heapUsed).toBeLessThan(8 << 20);
      ends.near.setWriteDeadline(Date.now() + 20);
      for (const ended of await Promise.all(writes)) {
        expect(ended).toMatchObject({ error: { code: "ERR_DEADLINE" } });
      }
      ends.near.setWriteDeadline(null);
      unclog(ends.far);
      expect(await ends.near.write("x")).toBe(1);
      expect(String(await receive(kind, ends.far))).toBe("x");
    },
  );

  it("gets everything when it reads after all, in order", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
    const sent = Buffer.alloc(16 << 20, "so many bytes that no buffer of the kernel's holds them; ");
    const writing = near.write(sent);
    expect(await outcomeAfter(20, writing)).toBe("pending");
    expect((await readFull(far, sent.length)).equals(sent)).toBe(true);
    expect(await writing).toBe(sent.length);
    near.close();
    far.close();
  });
});

describe("a thousand peers that say a byte at a time", () => {
  const PEERS = 1000;
  const PATIENCE = 400;

  /** Reads a line that never comes, until the deadline. How many milliseconds that took. */
  async function listenTo(conn: TCPConn): Promise<number> {
    const since = Date.now();
    conn.setReadDeadline(since + PATIENCE);
    const p = new Uint8Array(16);
    for (;;) {
      const ended = await outcome(conn.read(p));
      if ("value" in ended) continue;
      expect(ended.error.code).toBe("ERR_DEADLINE");
      conn.close();
      return Date.now() - since;
    }
  }

  it("are given up on time, cost little each, and keep nobody else waiting", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const address = listener.addr!.toString();
    const [good, served] = await Promise.all([dial("tcp", address), listener.accept()]);
    const before = process.memoryUsage().heapUsed;
    const slow: TCPConn[] = [];
    const accepted: Promise<number>[] = [];
    for (let i = 0; i < PEERS; i++) {
      const [near, far] = await Promise.all([dial("tcp", address), listener.accept()]);
      slow.push(near);
      accepted.push(listenTo(far));
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(PEERS * 20_000);
    let next = 0;
    const drip = setInterval(() => {
      for (let i = 0; i < 50; i++) slow[next++ % PEERS].write("x").catch(() => {});
    }, 2);
    const waits = Promise.all(accepted);
    let [trips, longest] = [0, 0];
    while ((await outcomeAfter(0, waits)) === "pending") {
      const since = performance.now();
      await good.write("ping");
      await readFull(served, 4);
      longest = Math.max(longest, performance.now() - since);
      trips++;
    }
    clearInterval(drip);
    for (const taken of await waits) {
      expect(taken).toBeGreaterThanOrEqual(PATIENCE);
      expect(taken).toBeLessThan(PATIENCE + SLACK);
    }
    expect(trips).toBeGreaterThan(10);
    expect(longest).toBeLessThan(SLACK);
    for (const conn of [...slow, good, served]) conn.close();
  });
});
