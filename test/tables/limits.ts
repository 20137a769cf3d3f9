// What limits in time come to, as rows: of a dialer, of reads, writes and accepts, on every kind of socket. The same shape
// as the table of Go's answers, so that both can be run.

import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Conn, Dialer, ErrDeadlineExceeded, ErrTimeout, isTimeout, type OpError } from "rawconn";
import { outcomeAfter, rejection, SLACK, timed } from "../support/outcome.js";
import { blackHole, pair } from "../support/pair.js";
import { noRawSockets } from "../support/raw-sockets.js";
import { door, ends, type Kind, readFrom } from "./ends.js";

/** A number of milliseconds, or an end of what 64 bits of nanoseconds can say. */
type Duration = number | "min int64" | "max int64";

/** A row. `deadline_in_ms` counts from now; in a list, 0 clears the deadline again. */
export interface Row {
  fn: "Dialer" | "Read" | "Write" | "Accept" | "SetDeadline" | "ReadFrom";
  timeout_ms?: Duration;
  deadline_in_ms?: Duration | number[];
  durations_ns?: number[];
  expect: string | string[];
}

/** What waits, and so has deadlines. */
type Op = "Read" | "ReadFrom" | "Write" | "Accept";

/** Which kinds of sockets a row is about. Raw sockets read a header that nobody wrote, unless by ReadFrom. */
export function kindsOf({ fn }: Row): Kind[] {
  const raw: Kind[] = noRawSockets === null ? ["ip"] : [];
  if (fn === "Dialer") return ["tcp"];
  if (fn === "Accept") return ["tcp", "unix", "unixpacket"];
  if (fn === "ReadFrom") return ["udp", "unixgram", ...raw];
  if (fn === "SetDeadline") return ["tcp", "unix", "unixpacket", "udp", "unixgram", ...raw];
  return ["tcp", "unix", "unixpacket", "udp", "unixgram"];
}

/** What a row says, for the name of a test. */
export function nameOf({ fn, timeout_ms, deadline_in_ms, durations_ns, expect }: Row): string {
  const limits = JSON.stringify({ timeout_ms, deadline_in_ms, durations_ns });
  return `${fn} ${limits}: ${[expect].flat().join(", then ")}`;
}

/** Carries a row out on one kind of socket. */
export async function run(row: Row, kind: Kind): Promise<void> {
  const { fn, deadline_in_ms: deadline } = row;
  if (fn === "Dialer") return /^connects/.test(String(row.expect)) ? dials(row) : givesUp(row);
  if (fn === "SetDeadline") return silence(kind, row.durations_ns!);
  if (Array.isArray(deadline)) return staysBlocked(fn, kind, deadline);
  if (fn === "Accept") return acceptPast(kind, Date.now() + (deadline as number));
  return inTurn(fn, kind, deadline as number, row.expect as string[]);
}

function milliseconds(duration: Duration = 0): number {
  const INT64 = 2 ** 63 / 1e6;
  return typeof duration === "number" ? duration : duration === "min int64" ? -INT64 : INT64;
}

function dialerOf({ timeout_ms, deadline_in_ms }: Row): Dialer {
  const deadline = milliseconds(deadline_in_ms as Duration);
  return new Dialer({
    timeout: milliseconds(timeout_ms),
    deadline: deadline === 0 ? null : Date.now() + deadline,
  });
}

async function dials(row: Row): Promise<void> {
  using both = await pair("tcp4", dialerOf(row));
  await both.client.write("x");
  expect(await both.server.read(new Uint8Array(8))).toBe(1);
}

async function givesUp(row: Row): Promise<void> {
  using hole = await blackHole();
  const limits = [row.timeout_ms, row.deadline_in_ms as Duration]
    .map(milliseconds)
    .filter((limit) => limit !== 0);
  const limit = Math.max(0, Math.min(...limits));
  const { value: error, elapsed } = await timed(() => rejection(dialerOf(row).dial("tcp", hole.address)));
  expect(error.message).toBe(`dial tcp ${hole.address}: i/o timeout`);
  expect(error).toMatchObject({ code: "ERR_TIMEOUT", cause: ErrTimeout });
  expect(isTimeout(error)).toBe(true);
  // The wall clock counts whole milliseconds, the stopwatch parts of them.
  expect(elapsed).toBeGreaterThan(limit - 1);
  expect(elapsed).toBeLessThan(limit + SLACK);
}

