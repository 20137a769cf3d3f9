// What every connection must do, whatever carries it: eleven tests over a pair of connected ends.
// Go: golang.org/x/net/nettest.TestConn

import { createHash, randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { isClosed, isTimeout } from "rawconn";
import { rejection, SLACK } from "../support/outcome.js";

/** A connection, as far as this suite is concerned. */
export interface Stream {
  read(p: Uint8Array): Promise<number | null>;
  write(p: Uint8Array): Promise<number>;
  close(): void;
  setDeadline(t: Date | number | null): void;
  setReadDeadline(t: Date | number | null): void;
  setWriteDeadline(t: Date | number | null): void;
  readonly localAddr: unknown;
  readonly remoteAddr: unknown;
}

/** Two connected ends, and how to end whatever is still open of them. */
export interface Ends {
  a: Stream;
  b: Stream;
  stop: () => void;
}

/** What differs between kinds of connections. */
export interface Traits {
  /** Whether an error says that this end was closed; `ERR_CLOSED` unless told otherwise. */
  closed?: (error: Error) => boolean;
  /**
   * Where a write is a record that goes whole or not at all: the most bytes that one may have. The copy then writes in
   * records. The other tests hold as they are: none of them counts bytes that a read may have cut off.
   */
  record?: number;
}

const PAST = 1;
const MiB = 1 << 20;
// A byte that no other traffic of these tests contains.
const MARK = 0xff;

/** Declares the eleven tests. `makePipe` is called once for each. */
export function conformance(
  makePipe: () => Promise<Ends>,
  { closed = isClosed, record = MiB }: Traits = {},
): void {
  const run = (name: string, body: (a: Stream, b: Stream) => Promise<void>) =>
    it(name, async () => {
      const { a, b, stop } = await makePipe();
      try {
        await body(a, b);
      } finally {
        stop();
      }
    });

  run("copies 1 MiB unchanged, there and back, up to the end", (a, b) => basicCopy(a, b, record));
  run("plays ping-pong with numbers", pingPong);
  run("serves racing readers with deadlines", racingReaders);
  run("serves racing writers with deadlines", racingWriters);
  run("times out a read, and still writes", readTimeout);
  run("times out a write, and still reads", writeTimeout);
  run("fails at once past the deadline, and recovers at once", pastTimeout);
  run("applies a deadline to what is blocked already", presentTimeout);
  run("keeps a deadline in the future, never early", futureTimeout);
  run("ends what is blocked when it is closed", (a, b) => closeWhileBlocked(a, b, closed));
  run("takes all methods at once", concurrentMethods);
}

async function basicCopy(a: Stream, b: Stream, record: number): Promise<void> {
  const sent = randomBytes(MiB);
  const [there] = await Promise.all([readFull(b, MiB), writeInParts(a, sent, record)]);
  expect(sha(there)).toBe(sha(sent));
  const [back] = await Promise.all([readFull(a, MiB), writeInParts(b, there, 60_000)]);
  expect(sha(back)).toBe(sha(sent));
  a.close();
  expect(await b.read(new Uint8Array(1))).toBeNull();
}

async function pingPong(a: Stream, b: Stream): Promise<void> {
  const ROUNDS = 200n;
  // Each end answers a number with the next one, so that a lost or torn message shows as a wrong sum.
  const play = async (end: Stream, first: bigint) => {
    for (let n = first; n < ROUNDS; n += 2n) {
      if (n > 0n) expect(Buffer.from(await readFull(end, 8)).readBigUInt64BE()).toBe(n - 1n);
      const message = Buffer.alloc(8);
      message.writeBigUInt64BE(n);
      expect(await end.write(message)).toBe(8);
    }
  };
  // The last number is read while it is written: a connection without a buffer has nowhere to leave it.
  const [last] = await Promise.all([play(a, 0n).then(() => readFull(a, 8)), play(b, 1n)]);
  expect(Buffer.from(last).readBigUInt64BE()).toBe(ROUNDS - 1n);
}

async function racingReaders(a: Stream, b: Stream): Promise<void> {
  const ending = pour(b);
  const reader = async () => {
    const p = new Uint8Array(1024);
    a.setReadDeadline(Date.now() + 1);
    for (let i = 0; i < 10; i++) {
      const n = await a.read(p).catch(expectTimeout);
      if (n === undefined) a.setReadDeadline(Date.now() + 1);
      else expect(n).toBeGreaterThan(0);
    }
  };
  await Promise.all(Array.from({ length: 10 }, reader));
  a.setReadDeadline(null);
  expect(await a.read(new Uint8Array(1024))).toBeGreaterThan(0);
  a.close();
  await ending;
}

async function racingWriters(a: Stream, b: Stream): Promise<void> {
  const ending = drain(b);
  const writer = async () => {
    const p = new Uint8Array(1024);
    a.setWriteDeadline(Date.now() + 1);
    for (let i = 0; i < 10; i++) {
      const n = await a.write(p).catch(expectTimeout);
      if (n === undefined) a.setWriteDeadline(Date.now() + 1);
      else expect(n).toBe(1024);
    }
  };
  await Promise.all(Array.from({ length: 10 }, writer));
  a.setWriteDeadline(null);
  expect(await a.write(new Uint8Array(1024))).toBe(1024);
  a.close();
  await ending;
}

async function readTimeout(a: Stream, b: Stream): Promise<void> {
  const ending = drain(b);
  a.setReadDeadline(PAST);
  expectTimeout(await rejection(a.read(new Uint8Array(1024))));
  expect(await a.write(new Uint8Array(1024))).toBe(1024);
  a.close();
  await ending;
}

async function writeTimeout(a: Stream, b: Stream): Promise<void> {
  const ending = pour(b);
  a.setWriteDeadline(PAST);
  expectTimeout(await rejection(a.write(new Uint8Array(1024))));
  expect(await a.read(new Uint8Array(1024))).toBeGreaterThan(0);
  a.close();
  await ending;
}

async function pastTimeout(a: Stream, b: Stream): Promise<void> {
  await roundTrip(a, b);
  a.setDeadline(PAST);
  for (let i = 0; i < 2; i++) {
    const error = await rejection<Error & { n: number }>(a.write(new Uint8Array(1024)));
    expectTimeout(error);
    expect(error.n).toBe(0);
    expectTimeout(await rejection(a.read(new Uint8Array(1024))));
  }
  await roundTrip(a, b);
}

async function presentTimeout(a: Stream, b: Stream): Promise<void> {
  let isSet = false;
  const ends = (error: Error) => {
    expect(isSet).toBe(true);
    expectTimeout(error);
  };
  const reading = rejection<Error>(a.read(new Uint8Array(1))).then(ends);
  const writing = writeUntilError(a).then(ends);
  await delay(50);
  isSet = true;
  a.setReadDeadline(PAST);
  a.setWriteDeadline(PAST);
  await Promise.all([reading, writing]);
  await roundTrip(a, b);
}

async function futureTimeout(a: Stream, b: Stream): Promise<void> {
  const deadline = Date.now() + 50;
  a.setDeadline(deadline);
  const ends = (error: Error) => {
    expectTimeout(error);
    const late = Date.now() - deadline;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(SLACK);
  };
  await Promise.all([
    rejection<Error>(a.read(new Uint8Array(1024))).then(ends),
    writeUntilError(a).then(ends),
  ]);
  await roundTrip(a, b);
}

async function closeWhileBlocked(a: Stream, b: Stream, closed: (error: Error) => boolean): Promise<void> {
  a.setDeadline(Date.now() + 3600_000);
  const reading = rejection<Error>(a.read(new Uint8Array(1)));
  const writing = writeUntilError(a);
  await delay(20);
  a.close();
  for (const error of await Promise.all([reading, writing])) {
    expect(error).toSatisfy(closed);
    expect(isTimeout(error)).toBe(false);
  }
  // The other end is not told that anything went wrong with it.
  await drain(b);
}

async function concurrentMethods(a: Stream, b: Stream): Promise<void> {
  const ending = echo(b);
  const local = String(a.localAddr);
  const remote = String(a.remoteAddr);
  const task = async () => {
    const soon = Date.now() + 10;
    a.setDeadline(soon);
    a.setReadDeadline(soon);
    a.setWriteDeadline(soon);
    expect(String(a.localAddr)).toBe(local);
    expect(String(a.remoteAddr)).toBe(remote);
    await Promise.all([
      a.read(new Uint8Array(1024)).catch(expectTimeout),
      a.write(new Uint8Array(1024)).catch(expectTimeout),
    ]);
  };
  await Promise.all(Array.from({ length: 100 }, task));
  a.close();
  await ending;
}

/** Nothing, when the error says that time ran out; otherwise a failure of the test. */
function expectTimeout(error: Error): undefined {
  if (!isTimeout(error)) throw error;
  expect(error).toMatchObject({ code: "ERR_DEADLINE", message: expect.stringMatching(/i\/o timeout$/) });
}

/** Proves that both directions work, whatever is still under way in them. */
async function roundTrip(a: Stream, b: Stream): Promise<void> {
  a.setDeadline(null);
  b.setDeadline(null);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const [seen] = await Promise.all([readToMark(to), from.write(Uint8Array.of(MARK))]);
    expect(seen).toBe(MARK);
  }
}

