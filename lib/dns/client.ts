// Go: net/dnsclient_unix.go (tryOneName, checkHeader, lookup, goLookupIPCNAMEOrder)
import { IPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { asError, DNSError, isTemporary, isTimeout } from "../errors/index.js";
import type { Limit } from "../internal/socket/socket.js";
import { sortByRFC6724 } from "./addr-select.js";
import { isDomainName, nameList } from "./domain-name.js";
import { exchange } from "./exchange.js";
import type { Order } from "./order.js";
import { Query, type RecordType, recordType } from "./query.js";
import type { Answer, Reply } from "./reply.js";
import { sourceOf } from "./source-addr.js";
import { type DNSConfig, hosts } from "./system-files.js";
import type { ResolverDial } from "./transport.js";
import { overdue } from "./within.js";

/** What a question depends on beside its name. */
export interface Asking {
  conf: DNSConfig;
  dial: ResolverDial | undefined;
  /** Whether a failure that may pass is one of the whole lookup. */
  strictErrors: boolean;
  limit: Limit;
}

/** A name that does not exist, or a record of it. */
export function noSuchHost(dnsName: string, server = ""): DNSError {
  return new DNSError({ err: "no such host", dnsName, server, isNotFound: true });
}

/** The error of a lookup that came to its limit. */
export function given(cause: Error, dnsName: string): DNSError {
  const [timeout, temporary] = [isTimeout(cause), isTemporary(cause)];
  return new DNSError({ err: cause.message, dnsName, isTimeout: timeout, isTemporary: temporary, cause });
}

/** Why a reply does not help, or null when it does. */
function complaint(
  reply: Reply,
  type: RecordType,
): { err: string; temporary: boolean; final: boolean } | null {
  const { rcode, authoritative, recursionAvailable, hasAnswers, hasAdditional, answers } = reply;
  const not = { err: "no such host", temporary: false, final: true };
  if (rcode === NXDOMAIN) return not;
  // It knows nothing and asks nobody: another server may.
  if (rcode === 0 && !authoritative && !recursionAvailable && !hasAnswers && !hasAdditional)
    return { err: "lame referral", temporary: false, final: false };
  if (rcode !== 0) return { err: "server misbehaving", temporary: rcode === SERVFAIL, final: false };
  return answers.some((answer) => answer.type === type) ? null : not;
}

const SERVFAIL = 2;
const NXDOMAIN = 3;

// GODEBUG=netedns0=0, as in Go, for servers that choke on it.
const edns0 = !/(^|,)netedns0=0(,|$)/.test(process.env["GODEBUG"] ?? "");

/** What one server said to one question. */
interface Said {
  answers: Answer[];
  server: string;
}

/** Asks every server, as often as is set, for one rooted name. Rejects with a DNSError about `dnsName`. */
async function tryOneName(asking: Asking, fqdn: string, type: RecordType, dnsName: string): Promise<Said> {
  const { conf, dial, limit } = asking;
  const { servers, attempts, timeout, useTCP, trustAD } = conf;
  const first = conf.rotate ? conf.rotation++ : 0;
  let last: DNSError | null = null;
  for (let i = 0; i < attempts * servers.length; i++) {
    const server = servers[(first + i) % servers.length]!;
    const query = Query.of(fqdn, type, { trustAD, edns0 });
    if (query === null) throw new DNSError({ err: "cannot marshal DNS message", dnsName });
    try {
      const reply = await exchange(query, { server, useTCP, timeout, dial }, limit);
      const wrong = complaint(reply, type);
      if (wrong === null) return { answers: from(reply.answers, type), server };
      if (wrong.final) throw noSuchHost(dnsName, server);
      last = new DNSError({ err: wrong.err, dnsName, server, isTemporary: wrong.temporary });
    } catch (error) {
      if (error instanceof DNSError) throw error;
      const over = overdue(limit);
      if (over !== null) throw given(over, dnsName);
      last = failed(asError(error), dnsName, server);
    }
  }
  throw last!;
}

// Go looks at the answer from the first record of the type on: aliases that lead there stand before it.
function from(answers: Answer[], type: RecordType): Answer[] {
  return answers.slice(answers.findIndex((answer) => answer.type === type));
}

// What the transport failed at may succeed another time.
function failed(cause: Error, dnsName: string, server: string): DNSError {
  const unfit = /^(cannot unmarshal|invalid) DNS|^no answer from/.test(cause.message);
  return new DNSError({
    err: cause.message,
    dnsName,
    server,
    isTimeout: isTimeout(cause),
    isTemporary: !unfit,
  });
}

/** The records of a type that a name has, in the order of the answer. Rejects with a DNSError. Go: Resolver.lookup. */
export async function lookupRecords<T extends RecordType>(
  asking: Asking,
  name: string,
  type: T,
): Promise<Extract<Answer, { type: T }>[]> {
  const { ndots, search } = asking.conf;
  let last = noSuchHost(name);
  if (!isDomainName(name)) throw last;
  for (const fqdn of nameList(name, ndots, search)) {
    try {
      const { answers } = await tryOneName(asking, fqdn, type, name);
      return answers.filter((answer): answer is Extract<Answer, { type: T }> => answer.type === type);
    } catch (error) {
      last = error as DNSError;
      if (overdue(asking.limit) !== null || (asking.strictErrors && isTemporary(last))) break;
    }
  }
  throw last;
}

/** What a host comes to. */
export interface Found {
  addrs: IPAddr[];
  /** The host's own name; empty where nobody told. */
  cname: string;
}

/** What the hosts file says of a name, or null. */
export function fromFiles(name: string): Found | null {
  const host = hosts.get().host(name);
  if (host === null) return null;
  return { addrs: host.addrs.map((addr) => new IPAddr(parseIPZone(addr)!)), cname: host.canonical };
}

/**
 * Addresses of a host, by the files and servers that `order` names. The last digit of `network` chooses a family;
 * `CNAME` is content with a name. Rejects with a DNSError. Go: goLookupIPCNAMEOrder.
 */
export async function lookupIPCNAME(
  asking: Asking,
  network: string,
  name: string,
  order: Order,
): Promise<Found> {
  const filed = order.startsWith("files") ? fromFiles(name) : null;
  if (filed !== null) return filed;
  if (order === "files" || !isDomainName(name)) throw noSuchHost(name);
  const { found, error } = await askForIP(asking, network, name);
  const enough = found.addrs.length > 0 || (network === "CNAME" && found.cname !== "");
  if (enough || (error === null && order !== "dns,files")) return found;
  const late = order === "dns,files" ? fromFiles(name) : null;
  if (late === null && error !== null) throw error;
  return late ?? found;
}

const familyTypes: Readonly<Record<string, RecordType[]>> = { 4: [recordType.A], 6: [recordType.AAAA] };
const bothTypes: RecordType[] = [recordType.A, recordType.AAAA];

async function askForIP(
  asking: Asking,
  network: string,
  name: string,
): Promise<{ found: Found; error: DNSError | null }> {
  const { ndots, search } = asking.conf;
  const types = familyTypes[network.slice(-1)] ?? bothTypes;
  const wanted = network === "CNAME" ? [...types, recordType.CNAME] : types;
  let error: DNSError | null = null;
  for (const fqdn of nameList(name, ndots, search)) {
    const results = await askAll(asking, fqdn, wanted, name);
    const failures = results.filter((result) => result instanceof DNSError);
    // The error of the name as it was given tells most.
    for (const failure of failures) if (error === null || fqdn === `${name}.`) error = failure;
    const severe = asking.strictErrors ? failures.findLast((failure) => failure.temporary()) : undefined;
    if (severe !== undefined) return { found: nothing, error: severe };
    if (overdue(asking.limit) !== null) break;
    const found = merged(results);
    if (found.addrs.length > 0 || (network === "CNAME" && found.cname !== "")) return { found, error };
  }
  return { found: nothing, error };
}

const nothing: Found = { addrs: [], cname: "" };

// In parallel, each on a socket of its own, unless servers are known that cannot bear it.
async function askAll(
  asking: Asking,
  fqdn: string,
  types: readonly RecordType[],
  name: string,
): Promise<(Said | DNSError)[]> {
  const ask = (type: RecordType) => tryOneName(asking, fqdn, type, name).catch((error: DNSError) => error);
  if (!asking.conf.singleRequest) return Promise.all(types.map(ask));
  const results: (Said | DNSError)[] = [];
  for (const type of types) results.push(await ask(type));
  return results;
}

// Every address in an answer counts, whoever owns it: the servers are recursive, and told only what was asked for.
function merged(results: readonly (Said | DNSError)[]): Found {
  const addrs: IPAddr[] = [];
  let cname = "";
  for (const answer of results.flatMap((result) => (result instanceof DNSError ? [] : result.answers))) {
    if (answer.type === recordType.A || answer.type === recordType.AAAA) {
      addrs.push(new IPAddr({ ip: answer.ip }));
      cname ||= answer.owner;
    } else if (answer.type === recordType.CNAME) cname ||= answer.target;
  }
  return { addrs: sortByRFC6724(addrs, sourceOf), cname };
}
