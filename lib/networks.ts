// Go: net/dial.go (parseNetwork), net/tcpsock.go and its kin (what the typed calls check)
import type { Addr } from "./addr/index.js";
import { checkUnixName } from "./addr/unix-addr.js";
import { type Kind, type Network, parseNetwork } from "./dns/resolve.js";
import {
  checkString,
  ErrMissingAddress,
  invalidArgType,
  OpError,
  UnknownNetworkError,
} from "./errors/index.js";
import { checkAccess } from "./internal/access.js";

/** The networks of TCP. */
export type TCPNetwork = "tcp" | "tcp4" | "tcp6";

/** The networks of UDP. */
export type UDPNetwork = "udp" | "udp4" | "udp6";

/** The networks of raw IP: `ip4:icmp`, `ip6:58`, ... */
export type IPNetwork = `ip${"" | "4" | "6"}:${string}`;

/** An address as the caller wrote it, or the TypeError that says what is wrong with it. */
export function checkAddress(network: string, address: unknown): string {
  return network.startsWith("unix") ? checkUnixName("address", address) : checkString("address", address);
}

/** What a typed call is made with: its network, of that kind alone, and its addresses, of that type. */
type AddrType = new (fields?: never) => Addr;

/** A network name taken apart; an OpError when it makes no sense. */
export function networkOf(
  op: "dial" | "listen",
  network: string,
  source: Addr | null,
  addr: Addr | null,
): Network {
  try {
    return parseNetwork(network);
  } catch (cause) {
    throw new OpError({ op, net: network, source, addr, cause: cause as Error });
  }
}

/** Throws what is wrong with a typed dial: a TypeError, or an OpError `dial`. */
export function checkEnds(
  op: "dial",
  network: string,
  kind: Kind,
  laddr: unknown,
  raddr: unknown,
  type: AddrType,
): void {
  checkString("network", network);
  checkType("laddr", laddr, type);
  checkType("raddr", raddr, type);
  checkAccess(op, network);
  checkKind(op, network, kind, laddr as Addr | null, raddr as Addr | null);
  if (raddr !== null) return;
  throw new OpError({ op, net: network, source: laddr as Addr | null, addr: null, cause: ErrMissingAddress });
}

/** Throws what is wrong with a typed listen: a TypeError, or an OpError `listen`. */
export function checkLocal(network: string, kind: Kind, laddr: unknown, type: AddrType): void {
  checkString("network", network);
  checkType("laddr", laddr, type);
  checkAccess("listen", network);
  checkKind("listen", network, kind, null, laddr as Addr | null);
}

function checkType(name: string, addr: unknown, type: AddrType): void {
  if (addr !== null && !(addr instanceof type)) throw invalidArgType(name, `a ${type.name} or null`, addr);
}

function checkKind(
  op: "dial" | "listen",
  network: string,
  kind: Kind,
  source: Addr | null,
  addr: Addr | null,
): void {
  if (networkOf(op, network, source, addr).kind === kind) return;
  throw new OpError({ op, net: network, source, addr, cause: new UnknownNetworkError(network) });
}
