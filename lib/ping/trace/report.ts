import type { Addr } from "../../addr/index.js";
import { type Protocol, protocolICMP, protocolIPv6ICMP } from "../../icmp/index.js";
import type { QueuedError } from "../../internal/socket/error-queue.js";
import type { Report } from "../describe.js";

// Who made an entry, by ip(7): a packet of ICMP or ICMPv6. Everything else was made by this host, and failed the send.
const protocols = new Map<number, Protocol>([
  [2, protocolICMP],
  [3, protocolIPv6ICMP],
]);

/** The ICMP message that made an entry of the error queue; null for one that none has made. */
export function reportIn({ origin, type, code, info }: QueuedError<Addr>): Report | null {
  const protocol = protocols.get(origin);
  // The kernel has picked the one number that counts out of the message; which it is depends on the type.
  return protocol === undefined ? null : { protocol, type, code, mtu: info, pointer: info, gateway: null };
}
