// A test of somebody's that replaces the timers of the whole process: what all connections share goes by the real ones,
// while it lasts and when it is over.

import { mock } from "node:test";
import { type Conn, pipe, type PipeConn } from "rawconn";
import { describe, expect, it, vi } from "vitest";
import { pair } from "../support/pair.js";

// More than one turn of the loop allows.
const MANY = 1000;

interface Ends extends Disposable {
  from: Conn | PipeConn;
  to: Conn | PipeConn;
}

const kinds: [string, () => Promise<Ends>][] = [
  [
    "tcp",
    async () => {
      const { client, server, [Symbol.dispose]: end } = await pair();
      return { from: client, to: server, [Symbol.dispose]: end };
    },
  ],
  [
    "a pipe",
    async () => {
      const [from, to] = pipe();
      return { from, to, [Symbol.dispose]: () => from.close() };
    },
  ],
];

const fakes: [string, () => () => void][] = [
  [
    "vitest",
    () => {
      vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout", "queueMicrotask", "performance"] });
      return () => void vi.useRealTimers();
    },
  ],
  [
    "node:test",
    () => {
      mock.timers.enable({ apis: ["setImmediate", "setTimeout"] });
      return () => mock.timers.reset();
    },
  ],
];

/** Many small reads in a row, of what many small writes sent. */
async function exchange({ from, to }: Ends): Promise<number> {
  const writes = Promise.all(Array.from({ length: MANY }, () => from.write("x")));
  const p = new Uint8Array(1);
  let n = 0;
  while (n < MANY) n += (await to.read(p))!;
  await writes;
  return n;
}

describe.each(kinds)("%s", (_, make) => {
  it.each(fakes)("goes on while the timers are those of %s, and after", async (_by, begin) => {
    using during = await make();
    const end = begin();
    try {
      expect(await exchange(during)).toBe(MANY);
    } finally {
      end();
    }
    using after = await make();
    expect(await exchange(during)).toBe(MANY);
    expect(await exchange(after)).toBe(MANY);
  });
});
