// The timeout of a stream over a connection is that of a socket: for what does nothing, and not for what goes slowly.

import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { pipe } from "rawconn";
import { toDuplex } from "rawconn/node";
import { outcomeAfter } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { pattern, readAll } from "./bytes.js";

describe("a stream with a timeout", () => {
  /** Time that goes when it is told to. */
  const stopClock = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  afterEach(() => vi.useRealTimers());

  it("tells when nothing happens for a while, and not while something does", async () => {
    stopClock();
    const [near, far] = pipe();
    const stream = toDuplex(near);
    stream.resume();
    let timeouts = 0;
    stream.on("timeout", () => timeouts++);
    stream.setTimeout(60);
    for (let i = 0; i < 8; i++) {
      await far.write("alive");
      await vi.advanceTimersByTimeAsync(59);
    }
    expect(timeouts).toBe(0);
    await vi.advanceTimersByTimeAsync(60);
    expect(timeouts).toBe(1);
    stream.setTimeout(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(timeouts).toBe(1);
    stream.destroy();
  });

  it("takes the pieces of a long write for signs of life", async () => {
    stopClock();
    const [near, far] = pipe();
    let timeouts = 0;
    const stream = toDuplex(near).setTimeout(60, () => timeouts++);
    const written = new Promise<string>((resolve) =>
      stream.write(pattern(1 << 20), () => resolve("written")),
    );
    const p = Buffer.alloc(128 << 10);
    for (let left = 1 << 20; left > 0; left -= (await far.read(p))!) await vi.advanceTimersByTimeAsync(59);
    expect(await written).toBe("written");
    expect(timeouts).toBe(0);
    await vi.advanceTimersByTimeAsync(60);
    expect(timeouts).toBe(1);
    stream.destroy();
  });

  it("writes what was written together in pieces, too, and every byte in its place", async () => {
    using ends = await pair();
    const sizes: number[] = [];
    const writev = ends.client.writev.bind(ends.client);
    const sizeOf = (pieces: readonly Uint8Array[]) => pieces.reduce((sum, { length }) => sum + length, 0);
    ends.client.writev = (pieces) => (sizes.push(sizeOf(pieces)), writev(pieces));
    const stream = toDuplex(ends.client).setTimeout(60_000);
    const bytes = pattern(400_000);
    stream.cork();
    for (const [from, to] of [
      [0, 1],
      [1, 70_001],
      [70_001, 300_000],
      [300_000, 400_000],
    ])
      stream.write(bytes.subarray(from, to));
    stream.end();
    expect((await readAll(ends.server)).equals(bytes)).toBe(true);
    expect(Math.max(...sizes)).toBe(128 << 10);
    stream.destroy();
  });

  it("waits as long as a socket does, whatever the number", async () => {
    const stream = toDuplex(pipe()[0]);
    const timeout = once(stream, "timeout");
    for (const long of [2 ** 31, Number.MAX_VALUE]) {
      stream.setTimeout(long);
      expect(await outcomeAfter(20, timeout)).toBe("pending");
    }
    stream.setTimeout(1.5);
    await timeout;
    for (const none of [-1, NaN, Infinity]) expect(() => stream.setTimeout(none)).toThrow(RangeError);
    expect(() => stream.setTimeout("3" as never)).toThrow(TypeError);
    stream.destroy();
  });

  it("lets itself be set when it is destroyed, as a socket does, to no effect", async () => {
    using ends = await pair();
    const stream = toDuplex(ends.client);
    stream.destroy();
    const calls = [
      stream.setTimeout(1),
      stream.setNoDelay(),
      stream.setKeepAlive(true, 1),
      stream.ref(),
      stream.unref(),
    ];
    for (const returned of calls) expect(returned).toBe(stream);
    expect(await outcomeAfter(20, once(stream, "timeout"))).toBe("pending");
  });
});
