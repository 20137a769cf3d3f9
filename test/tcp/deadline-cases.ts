// What deadlines come to, as rows: of a dialer, of reads, writes and accepts. The same shape as the tables of Go's
// answers, so that both can be run.

import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import {
  Dialer,
  ErrDeadlineExceeded,
  ErrTimeout,
  isTimeout,
  listen,
  type OpError,
  type TCPConn,
} from "rawconn";
import { outcomeAfter, rejection, SLACK, timed } from "../support/outcome.js";
import { blackHole, pair } from "../support/pair.js";

/** A number of milliseconds, or an end of what 64 bits of nanoseconds can say. */
type Duration = number | "min int64" | "max int64";

/** A row. `deadline_in_ms` counts from now; in a list, 0 clears the deadline again. ReadFrom is for packets. */
export interface Row {
  fn: "Dialer" | "Read" | "Write" | "Accept" | "SetDeadline" | "ReadFrom";
  timeout_ms?: Duration;
  deadline_in_ms?: Duration | number[];
  durations_ns?: number[];
  expect: string | string[];
}

/** What waits, and so has deadlines. */
type Op = "Read" | "Write" | "Accept";

const BLOCKED = ["still blocked after 100 ms; Close ends it"];

/** Go's table, in our words. */
export const table: Row[] = [
  { fn: "Dialer", timeout_ms: -5000, deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 0, deadline_in_ms: -5000, expect: "timeout" },
  { fn: "Dialer", timeout_ms: -5000, deadline_in_ms: 5000, expect: "timeout" },
  { fn: "Dialer", timeout_ms: "min int64", deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 0, deadline_in_ms: "min int64", expect: "timeout" },
  { fn: "Dialer", timeout_ms: 1, deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 1, deadline_in_ms: 5000, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 50, deadline_in_ms: 0, expect: "timeout" },
  { fn: "Dialer", timeout_ms: 5000, deadline_in_ms: 50, expect: "timeout" },
  { fn: "Dialer", timeout_ms: "max int64", deadline_in_ms: 0, expect: "connects" },
  { fn: "Dialer", timeout_ms: 0, deadline_in_ms: "max int64", expect: "connects" },
  { fn: "Read", deadline_in_ms: -5000, expect: ["timeout", "timeout"] },
  { fn: "Read", deadline_in_ms: 50, expect: ["ok", "timeout"] },
  { fn: "Write", deadline_in_ms: -5000, expect: ["timeout", "timeout"] },
  { fn: "Write", deadline_in_ms: 50, expect: ["ok", "timeout"] },
  { fn: "Accept", deadline_in_ms: -5000, expect: ["timeout"] },
  { fn: "Accept", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "Read", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "Write", deadline_in_ms: [-5000, 0], expect: BLOCKED },
  { fn: "SetDeadline", durations_ns: [1, 100, 1e4, 1e5, 1e6, 1e7, 1e8], expect: "timeout" },
];

/** What a row says, for the name of a test. */
export function nameOf({ fn, timeout_ms, deadline_in_ms, durations_ns, expect }: Row): string {
  const limits = JSON.stringify({ timeout_ms, deadline_in_ms, durations_ns });
  return `${fn} ${limits}: ${[expect].flat().join(", then ")}`;
}

/** Carries a row out. */
export async function run(row: Row): Promise<void> {
  if (row.fn === "Dialer") return /^connects/.test(String(row.expect)) ? dials(row) : givesUp(row);
  if (row.fn === "SetDeadline") return silence(row.durations_ns!);
  if (Array.isArray(row.deadline_in_ms)) return staysBlocked(row.fn as Op, row.deadline_in_ms);
  return inTurn(row.fn as Op, row.deadline_in_ms as number, row.expect as string[]);
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
  using ends = await pair("tcp4", dialerOf(row));
  await ends.client.write("x");
  expect(await ends.server.read(new Uint8Array(8))).toBe(1);
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
async function inTurn(fn: Op, deadline: number, outcomes: string[]): Promise<void> {
  using ends = await pair();
  const { client, server } = ends;
  await server.write("queued");
  const at = Date.now() + deadline;
  if (fn === "Accept") return await acceptPast(at);
  if (fn === "Read") client.setReadDeadline(at);
  else client.setWriteDeadline(at);
  for (const outcome of outcomes) {
    if (outcome === "timeout" && deadline > 0) await delay(Math.max(0, at - Date.now()) + 1);
    const promise = fn === "Read" ? client.read(new Uint8Array(6)) : client.write("abcdef");
    if (outcome === "ok") expect(await promise).toBe(6);
    else expectDeadline(await rejection(promise), fn.toLowerCase(), at);
  }
  // The bytes that were there stay there, and a write that failed sent none.
  client.setDeadline(null);
  if (fn === "Read" && outcomes[0] === "timeout") expect(await client.read(new Uint8Array(6))).toBe(6);
  if (fn === "Write" && outcomes[0] === "timeout")
    expect(await outcomeAfter(10, server.read(new Uint8Array(6)))).toBe("pending");
}

async function acceptPast(at: number): Promise<void> {
  using listener = await listen("tcp", "127.0.0.1:0");
  using client = await new Dialer().dialTCP("tcp", null, listener.addr!);
  listener.setDeadline(at);
  expectDeadline(await rejection(listener.accept()), "accept", at);
  listener.setDeadline(null);
  using server = await listener.accept();
  expect(server.remoteAddr!.toString()).toBe(client.localAddr!.toString());
}

async function staysBlocked(fn: Op, deadlines: number[]): Promise<void> {
  using ends = await pair();
  const { client, listener } = ends;
  for (const deadline of deadlines) {
    const at = deadline === 0 ? null : Date.now() + deadline;
    if (fn === "Accept") listener.setDeadline(at);
    if (fn === "Read") client.setReadDeadline(at);
    if (fn === "Write") client.setWriteDeadline(at);
  }
  // The other side's deadline is none of this one's business.
  if (fn === "Read") client.setWriteDeadline(1);
  if (fn === "Write") client.setReadDeadline(1);
  const wait = {
    Accept: () => listener.accept(),
    Read: () => client.read(new Uint8Array(1)),
    Write: () => writeForever(client),
  };
  const waiting: Promise<unknown> = wait[fn]();
  expect(await outcomeAfter(100, waiting)).toBe("pending");
  if (fn === "Accept") listener.close();
  else client.close();
  expect(await rejection(waiting)).toMatchObject({ code: "ERR_CLOSED" });
}

async function writeForever(conn: TCPConn): Promise<never> {
  for (;;) await conn.write(new Uint8Array(65536));
}

/** A silent peer, and a connection for each duration; all at once, since the longest is a second. */
async function silence(durations: number[]): Promise<void> {
  const wait = async (nanoseconds: number) => {
    using ends = await pair();
    const at = Date.now() + nanoseconds / 1e6;
    ends.client.setDeadline(at);
    expectDeadline(await rejection(ends.client.read(new Uint8Array(1024))), "read", at);
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
