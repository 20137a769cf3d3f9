// Go: net/ipsock.go (internetAddrList, filterAddrList), net/dial.go (parseNetwork, resolveAddrList)
import {
  IPAddr,
  type IPFields,
  splitHostPort,
  TCPAddr,
  UDPAddr,
  UnixAddr,
  type UnixNetwork,
} from "../addr/index.js";
import { AddrError, UnknownNetworkError } from "../errors/index.js";
import type { Limit } from "../internal/socket/socket.js";
import { suitable } from "./family.js";
import { lookupPort } from "./port.js";
import { defaultResolver, type Resolver } from "./resolver.js";
import { protocolNumber } from "./services.js";

/** What a network's addresses are. */
export type Kind = "tcp" | "udp" | "ip" | "unix";

const kinds = new Map<string, Kind>([
  ["tcp", "tcp"],
  ["tcp4", "tcp"],
  ["tcp6", "tcp"],
  ["udp", "udp"],
  ["udp4", "udp"],
  ["udp6", "udp"],
  ["unix", "unix"],
  ["unixgram", "unix"],
  ["unixpacket", "unix"],
]);
const raws = new Set(["ip", "ip4", "ip6"]);

/** A network name taken apart: `ip4:icmp` is network `ip4` with protocol 1. */
export interface Network {
  readonly network: string;
  readonly kind: Kind;
  /** The IP protocol; 0 where the kind implies it. */
  readonly protocol: number;
}

/** Reads a network name. Throws an UnknownNetworkError, or an AddrError for an unknown protocol. */
export function parseNetwork(name: string): Network {
  const kind = kinds.get(name);
  if (kind !== undefined) return { network: name, kind, protocol: 0 };
  const colon = name.lastIndexOf(":");
  const network = name.slice(0, colon);
  if (colon < 0 || !raws.has(network)) throw new UnknownNetworkError(name);
  const text = name.slice(colon + 1);
  const protocol = /^\d{1,3}$/.test(text) ? Number(text) : protocolNumber(text);
  if (protocol === undefined || protocol > 255) throw new AddrError("unknown IP protocol specified", text);
  return { network, kind: "ip", protocol };
}

/** What a network name and an address come to: somewhere to dial, or to listen on. */
export type Target = TCPAddr | UDPAddr | IPAddr | UnixAddr;

/** A target on an internet. */
export type InternetTarget = TCPAddr | UDPAddr | IPAddr;

/**
 * Every address that `address` means on `network`, in order of preference. An empty host is the one without an ip.
 * Rejects with an AddrError or a DNSError.
 */
export async function resolveAddrList(
  { network, kind }: Network,
  address: string,
  limit: Limit,
  resolver: Resolver = defaultResolver,
): Promise<Target[]> {
  if (kind === "unix") return [new UnixAddr({ name: address, net: network as UnixNetwork })];
  const { host, port } = kind === "ip" ? { host: address, port: 0 } : splitPort(network, address);
  const target = makers[kind];
  if (host === "") return [target({ port })];
  const { addrs } = await resolver.find(network, host, limit);
  const fit = suitable(network, addrs);
  if (fit.length === 0) throw new AddrError("no suitable address found", host);
  return fit.map(({ ip, zone }) => target({ ip, zone, port }));
}

const makers = {
  tcp: (fields: IPFields & { port: number }) => new TCPAddr(fields),
  udp: (fields: IPFields & { port: number }) => new UDPAddr(fields),
  ip: ({ ip, zone }: IPFields & { port: number }) => new IPAddr({ ip, zone }),
};

function splitPort(network: string, address: string): { host: string; port: number } {
  if (address === "") return { host: "", port: 0 };
  const { host, port } = splitHostPort(address);
  return { host, port: lookupPort(network, port) };
}

/** Whether an address is of IPv4, or of no family in particular. */
export function isIPv4(target: Target): boolean {
  return target instanceof UnixAddr || target.ip === null || target.ip.to4() !== null;
}

/** As in Go, the first IPv4 address if there is one, else the first: where one must do. */
export function firstOf(targets: readonly Target[]): Target {
  return targets.find(isIPv4) ?? targets[0]!;
}
