// Go: x/net/icmp/listen_posix.go
import { type Addr, type IPAddr, UDPAddr } from "../addr/index.js";
import type { DialOptions } from "../dialer.js";
import { parseNetwork, resolveAddrList } from "../dns/resolve.js";
import { asError, checkSignal, checkString, OpError, UnknownNetworkError } from "../errors/index.js";
import { checkAccess } from "../internal/access.js";
import { listenIPSocket } from "../ip-socket.js";
import { checkControl, type Control } from "../raw-conn.js";
import { listenUDPSocket } from "../udp-socket.js";
import { PacketConn } from "./packet-conn.js";
import { protocolICMP, protocolIPv6ICMP } from "./types.js";

/** The networks of {@link listenPacket}. */
export type ICMPNetwork = "udp4" | "udp6" | `ip4:${string}` | `ip6:${string}`;

/** What {@link listenPacket} takes last. */
export interface ListenOptions extends DialOptions {
  /** Runs on the new socket before it is bound. */
  control?: Control | undefined;
}

/** The protocol of each unprivileged network. */
const unprivileged = new Map<string, number>([
  ["udp4", protocolICMP],
  ["udp6", protocolIPv6ICMP],
]);

/**
 * Opens an ICMP endpoint on a local address without a port, "" for any:
 *
 * - `listenPacket("udp4", "0.0.0.0")`, `listenPacket("udp6", "::")`: unprivileged, echo requests and their answers
 *   only; needs a group within `net.ipv4.ping_group_range`.
 * - `listenPacket("ip4:icmp", "0.0.0.0")`, `listenPacket("ip6:ipv6-icmp", "::")`: raw, every message of the host;
 *   needs CAP_NET_RAW.
 *
 * Rejects with an OpError `listen`: `EPERM` or `EACCES` with a `hint` that says what to do, `EADDRNOTAVAIL`,
 * `ERR_DNS`, `ERR_UNKNOWN_NETWORK`, `ABORT_ERR`, ... Go: icmp.ListenPacket; icmp(7), raw(7).
 */
export async function listenPacket(
  network: ICMPNetwork,
  address: string,
  options: ListenOptions = {},
): Promise<PacketConn> {
  checkString("network", network);
  checkString("address", address);
  const signal = checkSignal(options);
  const { control } = options;
  checkControl(control);
  checkAccess("listen", network);
  const { protocol, addr } = await resolve(network, address, signal);
  const making = { network, raddr: null, protocol, control };
  if (!unprivileged.has(network)) return new PacketConn(await listenIPSocket({ ...making, laddr: addr }));
  const laddr = new UDPAddr({ ip: addr.ip, zone: addr.zone });
  return new PacketConn(await listenUDPSocket({ ...making, laddr }));
}

async function resolve(
  network: string,
  address: string,
  signal: AbortSignal | undefined,
): Promise<{ protocol: number; addr: IPAddr }> {
  try {
    const echo = unprivileged.get(network);
    if (echo === undefined && !/^ip[46]:/.test(network)) throw new UnknownNetworkError(network);
    const parsed = parseNetwork(echo === undefined ? network : `ip${network.slice(-1)}:${echo}`);
    const [addr] = await resolveAddrList(parsed, address, { deadline: Infinity, signal });
    return { protocol: parsed.protocol, addr: addr as Addr as IPAddr };
  } catch (cause) {
    throw new OpError({ op: "listen", net: network, cause: asError(cause) });
  }
}
