// ip(7) IP_RECVERR, recv(2) MSG_ERRQUEUE
import { binding } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import { type ExtendedError, parseControl } from "./control.js";
import { getInt, options } from "./options.js";

/** What went wrong with a packet that was sent earlier. */
export interface QueuedError<A extends Addr> extends ExtendedError {
  /** The packet as far as it came back, from behind its IP header on. */
  readonly data: Uint8Array;
  /** Where it had been sent to. */
  readonly addr: A | null;
}

/** The most entries that one call takes: whoever floods the queue must not keep the loop from its other work. */
export const MAX_ERRORS = 32;

// The block of native/msg.cc: four words, a socket address, control data. Large enough for every entry.
const NAME = 16;
const NAME_ROOM = 128;
const CONTROL = NAME + NAME_ROOM;
const CONTROL_ROOM = 512;
const block = new Uint8Array(CONTROL + CONTROL_ROOM);
const words = new Int32Array(block.buffer, 0, 4);
// As much of a packet as any router returns.
const packet = new Uint8Array(1280);

/**
 * Takes the entries of a socket's error queue, at most {@link MAX_ERRORS}; none where the system has no such queue.
 * Never waits. When the queue is empty at its end, the socket's pending error is cleared too, so that the
 * next operation does not fail for what was told here.
 */
export function takeErrors<A extends Addr>(
  fd: number,
  toAddr: (address: Uint8Array) => A | null,
): QueuedError<A>[] {
  const found: QueuedError<A>[] = [];
  const flags = binding.constants["MSG_ERRQUEUE"];
  if (flags === undefined) return found;
  for (let taken = 0; taken < MAX_ERRORS; taken++) {
    words[0] = NAME_ROOM;
    words[1] = CONTROL_ROOM;
    const n = binding.recvmsg(fd, packet, block, flags);
    if (n < 0) {
      getInt(fd, options.error);
      return found;
    }
    const [nameLength, controlLength] = words as unknown as [number, number];
    const { error } = parseControl(block.subarray(CONTROL, CONTROL + controlLength));
    const addr = nameLength === 0 ? null : toAddr(block.subarray(NAME, NAME + nameLength));
    if (error !== null) found.push({ ...error, data: packet.slice(0, n), addr });
  }
  return found;
}
