// Deadlines of a pipe: never early, soon after, gone when they are cleared. The clock is the test's own where a test
// says how much time passes.

import { afterEach, describe, expect, it, vi } from "vitest";
import { ErrDeadlineExceeded, isTemporary, isTimeout, OpError, pipe, type PipeConn } from "rawconn";
import { rejection, SLACK, thrown, turn } from "../support/outcome.js";

const PAST = 1;
const LONGEST_TIMER = 2 ** 31 - 1;
const p = () => new Uint8Array(4);

afterEach(() => void vi.useRealTimers());

/** From here on time passes only when told to. */
function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
}

/** What a promise settled with by now, or `pending`. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = "pending";
  promise.then(
    (value) => (state = value),
    (error: { code: string }) => (state = error.code),
  );
  await turn();
  return state;
}

/** Both kinds of operations, with the deadline that is theirs and the one that is not. */
const sides: [
  name: string,
  begin: (end: PipeConn) => Promise<unknown>,
  set: (end: PipeConn, t: Date | number | null) => void,
  setOther: (end: PipeConn, t: Date | number | null) => void,
  answer: (other: PipeConn) => Promise<unknown>,
][] = [
  [
    "a read",
    (end) => end.read(p()),
    (end, t) => end.setReadDeadline(t),
    (end, t) => end.setWriteDeadline(t),
    (other) => other.write("x"),
  ],
  [
    "a write",
    (end) => end.write("x"),
    (end, t) => end.setWriteDeadline(t),
    (end, t) => end.setReadDeadline(t),
    (other) => other.read(p()),
  ],
];

describe.each(sides)("%s", (_name, begin, set, setOther, answer) => {
  it("fails at once past its deadline, though the other end is ready, and works again after", async () => {
    const [a, b] = pipe();
    for (const t of [PAST, 0, -Infinity, Date.now(), new Date(), new Date(-8.64e15)]) {
      set(a, t);
      expect(await stateOf(begin(a))).toBe("ERR_DEADLINE");
    }
    const answering = answer(b);
    expect(await stateOf(begin(a))).toBe("ERR_DEADLINE");
    set(a, null);
    expect(await begin(a)).toBe(1);
    expect(await answering).toBe(1);
  });

  it("that waits fails at its deadline, and not before", async () => {
    stopTheClock();
    const [a] = pipe();
    set(a, Date.now() + 1000);
    const operation = begin(a);
    vi.advanceTimersByTime(999);
    expect(await stateOf(operation)).toBe("pending");
    vi.advanceTimersByTime(1);
    expect(await stateOf(operation)).toBe("ERR_DEADLINE");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that waits obeys a deadline set meanwhile: sooner, later, never, past", async () => {
    stopTheClock();
    const [a] = pipe();
    const start = Date.now();
    const operation = begin(a);
    set(a, start + 1000);
    set(a, start + 3000);
    vi.advanceTimersByTime(2000);
    expect(await stateOf(operation)).toBe("pending");
    set(a, null);
    vi.advanceTimersByTime(10_000);
    expect(await stateOf(operation)).toBe("pending");
    set(a, Date.now() + 1000);
    set(a, Date.now() + 10);
    vi.advanceTimersByTime(10);
    expect(await stateOf(operation)).toBe("ERR_DEADLINE");
    set(a, null);
    const next = begin(a);
    set(a, Date.now());
    expect(await stateOf(next)).toBe("ERR_DEADLINE");
  });

  it("does not heed the deadline of the other kind, nor of the other end", async () => {
    const [a, b] = pipe();
    setOther(a, PAST);
    set(b, PAST);
    const operation = begin(a);
    expect(await stateOf(operation)).toBe("pending");
    expect(await answer(b)).toBe(1);
    expect(await operation).toBe(1);
  });

  it("fails with all that stand in line, not only the head", async () => {
    stopTheClock();
    const [a] = pipe();
    set(a, Date.now() + 100);
    const operations = [begin(a), begin(a), begin(a)];
    // One timer is enough for all, and can be stopped.
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(100);
    expect(await Promise.all(operations.map(stateOf))).toEqual(Array(3).fill("ERR_DEADLINE"));
  });

  it("has a deadline of its own again after the one before was served in time", async () => {
    stopTheClock();
    const [a, b] = pipe();
    set(a, Date.now() + 100);
    const first = begin(a);
    await answer(b);
    expect(await first).toBe(1);
    // Nothing waits, so nothing ticks.
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(50);
    const second = begin(a);
    vi.advanceTimersByTime(49);
    expect(await stateOf(second)).toBe("pending");
    vi.advanceTimersByTime(1);
    expect(await stateOf(second)).toBe("ERR_DEADLINE");
  });

  it("keeps a deadline beyond the longest timer, and one beyond all times", async () => {
    stopTheClock();
    const [a, b] = pipe();
    const far = 3 * LONGEST_TIMER + 5;
    set(a, Date.now() + far);
    const operation = begin(a);
    for (const step of [LONGEST_TIMER, LONGEST_TIMER, LONGEST_TIMER, 4]) {
      vi.advanceTimersByTime(step);
      expect(await stateOf(operation)).toBe("pending");
    }
    vi.advanceTimersByTime(1);
    expect(await stateOf(operation)).toBe("ERR_DEADLINE");
    for (const never of [2 ** 63, Number.MAX_VALUE, Infinity, new Date(8.64e15)]) {
      set(a, never);
      const endless = begin(a);
      vi.advanceTimersByTime(LONGEST_TIMER);
      expect(await stateOf(endless)).toBe("pending");
      await answer(b);
      expect(await endless).toBe(1);
    }
  });

  it("counts a stretch of time, though somebody sets the clock", async () => {
    stopTheClock();
    const [a] = pipe();
    for (const jump of [3600_000, -3600_000]) {
      set(a, Date.now() + 1000);
      vi.setSystemTime(Date.now() + jump);
      const operation = begin(a);
      vi.advanceTimersByTime(999);
      expect(await stateOf(operation)).toBe("pending");
      vi.advanceTimersByTime(1);
      expect(await stateOf(operation)).toBe("ERR_DEADLINE");
    }
  });

  it("that came too late for the loop to notice fails, although the other end is there", async () => {
    const [a, b] = pipe();
    const at = Date.now() + 5;
    set(a, at);
    const operation = begin(a);
    // As long as this runs, no timer does.
    while (Date.now() <= at + 1);
    const answering = answer(b);
    expect(await stateOf(operation)).toBe("ERR_DEADLINE");
    set(a, null);
    expect(await begin(a)).toBe(1);
    expect(await answering).toBe(1);
  });

  it("is neither early nor very late by the real clock", async () => {
    const [a] = pipe();
    for (let i = 0; i < 20; i++) {
      const at = Date.now() + i;
      set(a, at);
      expect(await rejection(begin(a))).toMatchObject({ code: "ERR_DEADLINE" });
      expect(Date.now()).toBeGreaterThanOrEqual(at);
      expect(Date.now()).toBeLessThan(at + SLACK);
    }
  });
});

