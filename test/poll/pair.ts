// Connected ends, for tests that look below the public handles.

import { type Conn, dial, type Handle, listen, type TCPConn, type TCPListener } from "rawconn";
import { binding } from "#lib/internal/binding.js";
import type { NetFD } from "#lib/internal/socket/net-fd.js";

/** The descriptor's owner under a handle. */
export function fdOf(handle: Handle): NetFD {
  return (handle as unknown as { fd: NetFD }).fd;
}

/** Two ends of one connection; what is still open of them closes with the block. */
export class Pair<C extends Conn = TCPConn> implements Disposable {
  constructor(
    readonly near: C,
    readonly far: C,
  ) {}

  [Symbol.dispose](): void {
    this.near[Symbol.dispose]();
    this.far[Symbol.dispose]();
  }
}

/** Both ends of a new connection through a listener. */
export async function join(listener: TCPListener): Promise<Pair> {
  const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
  return new Pair(near, far);
}

/** Both ends of a new connection. */
export async function pair(): Promise<Pair> {
  using listener = await listen("tcp", "127.0.0.1:0");
  return await join(listener);
}

/** Sends past all that lib knows of the connection, at once: on loopback the bytes have arrived when this returns. */
export function sendNow(conn: TCPConn, bytes: Uint8Array | string): void {
  const p = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  const n = binding.send(fdOf(conn).fd, p, 0);
  if (n !== p.length) throw new Error(`send returned ${n}, not ${p.length}`);
}

/** Writes until the kernel takes no more, so that the next write has to wait. Returns how many bytes went. */
export function fill(conn: TCPConn): number {
  const chunk = new Uint8Array(1 << 16);
  let total = 0;
  for (;;) {
    const n = binding.send(fdOf(conn).fd, chunk, 0);
    if (n < 0) return total;
    total += n;
  }
}

/** Reads exactly so many bytes. */
export async function readFull(conn: Conn, length: number): Promise<Buffer> {
  const p = Buffer.alloc(length);
  for (let got = 0; got < length;) {
    const n = await conn.read(p.subarray(got));
    if (n === null) throw new Error(`the stream ended after ${got} of ${length} bytes`);
    got += n;
  }
  return p;
}

/** Reads to the end and counts. */
export async function drain(conn: TCPConn, room = 1 << 16): Promise<number> {
  const p = new Uint8Array(room);
  let total = 0;
  for (let n; (n = await conn.read(p)) !== null;) total += n;
  return total;
}

/** How a promise ended: its value, or its error. */
export async function outcome<T>(
  promise: Promise<T>,
): Promise<{ value: T } | { error: Error & { code?: string; n?: number } }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: error as Error };
  }
}

/** The code of the error a promise ends with; fails for one that does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const ended = await outcome(promise);
  if ("value" in ended) throw new Error(`resolved ${String(ended.value)}`);
  return ended.error.code;
}

/** The next turn of the event loop, after everything that is ready now. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Runs in the timers' phase: the poller's events come next, before any setImmediate. */
export function inTimers<T>(body: () => T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(body()), 1);
  });
}
