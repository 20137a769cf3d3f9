import { type Addr, UDPAddr } from "../../addr/index.js";
import type { QueuedError } from "../../internal/socket/error-queue.js";
import type { Format, Target, Trail } from "./format.js";
import { PORTS } from "./options.js";
import type { Peer } from "./probe-socket.js";

/**
 * Datagrams to a port each, from one of ours: the kernel knows by that what comes back, and by the port it went to we
 * know which it was.
 */
export class UDPFormat implements Format {
  readonly #target: Target;
  readonly #firstPort: number;

  constructor(target: Target, firstPort: number) {
    this.#target = target;
    this.#firstPort = firstPort;
  }

  keyOf(number: number): number {
    return this.#firstPort + ((number - 1) % PORTS);
  }

  packet(_port: number, payload: Uint8Array): Uint8Array {
    return payload;
  }

  to(port: number): UDPAddr {
    const { ip, zone } = this.#target;
    return new UDPAddr({ ip, zone, port });
  }

  quoted({ addr, data }: QueuedError<Addr>): Trail | null {
    return addr instanceof UDPAddr ? { key: addr.port, payload: data } : null;
  }

  // Somebody listens there after all, and says whatever it likes.
  answered(_packet: Uint8Array, from: Peer): Trail | null {
    return from instanceof UDPAddr ? { key: from.port, payload: null } : null;
  }
}
