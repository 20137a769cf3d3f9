// Go: net/lookup.go (Resolver), net/conf.go
import { hostname } from "node:os";
import { type IP, IPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import {
  AddrError,
  checkBoolean,
  checkSignal,
  checkString,
  DNSError,
  invalidArgType,
  UnknownNetworkError,
} from "../errors/index.js";
import { checkAccess } from "../internal/access.js";
import { lookups, told } from "../internal/channels.js";
import type { Limit } from "../internal/socket/socket.js";
import { type Addr, addrFromSlice } from "../netip/index.js";
import { type Found, lookupIPCNAME, lookupRecords } from "./client.js";
import { given, noSuchHost } from "./trial.js";
import { isDomainName, reverseAddr } from "./domain-name.js";
import type { Asking } from "./exchange.js";
import { suitable } from "./family.js";
import { Flights } from "./flight.js";
import { type Facts, lookupOrder, type Order } from "./order.js";
import { lookupPort } from "./port.js";
import { type RecordType, recordType } from "./query.js";
import { type MX, type NS, sortMX, sortSRV, type SRV } from "./records.js";
import { systemLookup, systemLookupAddr } from "./system.js";
import { checkServers } from "./servers.js";
import { type DNSConfig, dnsConfig, hasMDNSAllow, hosts, nss, type NSSFile } from "./system-files.js";
import type { ResolverDial } from "./transport.js";
import { overdue } from "../internal/socket/within.js";

/** What every lookup takes last. */
export interface LookupOptions {
  /** Aborting it rejects with a DNSError whose code is `ABORT_ERR`. */
  signal?: AbortSignal | null | undefined;
}

/** The fields of a {@link Resolver}; all may be left out. */
export interface ResolverFields {
  preferGo?: boolean | undefined;
  strictErrors?: boolean | undefined;
  dial?: ResolverDial | undefined;
  servers?: readonly string[] | undefined;
}

const FILTERED = "DNS response contained records which contain invalid names";

// GODEBUG=netdns=go and netdns=cgo, as in Go.
const [, forced] = /(?:^|,)netdns=(go|cgo)\b/.exec(process.env["GODEBUG"] ?? "") ?? [];
// A global's getter and a slow object lie before it.
const { platform } = process;
// These change what the system's resolver does, in ways that ours does not follow. Apple's does more than its files say.
const mustSystem =
  forced === "cgo" ||
  platform === "darwin" ||
  process.env["LOCALDOMAIN"] !== undefined ||
  ["RES_OPTIONS", "HOSTALIASES"].some((name) => (process.env[name] ?? "") !== "");

/**
 * Looks up names and addresses: in the hosts file and by DNS, as resolv.conf(5) and nsswitch.conf(5) say, or by the
 * system's own resolver, where these files ask for something that ours does not do. Every lookup rejects with a
 * DNSError (`ERR_DNS`, `ABORT_ERR`, `ERR_TIMEOUT`). Go: net.Resolver.
 */
export class Resolver {
  /** Whether to look up everything by our own client, never by the system's. Go: Resolver.PreferGo. */
  preferGo: boolean;
  /** Whether a failure that may pass fails the lookup, rather than leaving out a part. Go: Resolver.StrictErrors. */
  strictErrors: boolean;
  /** Connects to DNS servers instead of the resolver; called in parallel. Go: Resolver.Dial. */
  dial: ResolverDial | undefined;
  // By family: a key of both family and name would have to be made anew for each lookup.
  readonly #flights = { any: new Flights<Found>(), ipv4: new Flights<Found>(), ipv6: new Flights<Found>() };
  #servers: readonly string[] | null = null;
  #plan: Plan | null = null;

  /** Throws a TypeError for a field that makes no sense. */
  constructor(fields: ResolverFields = {}) {
    if (typeof fields !== "object" || fields === null) throw invalidArgType("fields", "an object", fields);
    this.preferGo = fields.preferGo === undefined ? false : fields.preferGo;
    this.strictErrors = fields.strictErrors === undefined ? false : fields.strictErrors;
    this.dial = fields.dial;
    this.servers = fields.servers;
    this.#check();
  }

  /**
   * Whom to ask, rather than the servers of resolv.conf: addresses, with a port unless it is 53, such as `192.0.2.1` or
   * `[2001:db8::1]:5353`. Our own client then looks up everything. Undefined for those of the system. Setting it throws a
   * TypeError for a list that makes no sense. Go has no such field, and needs a dial for it.
   */
  get servers(): readonly string[] | undefined {
    return this.#servers ?? undefined;
  }

  set servers(servers: readonly string[] | undefined) {
    this.#servers = servers === undefined ? null : checkServers(servers);
    this.#plan = null;
  }

  /** The addresses of a host, as text; a literal is itself, as it is written. Go: Resolver.LookupHost. */
  async lookupHost(host: string, looking?: LookupOptions): Promise<string[]> {
    const limit = this.#begin("host", host, looking);
    if (parseIPZone(host) !== null) return [host];
    const { addrs } = await this.find("ip", host, limit);
    return addrs.map(String);
  }

  /**
   * The addresses of a host on `ip`, `ip4` or `ip6`, without zones. Rejects with an UnknownNetworkError, or an AddrError
   * where there are addresses, yet none of that family. Go: Resolver.LookupIP.
   */
  async lookupIP(network: "ip" | "ip4" | "ip6", host: string, looking?: LookupOptions): Promise<IP[]> {
    checkString("network", network);
    const limit = this.#begin("host", host, looking);
    if (network !== "ip" && network !== "ip4" && network !== "ip6") throw new UnknownNetworkError(network);
    const { addrs } = await this.find(network, host, limit);
    const found = suitable(network, addrs);
    if (found.length === 0) throw new AddrError("no suitable address found", host);
    return found.map(({ ip }) => ip!);
  }

  /** The addresses of a host, with zones, the best first (RFC 6724). Go: Resolver.LookupIPAddr. */
  async lookupIPAddr(host: string, looking?: LookupOptions): Promise<IPAddr[]> {
    const { addrs } = await this.find("ip", host, this.#begin("host", host, looking));
    // Everybody gets a list of their own.
    return [...addrs];
  }

  /** As {@link lookupIP}, as values of `rawconn/netip`; IPv4 is never mapped. Go: Resolver.LookupNetIP. */
  async lookupNetIP(network: "ip" | "ip4" | "ip6", host: string, looking?: LookupOptions): Promise<Addr[]> {
    return (await this.lookupIP(network, host, looking)).map((ip) => addrFromSlice(ip)!.unmap());
  }

  /**
   * The names of an address. When some are no names of hosts, rejects with an error whose `partial` has the others.
   * Go: Resolver.LookupAddr.
   */
  async lookupAddr(addr: string, looking?: LookupOptions): Promise<string[]> {
    const limit = this.#begin("addr", addr, looking);
    const order = this.#order("");
    return lookup("addr", addr, async () => {
      if (order === "cgo") return systemLookupAddr(addr, limit);
      const names = await this.#names(addr, order, limit);
      return named(addr, names, (name) => isDomainName(name));
    });
  }

  /** The host's own name, at the end of all aliases, rooted. Go: Resolver.LookupCNAME. */
  async lookupCNAME(host: string, looking?: LookupOptions): Promise<string> {
    const limit = this.#begin("host", host, looking);
    const order = this.#order(host);
    // Node cannot ask the system for it.
    const own = order === "cgo" ? "files,dns" : order;
    const { cname } = await lookup("cname", host, () =>
      lookupIPCNAME(this.#asking(limit), "CNAME", host, own),
    );
    if (!isDomainName(cname)) throw new DNSError({ err: FILTERED, dnsName: host });
    return cname;
  }

  /** The mail exchangers of a domain, the preferred first; as {@link lookupAddr} otherwise. Go: Resolver.LookupMX. */
  async lookupMX(name: string, looking?: LookupOptions): Promise<MX[]> {
    const limit = this.#begin("name", name, looking);
    const found = await this.#records("mx", name, recordType.MX, limit);
    const records = sortMX(found.map(({ target, pref }) => ({ host: target, pref })));
    // "." says that there is none (RFC 7505), and some name their exchangers by address.
    return named(name, records, ({ host }) => isDomainName(host) || isLiteral(host));
  }

  /** The name servers of a domain; as {@link lookupAddr} otherwise. Go: Resolver.LookupNS. */
  async lookupNS(name: string, looking?: LookupOptions): Promise<NS[]> {
    const limit = this.#begin("name", name, looking);
    const found = await this.#records("ns", name, recordType.NS, limit);
    return named(
      name,
      found.map(({ target }) => ({ host: target })),
      ({ host }) => isDomainName(host),
    );
  }

  /**
   * Where `_service._proto.name` is served: by priority, and within one at random by weight (RFC 2782). With service and
   * proto empty, `name` is the whole name. As {@link lookupAddr} otherwise. Go: Resolver.LookupSRV.
   */
  async lookupSRV(
    service: string,
    proto: string,
    name: string,
    looking?: LookupOptions,
  ): Promise<{ cname: string; addrs: SRV[] }> {
    checkString("service", service);
    checkString("proto", proto);
    const limit = this.#begin("name", name, looking);
    const target = service === "" && proto === "" ? name : `_${service}._${proto}.${name}`;
    const found = await this.#records("srv", target, recordType.SRV, limit);
    const cname = found[0]!.owner;
    if (!isDomainName(cname)) throw new DNSError({ err: "SRV header name is invalid", dnsName: name });
    const addrs = sortSRV(
      found.map(({ target: host, port, priority, weight }) => ({ target: host, port, priority, weight })),
    );
    const valid = addrs.filter((record) => isDomainName(record.target));
    if (valid.length === addrs.length) return { cname, addrs };
    throw new DNSError({ err: FILTERED, dnsName: name, partial: { cname, addrs: valid } });
  }

  /**
   * The texts of a name. They are what their owner wrote, and may say anything; bytes that are not UTF-8 become U+FFFD.
   * Go: Resolver.LookupTXT.
   */
  async lookupTXT(name: string, looking?: LookupOptions): Promise<string[]> {
    const limit = this.#begin("name", name, looking);
    const found = await this.#records("txt", name, recordType.TXT, limit);
    return found.map(({ text }) => text);
  }

  /**
   * The port of a service, from services(5): `http` on `tcp` is 80. A number is itself. On `ip` or the empty network it is
   * looked for on TCP, then on UDP. Rejects with an AddrError or a DNSError. Go: Resolver.LookupPort.
   */
  async lookupPort(network: string, service: string, looking?: LookupOptions): Promise<number> {
    checkSignal(looking);
    this.#check();
    return lookupPort(checkString("network", network), checkString("service", service));
  }

  /** @internal What a host comes to, in one family alone where the network's last digit says so. It is shared. */
  find(network: string, host: string, limit: Limit): Promise<Found> {
    this.#check();
    if (host === "") throw noSuchHost(host);
    const literal = parseIPZone(host);
    if (literal !== null) return Promise.resolve({ addrs: [new IPAddr(literal)], cname: "" });
    return lookup("host", host, () => this.#join(network, host, limit));
  }

  #join(network: string, host: string, limit: Limit): Promise<Found> {
    const over = overdue(limit);
    if (over !== null) throw given(over, host);
    const family = network.endsWith("4") ? "ipv4" : network.endsWith("6") ? "ipv6" : "any";
    const found = this.#flights[family].join(host, limit, (signal) =>
      this.#find(network, host, { deadline: Infinity, signal }),
    );
    if (limit.signal === undefined && limit.deadline === Infinity) return found;
    return found.catch((error: Error) => {
      throw error instanceof DNSError ? error : given(error, host);
    });
  }

  #find(network: string, host: string, limit: Limit): Promise<Found> {
    const order = this.#order(host);
    if (order === "cgo") return systemLookup(network, host, limit);
    return lookupIPCNAME(this.#asking(limit), network, host, order);
  }

  #records<T extends RecordType>(label: string, name: string, type: T, limit: Limit) {
    return lookup(label, name, () => lookupRecords(this.#asking(limit), name, type));
  }

  async #names(addr: string, order: Order, limit: Limit): Promise<string[]> {
    const filed = hosts.get().names(addr);
    if (order.startsWith("files") && filed.length > 0) return filed;
    if (order === "files") throw noSuchHost(addr);
    const arpa = reverseAddr(addr);
    try {
      const found = await lookupRecords(this.#asking(limit), arpa, recordType.PTR);
      return found.map(({ target }) => target);
    } catch (error) {
      if (order === "dns,files" && filed.length > 0 && (error as DNSError).isNotFound) return filed;
      throw error;
    }
  }

  #order(host: string): Order {
    const { resolv, files, order } = this.#ownPlan();
    const mustGo = this.preferGo || this.#servers !== null || forced === "go";
    return mustGo ? order : lookupOrder(factsOf(resolv, files, false), host);
  }

  #asking(limit: Limit): Asking {
    const { conf } = this.#ownPlan();
    return { conf, dial: this.dial, strictErrors: this.strictErrors, limit };
  }

  #ownPlan(): Plan {
    const now = Date.now();
    const resolv = dnsConfig.get(now);
    const files = nss.get(now);
    if (this.#plan?.resolv !== resolv || this.#plan.files !== files) {
      const conf = this.#servers === null ? resolv : { ...resolv, servers: [...this.#servers] };
      this.#plan = { resolv, files, conf, order: lookupOrder(factsOf(resolv, files, true), "") };
    }
    return this.#plan;
  }

  // Fields may be changed at any time, so every lookup looks at them.
  #check(): void {
    checkBoolean("preferGo", this.preferGo);
    checkBoolean("strictErrors", this.strictErrors);
    const { dial } = this as { dial: unknown };
    if (dial !== undefined && typeof dial !== "function") throw invalidArgType("dial", "a function", dial);
  }

  #begin(what: string, text: string, looking: LookupOptions | undefined): Limit {
    const signal = checkSignal(looking);
    this.#check();
    checkString(what, text);
    const limit = { deadline: Infinity, signal };
    const over = overdue(limit);
    if (over !== null) throw given(over, text);
    return limit;
  }
}

