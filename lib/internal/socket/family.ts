// Go: net/ipsock_posix.go (favoriteAddrFamily)
import { stack } from "./probe.js";
import { AF_INET, AF_INET6, AF_UNIX } from "./sockaddr.js";
import type { Endpoint } from "./sockaddr-inet.js";

/** Which kind of socket to make. */
export interface Family {
  readonly family: number;
  /** Whether for IPv6 alone; null where the question makes no sense. */
  readonly v6Only: boolean | null;
}

/** The one family of Unix domain sockets. */
export const unixFamily: Family = { family: AF_UNIX, v6Only: null };

/** Which family an endpoint is of by itself; none in particular counts as IPv4, as in Go. */
function familyOfEndpoint(endpoint: Endpoint | null): number {
  return endpoint === null || endpoint.ip === null || endpoint.ip.to4() !== null ? AF_INET : AF_INET6;
}

/** Whether it means every address of this host. Go: sockaddr.isWildcard. */
function isWildcard(endpoint: Endpoint | null): boolean {
  return endpoint === null || endpoint.ip === null || endpoint.ip.isUnspecified();
}

/** The family for a network and its two ends; a null `remote` means to listen. */
export function favoriteFamily(net: string, local: Endpoint | null, remote: Endpoint | null): Family {
  if (net.endsWith("4")) return { family: AF_INET, v6Only: null };
  if (net.endsWith("6")) return { family: AF_INET6, v6Only: true };
  if (remote === null && isWildcard(local)) {
    const { ipv4, mapped } = stack();
    if (mapped || !ipv4) return { family: AF_INET6, v6Only: false };
    return { family: familyOfEndpoint(local), v6Only: false };
  }
  const both = familyOfEndpoint(local) === AF_INET && familyOfEndpoint(remote) === AF_INET;
  return { family: both ? AF_INET : AF_INET6, v6Only: false };
}
