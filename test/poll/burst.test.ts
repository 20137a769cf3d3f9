// Writes that follow each other in one turn of the loop go together, and nobody can tell but by the number of calls.

import { dial, fileConn, listen, type TCPConn, UnixConn } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { poller } from "#lib/internal/poll/poller.js";
import { outcomeAfter } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";
import { burst, isHeld, said, warmUp } from "./bursts.js";
import { codeOf, drain, fdOf, fill, outcome, type Pair, pair, readFull, turn } from "./pair.js";

/** Two ends of which the near one writes in bursts. */
async function warmPair(): Promise<Pair> {
  const ends = await pair();
  await warmUp(ends.near, ends.far);
  return ends;
}

const text = async (conn: TCPConn, length: number) => (await readFull(conn, length)).toString();

describe("a burst of writes", () => {
  it("goes in one call, in order, and each learns its own number", async () => {
    using ends = await warmPair();
    using calls = watch();
    expect(await burst(ends.near, "one", "", "three", "4", "fives")).toEqual(["3", "0", "5", "1", "5"]);
    expect([calls.count("writev"), calls.count("send")]).toEqual([1, 0]);
    expect(await text(ends.far, 14)).toBe("onethree4fives");
  });

  it("settles in order", async () => {
    using ends = await warmPair();
    const order: number[] = [];
    await Promise.all(Array.from({ length: 5 }, (_, i) => ends.near.write("x").then(() => order.push(i))));
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it("is gone before anything else of the loop has its turn", async () => {
    using ends = await warmPair();
    const seen = new Uint8Array(16);
    const later = new Promise<number>((resolve) => {
      setImmediate(() => resolve(binding.recv(fdOf(ends.far).fd, seen)));
    });
    void burst(ends.near, "one", "two");
    expect(isHeld(ends.near)).toBe(true);
    expect(binding.recv(fdOf(ends.far).fd, seen)).toBeLessThan(0);
    expect(await later).toBe(6);
  });

  it("takes along what nextTick writes", async () => {
    using ends = await warmPair();
    using calls = watch();
    const first = burst(ends.near, "one", "two");
    const second = new Promise<string[]>((resolve) =>
      process.nextTick(() => resolve(burst(ends.near, "three"))),
    );
    expect([await first, await second]).toEqual([["3", "3"], ["5"]]);
    expect(calls.count("writev")).toBe(1);
    expect(await text(ends.far, 11)).toBe("onetwothree");
  });

  it("of 3000 goes in three calls, since one takes 1024 pieces", async () => {
    using ends = await warmPair();
    using calls = watch();
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => i * 7));
    const numbers = await Promise.all(
      Array.from({ length: 3000 }, (_, i) => ends.near.write(bytes.subarray(i, i + 1))),
    );
    expect(new Set(numbers)).toEqual(new Set([1]));
    expect([calls.count("writev"), calls.count("send")]).toEqual([3, 0]);
    expect((await readFull(ends.far, 3000)).equals(bytes)).toBe(true);
  });

  it("larger than the kernel has room for goes on when there is room", async () => {
    using ends = await pair();
    // An accepted connection is not watched by the poller until it has to wait, which is in the middle of this.
    const { near: far, far: near } = ends;
    await warmUp(near, far);
    const writes = Array.from({ length: 40 }, (_, i) => near.write(Buffer.alloc(250_000 + i, i)));
    const got = await readFull(far, 40 * 250_000 + 780);
    expect(await Promise.all(writes)).toEqual(Array.from({ length: 40 }, (_, i) => 250_000 + i));
    let at = 0;
    for (let i = 0; i < 40; i++) {
      const part = got.subarray(at, (at += 250_000 + i));
      expect(part.every((byte) => byte === i)).toBe(true);
    }
  });

  it("of a Unix stream goes together, of records each goes alone", async () => {
    for (const [network, writevs] of [["unix", 1] as const, ["unixpacket", 0] as const]) {
      using listener = await listen(network, `@rawconn-burst-${process.pid}`);
      using near = await dial(network, listener.addr!.toString());
      using far = await listener.accept();
      await warmUp(near, far);
      using calls = watch();
      expect(await burst(near, "one", "two")).toEqual(["3", "3"]);
      expect(calls.count("writev")).toBe(writevs);
      const p = new Uint8Array(16);
      expect(await far.read(p)).toBe(writevs === 1 ? 6 : 3);
      expect(far).toBeInstanceOf(UnixConn);
    }
  });
});