async function readToMark(from: Stream): Promise<number | undefined> {
  const p = new Uint8Array(65536);
  for (;;) {
    const n = await from.read(p);
    if (n === null) return undefined;
    if (p[n - 1] === MARK) return MARK;
  }
}

async function readFull(from: Stream, length: number): Promise<Uint8Array> {
  const p = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const n = await from.read(p.subarray(at));
    if (n === null) throw new Error(`the stream ended after ${at} of ${length} bytes`);
    at += n;
  }
  return p;
}

async function writeInParts(to: Stream, p: Uint8Array, size: number): Promise<void> {
  for (let at = 0; at < p.length; at += size) {
    const part = p.subarray(at, at + size);
    expect(await to.write(part)).toBe(part.length);
  }
}

/** Writes until it no longer can; why. */
async function writeUntilError(to: Stream): Promise<Error> {
  const p = new Uint8Array(65536);
  for (;;) {
    try {
      await to.write(p);
    } catch (error) {
      return error as Error;
    }
  }
}

/** Writes until the other end has gone away. */
async function pour(to: Stream): Promise<void> {
  await writeUntilError(to);
}

/** Reads until the stream ends, one way or the other. */
async function drain(from: Stream): Promise<void> {
  const p = new Uint8Array(65536);
  try {
    while ((await from.read(p)) !== null);
  } catch {
    // A reset: the other end closed with bytes unread.
  }
}

async function echo(end: Stream): Promise<void> {
  const p = new Uint8Array(65536);
  try {
    for (let n; (n = await end.read(p)) !== null;) await end.write(p.slice(0, n));
  } catch {
    // A reset, as above.
  }
}

function sha(p: Uint8Array): string {
  return createHash("sha256").update(p).digest("hex");
}
