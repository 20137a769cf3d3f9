import { Conn } from "../conn.js";
import { binding } from "../internal/binding.js";
import { EAGAIN } from "../internal/poll/ops.js";
import type { Closable } from "./on-close.js";

/**
 * Whether a connection that rests is at rest: its peer has neither ended it nor sent what nobody asked for. It costs one
 * system call that does not wait. What is no Conn of this library is taken to be.
 */
export function atRest(conn: Closable): boolean {
  if (!(conn instanceof Conn)) return true;
  try {
    // Nothing to read is the one good answer; a byte that is there is taken, and the connection is of no use any more.
    return conn.syscallConn().control((fd) => binding.recv(fd, new Uint8Array(1))) === EAGAIN;
  } catch {
    return false;
  }
}
