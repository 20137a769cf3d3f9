import { Conn, fdOf } from "../conn.js";
import { binding } from "../internal/binding.js";
import { EAGAIN } from "../internal/poll/ops.js";
import type { Closable } from "./on-close.js";

/** @internal The method of a connection without a descriptor of its own that tells whether it is at rest. */
export const resting = Symbol("resting");

interface Resting {
  [resting](): boolean;
}

/**
 * Whether a connection that rests is at rest: its peer has neither ended it nor sent what nobody asked for. Of a Conn it costs
 * one system call that does not wait; a stream of Node's tells what it has heard. What can tell nothing is taken to be.
 */
export function atRest(conn: Closable & Partial<Resting>): boolean {
  if (!(conn instanceof Conn)) return conn[resting]?.() ?? true;
  // Datagrams that came joined with one that was read.
  if (fdOf(conn)?.offload?.isAhead) return false;
  try {
    // Nothing to read is the one good answer; a byte that is there is taken, and the connection is of no use any more.
    return conn.syscallConn().control((fd) => binding.recv(fd, new Uint8Array(1))) === EAGAIN;
  } catch {
    return false;
  }
}
