// ip(7) IP_RECVERR, recv(2) MSG_ERRQUEUE
import { binding } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import { type ExtendedError, parseControl } from "./control.js";
import { MessageBlock } from "./message-block.js";
import { getInt, options } from "./options.js";
import type { Codec } from "./sockaddr.js";

/** What went wrong with a packet that was sent earlier. */
export interface QueuedError<A extends Addr> extends ExtendedError {
  /** The packet as far as it came back, from behind its IP header on. */
  readonly data: Uint8Array;
  /** Where it had been sent to. */
  readonly addr: A | null;
  /** When the report arrived by the kernel's clock, in microseconds since 1970; null unless the socket has timestamps. */
  readonly timestamp: number | null;
  /** TTL or hop limit with which it arrived; null unless the socket asks for it, and for most of IPv6. */
  readonly ttl: number | null;
}

/** The most entries that one call takes: whoever floods the queue must not keep the loop from its other work. */
export const MAX_ERRORS = 32;

// Large enough for every entry.
const block = new MessageBlock(512);
// As much of a packet as any router returns.
const packet = new Uint8Array(1280);

/**
 * Takes the entries of a socket's error queue, at most {@link MAX_ERRORS}; none where the system has no such queue.
 * Never waits. When the queue is empty at its end, the socket's pending error is cleared too, so that the
 * next operation does not fail for what was told here.
 */
export function takeErrors<A extends Addr>(fd: number, codec: Codec<A>): QueuedError<A>[] {
  const found: QueuedError<A>[] = [];
  const flags = binding.constants["MSG_ERRQUEUE"];
  if (flags === undefined) return found;
  for (let taken = 0; taken < MAX_ERRORS; taken++) {
    block.offer(block.control.length);
    const n = binding.recvmsg(fd, packet, block.bytes, flags);
    if (n < 0) {
      getInt(fd, options.error);
      return found;
    }
    const { nameOffset, nameLength, controlLength } = block;
    const { error, timestamp, ttl } = parseControl(block.control.subarray(0, controlLength));
    const addr = nameLength === 0 ? null : codec.decode(block.bytes, nameOffset, nameLength);
    if (error !== null) found.push({ ...error, data: packet.slice(0, n), addr, timestamp, ttl });
  }
  return found;
}