it("setDeadline sets both", async () => {
  const [a] = pipe();
  const both = () => [a.read(p()), a.write("x")];
  const statesOf = (operations: Promise<unknown>[]) => Promise.all(operations.map(stateOf));
  const waiting = both();
  a.setDeadline(PAST);
  expect(await statesOf(waiting)).toEqual(Array(2).fill("ERR_DEADLINE"));
  expect(await statesOf(both())).toEqual(Array(2).fill("ERR_DEADLINE"));
  a.setDeadline(null);
  expect(await statesOf(both())).toEqual(Array(2).fill("pending"));
});

it("a timeout is an OpError without addresses, and a write's tells how many bytes went", async () => {
  const [a, b] = pipe();
  const writes = [rejection(a.write("0123456789")), rejection(a.write("next"))];
  await b.read(p());
  a.setDeadline(PAST);
  const errors = [await rejection(a.read(p())), ...(await Promise.all(writes))];
  expect(errors.map(({ message, n }) => [message, n])).toEqual([
    ["read pipe: i/o timeout", undefined],
    ["write pipe: i/o timeout", 4],
    ["write pipe: i/o timeout", 0],
  ]);
  for (const error of errors) {
    expect(error).toBeInstanceOf(OpError);
    expect(error).toMatchObject({ net: "pipe", source: null, addr: null, code: "ERR_DEADLINE" });
    expect(error.cause).toBe(ErrDeadlineExceeded);
    expect([isTimeout(error), isTemporary(error)]).toEqual([true, true]);
  }
});

it("a write that timed out half-way leaves the rest to nobody: the next write comes next", async () => {
  const [a, b] = pipe();
  const writing = rejection(a.write("abcdef"));
  const room = p();
  await b.read(room);
  a.setWriteDeadline(PAST);
  await writing;
  a.setWriteDeadline(null);
  const [n] = await Promise.all([b.read(room), a.write("xy")]);
  expect(Buffer.from(room.subarray(0, n!)).toString()).toBe("xy");
});

it("a deadline that is no time is refused, before anything is set", async () => {
  const [a, b] = pipe();
  const calls = [a.setDeadline, a.setReadDeadline, a.setWriteDeadline].map((f) => f.bind(a));
  for (const call of calls) {
    for (const bad of ["soon", undefined, {}, 5n, true]) {
      const error = thrown(() => call(bad as unknown as number));
      expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    }
    for (const bad of [Number.NaN, new Date(Number.NaN)])
      expect(thrown(() => call(bad))).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  }
  const reading = a.read(p());
  await b.write("x");
  expect(await reading).toBe(1);
});
