// Go: x/net/internal/socket/rawconn.go (NewConn)
import type { IPAddr, UDPAddr } from "../addr/index.js";
import { fdOf, type Handle } from "../conn.js";
import { invalidArgType } from "../errors/index.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import { AF_UNIX } from "../internal/socket/sockaddr.js";
import type { IPConn } from "../ip-conn.js";
import type { PacketConn as NetPacketConn } from "../packet-conn.js";
import type { UDPConn } from "../udp-conn.js";

/** What carries packets of IP: of `rawconn`, or the PacketConn of `rawconn/icmp`. */
export type PacketSocket = UDPConn | IPConn | NetPacketConn<UDPAddr | IPAddr>;

/**
 * The descriptor of a connection of IP, to be shared; null for a zero value, which fails when it is used. Throws a
 * TypeError for what is not of the class, or of Unix.
 */
export function descriptorOf(
  c: unknown,
  type: abstract new (...args: never[]) => Handle,
  expected: string,
): NetFD | null {
  if (!(c instanceof type)) throw invalidArgType("c", expected, c);
  const fd = fdOf(c);
  if (fd?.kind.family === AF_UNIX) throw invalidArgType("c", expected, c);
  return fd;
}
