// Go: net/cgo_unix.go; getaddrinfo(3), getnameinfo(3)
import { lookup, lookupService } from "node:dns/promises";
import { IPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { DNSError } from "../errors/index.js";
import type { Limit } from "../internal/socket/socket.js";
import type { Found } from "./client.js";
import { given, noSuchHost } from "./trial.js";
import { absDomainName } from "./domain-name.js";
import { overdue, within } from "../internal/socket/within.js";

const notFound = new Set(["ENOTFOUND", "ENODATA", "EAI_NONAME", "EAI_NODATA"]);

/**
 * The addresses of a host as the system has them, in its order. When the limit comes first the system goes on
 * nevertheless, on one of Node's few threads, and nobody hears of it. Rejects with a DNSError.
 */
export async function systemLookup(network: string, host: string, limit: Limit): Promise<Found> {
  if (!isName(host)) throw noSuchHost(host);
  const family = Number(/[46]$/.exec(network)?.[0] ?? 0);
  const found = await asked(host, limit, () => lookup(host, { all: true, verbatim: true, family }));
  return { addrs: found.map(({ address }) => new IPAddr(parseIPZone(address)!)), cname: "" };
}

/** The name that the system has for an address. Rejects with a DNSError. */
export async function systemLookupAddr(addr: string, limit: Limit): Promise<string[]> {
  const literal = parseIPZone(addr);
  if (literal === null) throw new DNSError({ err: "unrecognized address", dnsName: addr });
  const { hostname } = await asked(addr, limit, () => lookupService(addr, 0));
  // Where there is no name, it gives the address back.
  if (parseIPZone(hostname) !== null) throw noSuchHost(addr);
  return [absDomainName(hostname)];
}

// The system's lookup cannot be stopped, so that one is not begun for somebody who does not wait.
async function asked<T>(name: string, limit: Limit, ask: () => Promise<T>): Promise<T> {
  const early = overdue(limit);
  if (early !== null) throw given(early, name);
  try {
    return await within(ask(), limit);
  } catch (error) {
    const over = overdue(limit);
    throw over === null ? explained(name, error as NodeJS.ErrnoException) : given(over, name);
  }
}

// getaddrinfo(3) would take "127.1", "0x7f000001" and "2130706433" for addresses, which a filter that looks at the
// text would let pass: what ends in a number is no name. Beyond ASCII a letter may come to a digit or a dot (UTS #46):
// Node would make "127.0.0.1" of "①②⑦.⓪.⓪.①". Longer than 253 is no name either (RFC 1035 section 2.3.4).
function isName(host: string): boolean {
  const last = /[^.]*(?=\.?$)/.exec(host)![0];
  return (
    host.length > 0 &&
    host.length <= 253 &&
    !/^(\d+|0[xX][\da-fA-F]*)$/.test(last) &&
    !/[^!-~]|[/%:]/.test(host)
  );
}

function explained(dnsName: string, error: NodeJS.ErrnoException): DNSError {
  if (notFound.has(error.code ?? "")) return noSuchHost(dnsName);
  return new DNSError({ err: "server misbehaving", dnsName, isTemporary: true, cause: error });
}