describe("a write that is not part of a burst", () => {
  it("goes at once", async () => {
    using ends = await pair();
    for (let round = 0; round < 5; round++) {
      // The poller tells turns apart by the batches of events: this makes one.
      const echo = ends.near.read(new Uint8Array(1));
      await ends.far.write("x");
      await echo;
      const writing = ends.near.write("y");
      expect(isHeld(ends.near)).toBe(false);
      expect(binding.recv(fdOf(ends.far).fd, new Uint8Array(4))).toBe(1);
      await writing;
    }
  });

  it("after it was held back in vain makes those that follow go at once", async () => {
    using ends = await warmPair();
    const lone = ends.near.write("x");
    expect(isHeld(ends.near)).toBe(true);
    expect(await lone).toBe(1);
    for (let i = 0; i < 60; i++) {
      const writing = ends.near.write("x");
      expect(isHeld(ends.near)).toBe(false);
      await writing;
    }
  });
});

// What must find the bytes of a burst sent, as if each write had gone by itself.
const actions: [string, (conn: TCPConn) => unknown][] = [
  ["close", (conn) => conn.close()],
  ["a disposal", (conn) => conn[Symbol.dispose]()],
  ["closeWrite", (conn) => conn.closeWrite()],
  ["closeRead", (conn) => conn.closeRead()],
  ["a write deadline in the past", (conn) => conn.setWriteDeadline(1)],
  ["both deadlines in the past", (conn) => conn.setDeadline(1)],
  ["file", (conn) => conn.file().close()],
  ["a look at the descriptor", (conn) => conn.syscallConn().control(() => {})],
  ["an option", (conn) => conn.setNoDelay(false)],
  [
    "linger 0 and close",
    (conn) => {
      conn.setLinger(0);
      conn.close();
    },
  ],
];

describe("a burst, and at once", () => {
  it.each(actions)("%s", async (_name, act) => {
    const ends: string[][] = [];
    for (const make of [pair, warmPair]) {
      using two = await make();
      const seen = new Uint8Array(64);
      const writes = burst(two.near, "one", "", "three");
      expect(isHeld(two.near)).toBe(make === warmPair);
      act(two.near);
      expect(isHeld(two.near)).toBe(false);
      // Sent by now, not some time later.
      const n = binding.recv(fdOf(two.far).fd, seen);
      ends.push([Buffer.from(seen.subarray(0, n)).toString(), ...(await writes)]);
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[1]).toEqual(["onethree", "3", "0", "5"]);
  });

  it("another write through a copy of the descriptor made then comes after it", async () => {
    using ends = await warmPair();
    const first = burst(ends.near, "one", "two");
    using file = ends.near.file();
    using copy = fileConn(file) as TCPConn;
    await Promise.all([first, copy.write("three")]);
    expect(await text(ends.far, 11)).toBe("onetwothree");
  });

  it("writev, a raw write and a file come after it, and a write after those", async () => {
    using ends = await warmPair();
    const { near, far } = ends;
    const first = burst(near, "a", "b");
    const pieces = near.writev([Buffer.from("c"), Buffer.from("d")]);
    const raw = near.syscallConn().write((fd) => binding.send(fd, Buffer.from("e"), 0) === 1);
    const last = burst(near, "f", "g");
    expect(isHeld(near)).toBe(true);
    expect([await first, await pieces, await raw, await last]).toEqual([
      ["1", "1"],
      2,
      undefined,
      ["1", "1"],
    ]);
    expect(await text(far, 7)).toBe("abcdefg");
  });

  it("a write that the deadline came too early for: the burst goes, that write does not", async () => {
    using ends = await warmPair();
    const { near } = ends;
    near.setWriteDeadline(Date.now() + 5);
    const first = burst(near, "one", "two");
    expect(isHeld(near)).toBe(true);
    const start = performance.now();
    while (performance.now() - start < 10);
    const late = burst(near, "late");
    expect([await first, await late]).toEqual([["3", "3"], ["ERR_DEADLINE after 0"]]);
    near.setWriteDeadline(null);
    near.close();
    expect(await drain(ends.far)).toBe(6);
  });
});

