// How much may happen in one turn of the event loop, and what becomes of an operation that has to wait for the next.

import { listen } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { poller } from "#lib/internal/poll/poller.js";
import { failing, failingAlways, withFault } from "../faults/inject.js";
import { run, saying } from "../life/child.js";
import { fdOf, fill, inTimers, outcome, pair, readFull, sendNow } from "./pair.js";

const room = (length = 16) => new Uint8Array(length);

/** Counts the turns of the loop while `body` runs; `longest` is how many `step`s went into one of them. */
async function watchTurns(
  body: (step: () => void) => Promise<void>,
): Promise<{ turns: number; longest: number }> {
  let turns = 0;
  let steps = 0;
  let longest = 0;
  let over = false;
  const count = () => {
    turns++;
    steps = 0;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await body(() => {
    longest = Math.max(longest, ++steps);
  });
  over = true;
  return { turns, longest };
}

describe("a peer that always has more to say", () => {
  it("is read a bounded number of times before the loop gets its turn", async () => {
    using ends = await pair();
    const { near, far } = ends;
    let left = Math.min(fill(far), 20_000);
    const p = room(1);
    const { turns, longest } = await watchTurns(async (step) => {
      for (; left > 0; left--) {
        await near.read(p);
        step();
      }
    });
    expect(longest).toBeLessThanOrEqual(2 * (256 + 2));
    expect(turns).toBeGreaterThanOrEqual(20_000 / 600);
  });

  it("does not keep a timer from firing on time", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const pump = setInterval(() => fill(far), 1);
    const late: number[] = [];
    const tick = (due: number) => {
      late.push(performance.now() - due);
      if (late.length < 20) setTimeout(tick, 5, performance.now() + 5);
    };
    setTimeout(tick, 5, performance.now() + 5);
    const p = room(3);
    while (late.length < 20) await near.read(p);
    clearInterval(pump);
    expect(late.toSorted((a, b) => a - b)[10]).toBeLessThan(50);
  });

  it("does not keep another connection waiting", async () => {
    using noisy = await pair();
    using quiet = await pair();
    fill(noisy.far);
    let reads = 0;
    const over = new AbortController();
    const firehose = (async () => {
      const p = room(1);
      for (; !over.signal.aborted; reads++) await noisy.near.read(p);
    })();
    const before = reads;
    for (let round = 0; round < 10; round++) {
      const reading = quiet.near.read(room());
      sendNow(quiet.far, "x");
      await reading;
    }
    over.abort();
    await firehose;
    // Each round waits for a turn or two of the loop, in which the other reads its share.
    expect(reads - before).toBeLessThan(10 * 3 * 260);
  });

  it("gets a long write in pieces, however much the kernel would take", async () => {
    using ends = await pair();
    const chunk = 1 << 12;
    let sends = 0;
    const { longest } = await watchTurns(async (step) => {
      // A kernel with room without end: a peer that reads as fast as we write.
      const greedy = () => (_fd: number, p: Uint8Array, offset: number) => {
        step();
        sends++;
        return Math.min(p.length - offset, chunk);
      };
      await withFault({ send: greedy }, async () => {
        expect(await ends.near.write(new Uint8Array(4096 * chunk))).toBe(4096 * chunk);
      });
    });
    expect(sends).toBe(4096);
    expect(longest).toBeLessThanOrEqual(2 * 258);
  });

  it("gives way although each answer is an error", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    await withFault({ accept: failingAlways("EMFILE") }, async () => {
      const { longest } = await watchTurns(async (step) => {
        for (let tries = 0; tries < 3000; tries++) {
          await outcome(listener.accept());
          step();
        }
      });
      expect(longest).toBeLessThanOrEqual(2 * 258);
    });
  });
});

describe("a turn in which a deadline was set", () => {
  // The clocks are compared once a turn. Were the loop to wait in the kernel meanwhile, the clock could be set there, and
  // the next callback would still count as the same turn.
  it("is over before the loop waits", async () => {
    expect(await run("turn.mjs")).toEqual(saying({ waited: false }));
  });
});

describe("an operation that is out of turn", () => {
  it("reads what was there all along, in the next one", async () => {
    using ends = await pair();
    sendNow(ends.far, "there");
    poller.turn = 0;
    expect(await ends.near.read(room())).toBe(5);
  });

  it("writes in the next one", async () => {
    using ends = await pair();
    poller.turn = 0;
    expect(await ends.near.write("there")).toBe(5);
    expect((await readFull(ends.far, 5)).toString()).toBe("there");
  });

  it("still comes before those that were called after it", async () => {
    using ends = await pair();
    const { near, far } = ends;
    sendNow(far, "abcdef");
    poller.turn = 0;
    const first = room(3);
    const reading = near.read(first);
    poller.turn = 100;
    const second = room(3);
    await near.read(second);
    await reading;
    expect(Buffer.concat([first, second]).toString()).toBe("abcdef");
  });

  // The call was made, there was nothing, and the turn ended with it: what comes before the next turn must be seen.
  it("is woken by bytes that come before its turn", async () => {
    using ends = await pair();
    const { near, far } = ends;
    near.setReadDeadline(Date.now() + 2000);
    const reading = await inTimers(() => {
      poller.turn = 1;
      const ended = outcome(near.read(room()));
      sendNow(far, "bytes");
      return { ended };
    });
    expect(await reading.ended).toEqual({ value: 5 });
  });

  it("is woken by room that comes before its turn", async () => {
    using ends = await pair();
    const { near, far } = ends;
    near.setWriteDeadline(Date.now() + 2000);
    fill(near);
    const writing = await inTimers(() => {
      poller.turn = 1;
      const ended = outcome(near.write("bytes"));
      const big = new Uint8Array(1 << 20);
      while (binding.recv(fdOf(far).fd, big) > 0);
      return { ended };
    });
    expect(await writing.ended).toEqual({ value: 5 });
  });

  it("tells how many bytes went before it had to stop", async () => {
    using ends = await pair();
    const { near, far } = ends;
    let calls = 0;
    const oneByte = {
      send: (real: typeof binding.send) => (fd: number, p: Uint8Array, offset: number) =>
        calls++ === 0 ? real(fd, p.subarray(0, offset + 1), offset) : -errno("EAGAIN"),
    };
    const writing = await withFault(oneByte, () => {
      poller.turn = 1;
      const ended = outcome(near.write("abc"));
      near.close();
      return ended;
    });
    expect((await readFull(far, 1)).toString()).toBe("a");
    expect(writing).toMatchObject({ error: { code: "ERR_CLOSED", n: 1 } });
    // Close had it tried a last time.
    expect(calls).toBe(2);
  });

  it("tells of bytes that went although its deadline passed in that very moment", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const deadline = Date.now() + 3;
    near.setWriteDeadline(deadline);
    const slow = {
      send: (real: typeof binding.send) => (fd: number, p: Uint8Array, offset: number) => {
        const n = real(fd, p.subarray(0, offset + 1), offset);
        while (Date.now() <= deadline);
        return n;
      },
    };
    const writing = await withFault(slow, () => outcome(near.write("abc")));
    expect((await readFull(far, 1)).toString()).toBe("a");
    expect(writing).toMatchObject({ error: { code: "ERR_DEADLINE", n: 1 } });
  });

  it("tells of an error that was met before it had to stop", async () => {
    using ends = await pair();
    const ended = await withFault({ recv: failing("ECONNRESET") }, () => {
      poller.turn = 1;
      return outcome(ends.near.read(room()));
    });
    expect(ended).toMatchObject({ error: { code: "ECONNRESET", errno: -errno("ECONNRESET") } });
  });
});
