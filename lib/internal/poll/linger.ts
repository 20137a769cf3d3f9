// socket(7) SO_LINGER
import { binding, constant } from "../binding.js";

const SOL_SOCKET = constant("SOL_SOCKET");
const SO_LINGER = constant("SO_LINGER");
// struct linger: whether, and for how many seconds.
const asked = new Int32Array(2);
const bytes = new Uint8Array(asked.buffer);
const off = new Uint8Array(8);

/**
 * Keeps close(2) from waiting for the peer, which it would although the socket never does: what is left goes in the
 * background. What is to be dropped, after no time at all, still is.
 */
export function stopLingering(fd: number): void {
  if (binding.getsockopt(fd, SOL_SOCKET, SO_LINGER, bytes) < 0) return;
  if (asked[0] !== 0 && asked[1] !== 0) binding.setsockopt(fd, SOL_SOCKET, SO_LINGER, off);
}

/** close(2) of what may be a socket that lingers. */
export function closeAtOnce(fd: number): void {
  stopLingering(fd);
  binding.close(fd);
}
