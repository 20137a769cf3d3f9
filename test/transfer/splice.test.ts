// From one stream to another inside the kernel: readFrom and writeTo over splice(2).

import { LimitedReader, type TCPConn } from "rawconn";
import { afterAll, describe, expect, it } from "vitest";
import { poller, WRITE } from "#lib/internal/poll/poller.js";
import { fdOf, fill, outcome, readFull, turn } from "../poll/pair.js";
import { outcomeAfter } from "../support/outcome.js";
import { emptyPipes } from "../support/pipes.js";
import { watch } from "../support/syscalls.js";
import { ends, type Ends, hash, noise, openPipes, readAll, send, type Stream } from "./ends.js";

afterAll(emptyPipes);
const MiB = 1 << 20;

type Kind = "tcp" | "unix";
type Copy = (from: Stream, to: Stream) => Promise<number>;
const ways: [name: string, from: Kind, to: Kind, copy: Copy][] = [
  ["TCP to TCP by readFrom", "tcp", "tcp", (from, to) => (to as TCPConn).readFrom(from)],
  ["Unix to TCP by readFrom", "unix", "tcp", (from, to) => (to as TCPConn).readFrom(from)],
  ["TCP to TCP by writeTo", "tcp", "tcp", (from, to) => (from as TCPConn).writeTo(to)],
  ["TCP to Unix by writeTo", "tcp", "unix", (from, to) => (from as TCPConn).writeTo(to)],
];

describe.each(ways)("from %s", (_name, fromKind, toKind, copy) => {
  it.each([0, 1, 128, 65_537, 5 * MiB + 3])(
    "%i bytes pass inside the kernel, up to the end",
    async (size) => {
      using source: Ends = await ends(fromKind);
      using sink: Ends = await ends(toKind);
      const bytes = noise(size);
      const [got, moved, calls] = await Promise.all([
        readAll(sink.far),
        (async () => {
          using all = watch();
          const n = await copy(source.far, sink.near);
          sink.near.closeWrite();
          return [n, all] as const;
        })(),
        send(source.near, bytes),
      ]).then(([received, [n, all]]) => [received, n, all] as const);
      expect(moved).toBe(size);
      expect(hash(got)).toBe(hash(bytes));
      expect(calls.count("splice")).toBeGreaterThan(0);
      // Only the test itself reads and writes.
      const fds = new Set(calls.calls.filter(({ name }) => name === "splice").map(({ args }) => args[0]));
      expect(fds.size).toBe(size === 0 ? 1 : 2);
    },
  );
});

describe("a transfer", () => {
  it("of 64 MiB keeps every byte", { timeout: 60_000 }, async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const bytes = noise(64 * MiB);
    const reading = readAll(sink.far);
    const [moved] = await Promise.all([sink.near.readFrom(source.far), send(source.near, bytes)]);
    sink.near.closeWrite();
    expect(moved).toBe(bytes.length);
    expect(hash(await reading)).toBe(hash(bytes));
  });

  it("waits for the source, then for the sink, whichever is slow", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const copying = sink.near.readFrom(source.far);
    for (const text of ["one", "two"]) {
      await source.near.write(text);
      expect((await readFull(sink.far, 3)).toString()).toBe(text);
      expect(await outcomeAfter(2, copying)).toBe("pending");
    }
    // More than the buffers of both and the pipe hold.
    const bytes = noise(24 * MiB);
    const sending = send(source.near, bytes);
    expect(await outcomeAfter(20, sending)).toBe("pending");
    const got = await readFull(sink.far, bytes.length);
    expect(hash(got)).toBe(hash(bytes));
    await sending;
    expect(await copying).toBe(6 + bytes.length);
  });

  it("that waits, for one or the other, makes no system calls meanwhile", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const copying = outcome(sink.near.readFrom(source.far));
    await source.near.write("a");
    await readFull(sink.far, 1);
    for (const wait of ["for the source", "for the sink"]) {
      if (wait === "for the sink") {
        fill(sink.near);
        await source.near.write("b");
        while (poller.waiting[fdOf(sink.near).slot * 2 + WRITE] === null) await turn();
      }
      using calls = watch();
      for (let turns = 0; turns < 20; turns++) await turn();
      expect([wait, calls.count("splice")]).toEqual([wait, 0]);
    }
    sink.near.close();
    await copying;
  });

  it("comes after what was written before it, and before what is written after it", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    await source.near.write("data");
    source.near.closeWrite();
    const before = ["a", "b", "c", "d", "e"].map((text) => sink.near.write(text));
    expect(await sink.near.readFrom(source.far)).toBe(4);
    await Promise.all([...before, sink.near.write("after")]);
    expect((await readFull(sink.far, 14)).toString()).toBe("abcdedataafter");
  });

  it("never tears a write of somebody else's", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const copying = sink.near.readFrom(new LimitedReader(source.far, 8 * MiB));
    const sending = source.near.write(Buffer.alloc(8 * MiB, "."));
    const marks = Array.from({ length: 50 }, async (_, i) => {
      for (let j = 0; j < i; j++) await turn();
      return sink.near.write("x".repeat(40_000));
    });
    const got = await readFull(sink.far, 8 * MiB + 50 * 40_000);
    await Promise.all([copying, sending, ...marks]);
    const runs = got.toString("latin1").match(/x+/g)!;
    expect(runs.filter((run) => run.length % 40_000 !== 0)).toEqual([]);
  });

  it("from a connection to itself is an echo", async () => {
    using both = await ends("tcp");
    const copying = both.near.readFrom(both.near);
    const bytes = noise(3 * MiB);
    const [got] = await Promise.all([readFull(both.far, bytes.length), send(both.far, bytes)]);
    expect(got.equals(bytes)).toBe(true);
    expect(await copying).toBe(bytes.length);
  });

  it("shares the source with other readers: nobody gets a byte twice", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const p = Buffer.alloc(3);
    const reading = source.far.read(p);
    const copying = sink.near.readFrom(source.far);
    await send(source.near, Buffer.from("onetwo"));
    expect([await reading, p.toString()]).toEqual([3, "one"]);
    expect(await copying).toBe(3);
    expect((await readFull(sink.far, 3)).toString()).toBe("two");
  });
});