describe("a connection closed in the middle of its burst", () => {
  it("by a raw write in it is closed once, and the caller's close is the second", async () => {
    using ends = await warmPair();
    const { near, far } = ends;
    const { fd } = fdOf(near);
    const first = burst(near, "one");
    const raw = outcome(near.syscallConn().write(() => (near.close(), true)));
    const after = burst(near, "two");
    using calls = watch();
    expect(() => near.close()).toThrow(expect.objectContaining({ name: "OpError", code: "ERR_CLOSED" }));
    expect(await first).toEqual(["3"]);
    expect(await after).toEqual(["ERR_CLOSED after 0"]);
    await raw;
    expect(calls.calls.filter(({ name, args }) => name === "close" && args[0] === fd)).toHaveLength(1);
    expect(await drain(far)).toBe(3);
  });

  it.each([
    ["file", (conn: TCPConn) => conn.file()],
    ["closeWrite", (conn: TCPConn) => conn.closeWrite()],
    ["setWriteDeadline", (conn: TCPConn) => conn.setWriteDeadline(null)],
    ["setNoDelay", (conn: TCPConn) => conn.setNoDelay(true)],
  ])("is closed for %s too", async (_name, act) => {
    using ends = await warmPair();
    const { near } = ends;
    const first = burst(near, "one");
    void outcome(near.syscallConn().write(() => (near.close(), true)));
    expect(() => act(near)).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
    expect(await first).toEqual(["3"]);
  });

  it("leaves its place to another, whose burst is its own", async () => {
    using ends = await warmPair();
    using others = await pair();
    using file = others.near.file();
    const { slot } = fdOf(ends.near);
    const first = burst(ends.near, "one", "two");
    ends.near.close();
    using heir = fileConn(file) as TCPConn;
    expect(fdOf(heir).slot).toBe(slot);
    const second = burst(heir, "3", "4", "5", "6", "7");
    // Whoever still calls the one that is closed does not touch the other.
    expect(() => ends.near.setWriteDeadline(null)).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
    expect(isHeld(heir)).toBe(true);
    expect([await first, await second]).toEqual([
      ["3", "3"],
      ["1", "1", "1", "1", "1"],
    ]);
    expect(await text(ends.far, 6)).toBe("onetwo");
    expect(await text(others.far, 5)).toBe("34567");
    expect(poller.waiting[slot * 2 + 1]).toBe(null);
  });
});

describe("a line of writes that waits", () => {
  it("is gathered as far as writes go, in order with all else", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    const writes = [burst(near, "a", "b"), near.writev([Buffer.from("cd")]), burst(near, "e", "", "f")];
    expect(await outcomeAfter<unknown>(5, writes[0])).toBe("pending");
    using calls = watch();
    await readFull(far, filled);
    expect(await Promise.all(writes)).toEqual([["1", "1"], 2, ["1", "0", "1"]]);
    expect(await text(far, 6)).toBe("abcdef");
    const gathered = calls.calls.filter(({ name, result }) => name === "writev" && result > 0);
    expect(gathered.map(({ result }) => result)).toEqual([2, 2, 2]);
  });

  it("ends with close: the rest of the line, each with the number that went", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    const writes = burst(near, "a", "bc");
    near.close();
    expect(await writes).toEqual(["ERR_CLOSED after 0", "ERR_CLOSED after 0"]);
    expect(await codeOf(near.write("d"))).toBe("ERR_CLOSED");
    expect(said(await outcome(drain(far)))).toBe(String(filled));
  });

  it("still comes before what is written after it", async () => {
    using ends = await pair();
    poller.turn = 0;
    const writes = burst(ends.near, "a", "b", "c");
    await turn();
    expect(await writes).toEqual(["1", "1", "1"]);
    expect(await text(ends.far, 3)).toBe("abc");
  });
});