/** What an operation does in each of its rounds. */
async function inTurn(fn: Op, kind: Kind, deadline: number, outcomes: string[]): Promise<void> {
  using both = await ends(kind);
  const { near, far } = both;
  await (fn === "ReadFrom" ? near.write("queued") : both.toNear("queued"));
  const at = Date.now() + deadline;
  const conn = fn === "ReadFrom" ? far : near;
  const call = {
    Read: () => near.read(new Uint8Array(64)),
    ReadFrom: async () => (await readFrom(far, new Uint8Array(64)))!.n,
    Write: () => near.write("abcdef"),
  }[fn as Exclude<Op, "Accept">];
  if (fn === "Write") conn.setWriteDeadline(at);
  else conn.setReadDeadline(at);
  for (const outcome of outcomes) {
    if (outcome === "timeout" && deadline > 0) await delay(Math.max(0, at - Date.now()) + 1);
    if (outcome === "ok") expect(await call()).toBe(6);
    else expectDeadline(await rejection(call()), fn === "Write" ? "write" : "read", at);
  }
  if (outcomes[0] !== "timeout") return;
  // What was there stays there, and a write that failed sent nothing.
  conn.setDeadline(null);
  if (fn === "Write") expect(await outcomeAfter(10, far.read(new Uint8Array(64)))).toBe("pending");
  else expect(await call()).toBe(6);
}

async function acceptPast(kind: Kind, at: number): Promise<void> {
  using way = await door(kind);
  using client = await way.dial();
  way.listener.setDeadline(at);
  expectDeadline(await rejection(way.listener.accept()), "accept", at);
  way.listener.setDeadline(null);
  using server = await way.listener.accept();
  await client.write("x");
  expect(await server.read(new Uint8Array(8))).toBe(1);
}

async function staysBlocked(fn: Op, kind: Kind, deadlines: number[]): Promise<void> {
  using handle: Disposable = fn === "Accept" ? await door(kind) : await ends(kind);
  const { near, listener } = handle as Awaited<ReturnType<typeof ends>> & Awaited<ReturnType<typeof door>>;
  for (const deadline of deadlines) {
    const at = deadline === 0 ? null : Date.now() + deadline;
    if (fn === "Accept") listener.setDeadline(at);
    else if (fn === "Write") near.setWriteDeadline(at);
    else near.setReadDeadline(at);
  }
  // The other side's deadline is none of this one's business.
  if (fn === "Read") near.setWriteDeadline(1);
  if (fn === "Write") near.setReadDeadline(1);
  const wait = {
    Accept: () => listener.accept(),
    Read: () => near.read(new Uint8Array(1)),
    ReadFrom: () => readFrom(near, new Uint8Array(1)),
    Write: () => writeForever(near),
  };
  const waiting: Promise<unknown> = wait[fn]();
  expect(await outcomeAfter(100, waiting)).toBe("pending");
  (fn === "Accept" ? listener : near).close();
  expect(await rejection(waiting)).toMatchObject({ code: "ERR_CLOSED" });
}

async function writeForever(conn: Conn): Promise<never> {
  for (;;) await conn.write(new Uint8Array(4096));
}

/** A silent peer, and a connection for each duration; all at once, since the longest is a second. */
async function silence(kind: Kind, durations: number[]): Promise<void> {
  const wait = async (nanoseconds: number) => {
    using both = await ends(kind);
    const at = Date.now() + nanoseconds / 1e6;
    both.near.setDeadline(at);
    expectDeadline(await rejection(both.near.read(new Uint8Array(1024))), "read", at);
    expect(Date.now() - at).toBeLessThan(SLACK);
  };
  await Promise.all(durations.map(wait));
}

function expectDeadline(error: OpError, op: string, at: number): void {
  expect(error).toMatchObject({ op, code: "ERR_DEADLINE", cause: ErrDeadlineExceeded });
  expect(error.timeout()).toBe(true);
  expect(error.temporary()).toBe(true);
  expect(error.message).toMatch(/: i\/o timeout$/);
  if (op === "write") expect(error.n).toBe(0);
  expect(Date.now()).toBeGreaterThanOrEqual(at);
}