/** What our own client goes by, whatever the host, as long as the files say the same. */
interface Plan {
  resolv: DNSConfig;
  files: NSSFile;
  /** What resolv.conf says, with the resolver's own servers if it has any. */
  conf: DNSConfig;
  order: Order;
}

function factsOf(resolv: DNSConfig, { nss: parsed, error: nssError }: NSSFile, mustGo: boolean): Facts {
  const resolvError = resolv.error;
  return {
    platform,
    mustGo,
    mustSystem,
    resolv,
    resolvError,
    nss: parsed,
    nssError,
    hostname,
    mdnsAllow: hasMDNSAllow,
  };
}

function lookup<T>(type: string, name: string, work: () => Promise<T>): Promise<T> {
  checkAccess("lookup", name);
  return told(lookups, () => ({ type, name }), work);
}

// What a server names a host by, and what is none: it might end in a page, a shell or a log.
function named<T>(dnsName: string, records: T[], isFit: (record: T) => boolean): T[] {
  const partial = records.filter(isFit);
  if (partial.length === records.length) return records;
  throw new DNSError({ err: FILTERED, dnsName, partial });
}

function isLiteral(host: string): boolean {
  const literal = parseIPZone(host.replace(/\.$/, ""));
  return literal !== null && literal.zone === "";
}

/** The resolver of the package's own functions, and of every dial and listen that is not given another. Go: net.DefaultResolver. */
export const defaultResolver: Resolver = new Resolver();
