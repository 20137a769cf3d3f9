// Go: net/lookup.go (LookupHost and its kin)
import type { IP } from "../addr/index.js";
import type { MX, NS, SRV } from "./records.js";
import { defaultResolver, type LookupOptions } from "./resolver.js";

/** As {@link Resolver.lookupHost} of the `defaultResolver`. Go: net.LookupHost. */
export function lookupHost(host: string, looking?: LookupOptions): Promise<string[]> {
  return defaultResolver.lookupHost(host, looking);
}

/** As {@link Resolver.lookupAddr} of the `defaultResolver`. Go: net.LookupAddr. */
export function lookupAddr(addr: string, looking?: LookupOptions): Promise<string[]> {
  return defaultResolver.lookupAddr(addr, looking);
}

/** As {@link Resolver.lookupCNAME} of the `defaultResolver`. Go: net.LookupCNAME. */
export function lookupCNAME(host: string, looking?: LookupOptions): Promise<string> {
  return defaultResolver.lookupCNAME(host, looking);
}

/** As {@link Resolver.lookupMX} of the `defaultResolver`. Go: net.LookupMX. */
export function lookupMX(name: string, looking?: LookupOptions): Promise<MX[]> {
  return defaultResolver.lookupMX(name, looking);
}

/** As {@link Resolver.lookupNS} of the `defaultResolver`. Go: net.LookupNS. */
export function lookupNS(name: string, looking?: LookupOptions): Promise<NS[]> {
  return defaultResolver.lookupNS(name, looking);
}

/** As {@link Resolver.lookupSRV} of the `defaultResolver`. Go: net.LookupSRV. */
export function lookupSRV(
  service: string,
  proto: string,
  name: string,
  looking?: LookupOptions,
): Promise<{ cname: string; addrs: SRV[] }> {
  return defaultResolver.lookupSRV(service, proto, name, looking);
}

/** As {@link Resolver.lookupTXT} of the `defaultResolver`. Go: net.LookupTXT. */
export function lookupTXT(name: string, looking?: LookupOptions): Promise<string[]> {
  return defaultResolver.lookupTXT(name, looking);
}

/** As {@link Resolver.lookupPort} of the `defaultResolver`. Go: net.LookupPort. */
export function lookupPort(network: string, service: string, looking?: LookupOptions): Promise<number> {
  return defaultResolver.lookupPort(network, service, looking);
}

/** As {@link Resolver.lookupIP} of the `defaultResolver` on `ip`. Go: net.LookupIP. */
export function lookupIP(host: string, looking?: LookupOptions): Promise<IP[]> {
  return defaultResolver.lookupIP("ip", host, looking);
}
