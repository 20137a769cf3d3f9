// Go: net/tcpsock.go (ResolveTCPAddr), net/udpsock.go, net/iprawsock.go, net/unixsock.go
import { type IPAddr, type TCPAddr, type UDPAddr, UnixAddr, type UnixNetwork } from "./addr/index.js";
import { checkUnixName } from "./addr/unix-addr.js";
import {
  firstOf,
  isIPv4,
  type Kind,
  type Network,
  parseNetwork,
  resolveAddrList,
  type Target,
} from "./dns/resolve.js";
import { checkSignal, checkString, UnknownNetworkError } from "./errors/index.js";
import type { DialOptions } from "./dialer.js";

async function resolve(
  network: string,
  address: string,
  kind: Kind,
  resolving: DialOptions | undefined,
): Promise<Target> {
  const signal = checkSignal(resolving);
  checkString("network", network);
  checkString("address", address);
  const parsed = parsedAs(kind, network);
  const targets = await resolveAddrList(parsed, address, { deadline: Infinity, signal });
  // Brackets ask for IPv6, and without a port colons do, unless a protocol is named: as in Go.
  const wants6 = kind === "ip" ? /^(ip)?$/.test(network) && address.includes(":") : address.includes("[");
  return wants6 ? (targets.find((target) => !isIPv4(target)) ?? targets[0]!) : firstOf(targets);
}

// The empty network stands for the kind. Raw IP may be named without a protocol here.
function parsedAs(kind: Kind, network: string): Network {
  if (kind === "ip" && /^(ip[46]?)?$/.test(network)) return { network: network || "ip", kind, protocol: 0 };
  const parsed = parseNetwork(network || kind);
  if (parsed.kind !== kind) throw new UnknownNetworkError(network);
  return parsed;
}

/**
 * The address that `host:port` means on `tcp`, `tcp4` or `tcp6`: one of them, IPv4 first unless brackets ask for IPv6.
 * Rejects with an AddrError, a DNSError or an UnknownNetworkError. Go: net.ResolveTCPAddr.
 */
export async function resolveTCPAddr(
  network: string,
  address: string,
  resolving?: DialOptions,
): Promise<TCPAddr> {
  return (await resolve(network, address, "tcp", resolving)) as TCPAddr;
}

/** The same on `udp`, `udp4` or `udp6`. Go: net.ResolveUDPAddr. */
export async function resolveUDPAddr(
  network: string,
  address: string,
  resolving?: DialOptions,
): Promise<UDPAddr> {
  return (await resolve(network, address, "udp", resolving)) as UDPAddr;
}

/** The address of a host, without a port, on `ip`, `ip4`, `ip6`; a `:protocol` may follow. Go: net.ResolveIPAddr. */
export async function resolveIPAddr(
  network: string,
  address: string,
  resolving?: DialOptions,
): Promise<IPAddr> {
  return (await resolve(network, address, "ip", resolving)) as IPAddr;
}

/** A Unix address; nothing is looked up, nor is the file. Throws an UnknownNetworkError. Go: net.ResolveUnixAddr. */
export function resolveUnixAddr(network: string, address: string): UnixAddr {
  checkString("network", network);
  if (!/^unix(gram|packet)?$/.test(network)) throw new UnknownNetworkError(network);
  return new UnixAddr({ name: checkUnixName("address", address), net: network as UnixNetwork });
}