describe("a limit", () => {
  it.each([
    [10, 10, 0],
    [10, 4, 0],
    [3, 10, 7],
    [0, 10, 10],
  ])("of %i bytes on a source of %i", async (limit, size, unread) => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    await send(source.near, noise(size));
    const reader = new LimitedReader(source.far, limit);
    const moved = Math.min(limit, size);
    expect(await sink.near.readFrom(reader)).toBe(moved);
    expect(reader.n).toBe(limit - moved);
    sink.near.closeWrite();
    expect((await readAll(sink.far)).equals(noise(size).subarray(0, moved))).toBe(true);
    expect((await readAll(source.far)).length).toBe(unread);
  });

  it("that is reached ends it though the source stays open and says no more", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const reader = new LimitedReader(source.far, 20 * MiB);
    const copying = sink.near.readFrom(reader);
    const sending = source.near.write(noise(20 * MiB));
    // The last of it stays in the pipe until the sink has room.
    await readFull(sink.far, 20 * MiB);
    expect([await copying, await sending, reader.n]).toEqual([20 * MiB, 20 * MiB, 0]);
  });

  it("in several parts, one after the other", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const bytes = noise(100_000);
    const sending = send(source.near, bytes);
    const reading = readAll(sink.far);
    const parts: number[] = [];
    for (const part of [1, 65_536, 30_000, 10_000])
      parts.push(await sink.near.readFrom(new LimitedReader(source.far, part)));
    sink.near.closeWrite();
    await sending;
    expect(parts).toEqual([1, 65_536, 30_000, 4463]);
    expect(hash(await reading)).toBe(hash(bytes));
  });

  it("of nothing asks neither end, however busy or closed", async () => {
    using source = await ends("tcp");
    using sink = await ends("tcp");
    const reading = source.far.read(new Uint8Array(1));
    expect(await sink.near.readFrom(new LimitedReader(source.far, 0))).toBe(0);
    sink.near.close();
    expect(await sink.near.readFrom(new LimitedReader(source.far, 0))).toBe(0);
    await source.near.write("x");
    await reading;
  });
});

describe("a proxy", () => {
  /** Pumps both ways, each until its source ends; how many bytes went each way. */
  async function proxy(one: TCPConn, other: Stream): Promise<number[]> {
    const pump = async (copy: Promise<number>, sink: Stream) => {
      const n = await copy;
      sink.closeWrite();
      return n;
    };
    return Promise.all([pump(one.readFrom(other), one), pump(one.writeTo(other), other)]);
  }

  it.each(["tcp", "unix"] as const)("between TCP and %s pumps both ways, with half-closes", async (kind) => {
    const before = openPipes();
    using client = await ends("tcp");
    using server: Ends = await ends(kind);
    const proxying = proxy(client.far, server.near);
    const [request, answer] = [noise(3 * MiB + 1), noise(5 * MiB + 7)];
    const serving = (async () => {
      const got = await readAll(server.far);
      await send(server.far, answer);
      return got;
    })();
    const [, got] = await Promise.all([send(client.near, request), readAll(client.near)]);
    expect(hash(await serving)).toBe(hash(request));
    expect(hash(got)).toBe(hash(answer));
    expect(await proxying).toEqual([answer.length, request.length]);
    expect(openPipes()).toEqual(before);
  });

  it("of twenty at once keeps them apart", async () => {
    const before = openPipes();
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        using client = await ends("tcp");
        using server = await ends("tcp");
        const proxying = proxy(client.far, server.near);
        const bytes = Buffer.alloc(300_000, i);
        const echoing = server.far.readFrom(server.far).then(() => server.far.closeWrite());
        const [, got] = await Promise.all([send(client.near, bytes), readAll(client.near)]);
        await Promise.all([echoing, proxying]);
        return got.equals(bytes);
      }),
    );
    expect(all).toEqual(Array.from({ length: 20 }, () => true));
    expect(openPipes()).toEqual(before);
  });
});
