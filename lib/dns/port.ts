// Go: net/port.go, net/lookup.go (LookupPort), net/lookup_unix.go (goLookupPort)
import { AddrError, DNSError } from "../errors/index.js";
import { servicePort } from "./services.js";

const LIMIT = 2 ** 30;

/** The number that a text stands for, within bounds beyond all ports; null for a name. Go: net.parsePort. */
export function parsePort(service: string): number | null {
  if (!/^[+-]?\d*$/.test(service)) return null;
  // A sign alone counts as zero, as does nothing at all.
  const number = Number(service.replace(/^\+/, "")) || 0;
  return Math.max(-LIMIT, Math.min(number, LIMIT - 1));
}

// Where a service of a network is looked for, and what an error calls the network.
const networks = new Map<string, readonly string[]>([
  ...["tcp", "tcp4", "tcp6"].map((network) => [network, ["tcp"]] as const),
  ...["udp", "udp4", "udp6"].map((network) => [network, ["udp"]] as const),
  ...["", "ip"].map((network) => [network, ["tcp", "udp"]] as const),
]);

/** A port in decimal, or the name of a service. Throws an AddrError or a DNSError. Go: net.LookupPort. */
export function lookupPort(network: string, service: string): number {
  const number = parsePort(service);
  if (number !== null) {
    if (number < 0 || number > 0xffff) throw new AddrError("invalid port", service);
    return number;
  }
  const places = networks.get(network);
  if (places === undefined) throw new AddrError("unknown network", network);
  for (const place of places) {
    const port = servicePort(place, service);
    if (port !== undefined) return port;
  }
  const name = places.length === 1 ? places[0]! : "ip";
  throw new DNSError({ err: "unknown port", dnsName: `${name}/${service}`, isNotFound: true });
}
