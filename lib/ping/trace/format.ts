import type { Addr, IPAddr } from "../../addr/index.js";
import type { QueuedError } from "../../internal/socket/error-queue.js";
import type { Peer } from "./probe-socket.js";

/** Which probe something is about, and by what that is proved. */
export interface Trail {
  /** See {@link Format.keyOf}. */
  readonly key: number;
  /** The payload of the probe, as far as it came back; null where nothing is left to prove. */
  readonly payload: Uint8Array | null;
}

/** How the probes of a kind are written, and known again. */
export interface Format {
  /** What tells a probe from the others on the wire. There are more of them than probes that are waited for at a time. */
  keyOf(number: number): number;
  /** The packet of a probe, from behind the headers that the kernel writes. */
  packet(key: number, payload: Uint8Array): Uint8Array;
  /** Where it goes. */
  to(key: number): Peer;
  /** Which probe an entry of the error queue is about; null when it is none of ours. */
  quoted(entry: QueuedError<Addr>): Trail | null;
  /** Which probe was answered by a packet of the target; null when it is no answer. */
  answered(packet: Uint8Array, from: Peer): Trail | null;
}

/** The target as each format needs it. */
export type Target = Pick<IPAddr, "ip" | "zone">;
