// Go: net/conf.go (conf.lookupOrder)
import { isStandard, type NSS, type Source } from "./nsswitch.js";
import type { ResolvConf } from "./resolv-conf.js";

/** Where to look, in which order; `cgo` leaves it all to the system's own resolver, getaddrinfo(3). */
export type Order = "cgo" | "files,dns" | "dns,files" | "files" | "dns";

/** Why a file could not be read: a code such as `ENOENT`, or null. */
export type ReadError = string | null;

/** What the choice depends on. */
export interface Facts {
  /** As `process.platform` has it. */
  platform: string;
  /** Whether our own client must do it. */
  mustGo: boolean;
  /** Whether the system must, or had better do it: its environment is set in ways that we do not follow. */
  mustSystem: boolean;
  resolv: Pick<ResolvConf, "unknownOpt" | "lookup">;
  resolvError: ReadError;
  nss: NSS;
  nssError: ReadError;
  /** The name of this host. */
  hostname: () => string;
  /** Whether /etc/mdns.allow exists. */
  mdnsAllow: () => boolean;
}

/** How a host is looked up. Go: conf.hostLookupOrder. */
export function lookupOrder(facts: Facts, host: string): Order {
  const canSystem = !facts.mustGo;
  if (canSystem && (facts.mustSystem || /[\\%]/.test(host))) return "cgo";
  const { platform, resolv, resolvError, nss, nssError } = facts;
  const unreadable = resolvError !== null && !/^(ENOENT|EACCES|EPERM)$/.test(resolvError);
  if (canSystem && (unreadable || resolv.unknownOpt)) return "cgo";
  const fallback = canSystem ? "cgo" : "files,dns";
  if (platform === "openbsd") return resolvError === "ENOENT" ? "files" : ofLookup(resolv.lookup, fallback);
  const sources = nss.sources.get("hosts") ?? [];
  if (nssError === "ENOENT" || (nssError === null && nss.error === null && sources.length === 0))
    return canSystem && platform === "sunos" ? "cgo" : "files,dns";
  if (nssError !== null || nss.error !== null) return fallback;
  if (canSystem && sources.some((source) => isBeyondUs(source, host.replace(/\.$/, ""), facts))) return "cgo";
  return ofSources(sources, canSystem) ?? fallback;
}

// OpenBSD keeps the order in resolv.conf.
function ofLookup(lookup: readonly string[], fallback: Order): Order {
  const orders = new Map<string, Order>([
    ["", "dns,files"],
    ["bind", "dns"],
    ["file", "files"],
    ["bind file", "dns,files"],
    ["file bind", "files,dns"],
  ]);
  return orders.get(lookup.join(" ")) ?? fallback;
}

function isBeyondUs(source: Source, host: string, { hostname, mdnsAllow }: Facts): boolean {
  const { source: name } = source;
  if (name === "files" || name === "dns") return !isStandard(source);
  if (host === "") return true;
  if (name === "myhostname") return isOwn(host) || host.toLowerCase() === hostname().toLowerCase();
  // What the file allows to be asked of the neighbours may be any name.
  if (name.startsWith("mdns")) return /\.local$/i.test(host) || mdnsAllow();
  return true;
}

// What systemd's module answers by itself: nss-myhostname(8).
const isOwn = (host: string) => /^(_gateway|_outbound|(.*\.)?localhost(\.localdomain)?)$/is.test(host);

function ofSources(sources: readonly Source[], canSystem: boolean): Order | null {
  // When the system may not do it, DNS stands for a source that we do not know, unless DNS is there itself.
  const known = canSystem || sources.some(({ source }) => source === "dns");
  const files = sources.findIndex(({ source }) => source === "files");
  const dns = sources.findIndex(({ source }) => source === "dns" || (!known && source !== "files"));
  if (files < 0) return dns < 0 ? null : "dns";
  if (dns < 0) return "files";
  return files < dns ? "files,dns" : "dns,files";
}
