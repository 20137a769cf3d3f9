// What limits in time come to, as rows: of a dialer, of reads, writes and accepts, on every kind of socket. The same shape
// as the table of Go's answers, so that both can be run.

import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import {
  type Conn,
  dial,
  Dialer,
  ErrDeadlineExceeded,
  ErrTimeout,
  isTimeout,
  type OpError,
  type UDPConn,
  type UnixConn,
} from "rawconn";
import { clog, type Kind, kindOf, kinds, receive } from "../support/kinds.js";
import { outcomeAfter, rejection, SLACK, timed } from "../support/outcome.js";
import { blackHole, pair } from "../support/pair.js";

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

/** Which kinds of sockets a row is about, of those that this host has. */
export function kindsOf({ fn, deadline_in_ms }: Row): Kind[] {
  if (fn === "Dialer") return [kindOf("tcp4")];
  const all: Record<string, (kind: Kind) => boolean> = {
    Accept: ({ listen }) => listen !== null,
    ReadFrom: ({ ends }) => !ends,
    // Where packets are dropped that nobody takes, no write ever waits.
    Write: ({ waits }) => waits || !Array.isArray(deadline_in_ms),
  };
  return kinds.filter(all[fn] ?? (() => true));
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
  if (Array.isArray(deadline)) {
    const deadlines = deadline.map((ms) => (ms === 0 ? null : Date.now() + ms));
    return fn === "Accept" ? acceptStaysBlocked(kind, deadlines) : callStaysBlocked(fn, kind, deadlines);
  }
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
  using both = await kind.connect();
  const { near, far } = both;
  await far.write("queued");
  const at = Date.now() + deadline;
  const call = {
    Read: async () => (await receive(kind, near))!.length,
    ReadFrom: () => readFrom(near),
    Write: () => near.write("abcdef"),
  }[fn as Exclude<Op, "Accept">];
  if (fn === "Write") near.setWriteDeadline(at);
  else near.setReadDeadline(at);
  for (const outcome of outcomes) {
    if (outcome === "timeout" && deadline > 0) await delay(Math.max(0, at - Date.now()) + 1);
    if (outcome === "ok") expect(await call()).toBe(6);
    else expectDeadline(await rejection(call()), fn === "Write" ? "write" : "read", at);
  }
  if (outcomes[0] !== "timeout") return;
  // What was there stays there, and a write that failed sent nothing.
  near.setDeadline(null);
  if (fn === "Write") expect(await outcomeAfter(10, far.read(new Uint8Array(64)))).toBe("pending");
  else expect(await call()).toBe(6);
}

const readFrom = async (conn: Conn) => (await (conn as UDPConn | UnixConn).readFrom(new Uint8Array(64)))!.n;

async function acceptPast(kind: Kind, at: number): Promise<void> {
  using listener = await kind.listen!();
  using client = await dial(kind.name, String(listener.addr));
  listener.setDeadline(at);
  expectDeadline(await rejection(listener.accept()), "accept", at);
  listener.setDeadline(null);
  using server = await listener.accept();
  await client.write("x");
  expect(await server.read(new Uint8Array(8))).toBe(1);
}

async function acceptStaysBlocked(kind: Kind, deadlines: (number | null)[]): Promise<void> {
  using listener = await kind.listen!();
  for (const at of deadlines) listener.setDeadline(at);
  await staysBlocked(listener, listener.accept());
}

async function callStaysBlocked(fn: Op, kind: Kind, deadlines: (number | null)[]): Promise<void> {
  using both = await kind.connect();
  const { near } = both;
  for (const at of deadlines) {
    if (fn === "Write") near.setWriteDeadline(at);
    else near.setReadDeadline(at);
  }
  // The other side's deadline is none of this one's business.
  if (fn === "Write") near.setReadDeadline(1);
  else near.setWriteDeadline(1);
  const wait = {
    Read: () => near.read(new Uint8Array(1)),
    ReadFrom: () => readFrom(near),
    Write: () => (clog(near), near.write("x")),
  }[fn as Exclude<Op, "Accept">];
  await staysBlocked(near, wait());
}

async function staysBlocked(handle: { close(): void }, waiting: Promise<unknown>): Promise<void> {
  expect(await outcomeAfter(100, waiting)).toBe("pending");
  handle.close();
  expect(await rejection(waiting)).toMatchObject({ code: "ERR_CLOSED" });
}

/** A silent peer, and a connection for each duration; all at once, since the longest is a second. */
async function silence(kind: Kind, durations: number[]): Promise<void> {
  const wait = async (nanoseconds: number) => {
    using both = await kind.connect();
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
