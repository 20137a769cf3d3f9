// Go: net/dnsclient_unix.go (tryOneName, checkHeader, lookup, goLookupIPCNAMEOrder)
import { type IP, IPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { asError, DNSError, isTemporary, isTimeout } from "../errors/index.js";
import { sortByRFC6724 } from "./addr-select.js";
import { isDomainName, nameList } from "./domain-name.js";
import { ask, type Asking } from "./exchange.js";
import type { Order } from "./order.js";
import { Query, type RecordType, recordType } from "./query.js";
import type { Answer, Reply } from "./reply.js";
import { sourceOf } from "./source-addr.js";
import { hosts } from "./system-files.js";
import { overdue } from "./within.js";

/** A name that does not exist, or a record of it. */
export function noSuchHost(dnsName: string, server = ""): DNSError {
  return new DNSError({ err: "no such host", dnsName, server, isNotFound: true });
}

/** The error of a lookup that came to its limit. */
export function given(cause: Error, dnsName: string): DNSError {
  const [timeout, temporary] = [isTimeout(cause), isTemporary(cause)];
  return new DNSError({ err: cause.message, dnsName, isTimeout: timeout, isTemporary: temporary, cause });
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

/** What a reply says to those who ask for a type; an error that is not `isNotFound` where another server may help. */
function understood(reply: Reply, type: RecordType, dnsName: string, server: string): Said | DNSError {
  const { rcode, answers } = reply;
  if (rcode === NXDOMAIN) return noSuchHost(dnsName, server);
  if (rcode !== 0)
    return new DNSError({ err: "server misbehaving", dnsName, server, isTemporary: rcode === SERVFAIL });
  if (isLame(reply)) return new DNSError({ err: "lame referral", dnsName, server });
  // Go looks at the answer from the first record of the type on: aliases that lead there stand before it.
  let first = 0;
  while (first < answers.length && answers[first]!.type !== type) first++;
  if (first === answers.length) return noSuchHost(dnsName, server);
  return { answers: first === 0 ? answers : answers.slice(first), server };
}

// It knows nothing and asks nobody: another server may.
function isLame({ authoritative, recursionAvailable, hasAnswers, hasAdditional }: Reply): boolean {
  return !authoritative && !recursionAvailable && !hasAnswers && !hasAdditional;
}

/** Asks every server, as often as is set, for one rooted name. A DNSError about `dnsName` is resolved, not thrown. */
async function tryOneName(
  asking: Asking,
  fqdn: string,
  type: RecordType,
  dnsName: string,
): Promise<Said | DNSError> {
  const { servers, attempts, useTCP } = asking.conf;
  const first = asking.conf.rotate ? asking.conf.rotation++ : 0;
  let last: DNSError | null = null;
  for (let i = 0; i < attempts * servers.length; i++) {
    const server = servers[(first + i) % servers.length]!;
    const query = Query.of(fqdn, type, { trustAD: asking.conf.trustAD, edns0 });
    if (query === null) return new DNSError({ err: "cannot marshal DNS message", dnsName });
    try {
      const byUDP = useTCP ? null : await ask(query, asking, server, "udp");
      const reply = byUDP ?? (await ask(query, asking, server, "tcp"));
      if (reply === null) throw new Error("no answer from DNS server");
      const said = understood(reply, type, dnsName, server);
      if (!(said instanceof DNSError) || said.isNotFound) return said;
      last = said;
    } catch (error) {
      const over = overdue(asking.limit);
      if (over !== null) return given(over, dnsName);
      last = failed(asError(error), dnsName, server);
    }
  }
  return last!;
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
  let last: DNSError | null = null;
  for (const fqdn of isDomainName(name) ? nameList(name, ndots, search) : []) {
    const said = await tryOneName(asking, fqdn, type, name);
    if (!(said instanceof DNSError))
      return said.answers.filter((answer): answer is Extract<Answer, { type: T }> => answer.type === type);
    last = said;
    if (overdue(asking.limit) !== null || (asking.strictErrors && isTemporary(last))) break;
  }
  throw last ?? noSuchHost(name);
}

/** What a host comes to. */
export interface Found {
  addrs: IPAddr[];
  /** The host's own name; empty where nobody told. */
  cname: string;
}

/** What the hosts file says of a name, the best address first; or null. */
export function fromFiles(name: string): Found | null {
  const host = hosts.get().host(name);
  if (host === null) return null;
  const addrs = host.addrs.map((addr) => new IPAddr(parseIPZone(addr)!));
  return { addrs: sortByRFC6724(addrs, sourceOf), cname: host.canonical };
}

/**
 * Addresses of a host, by the files and servers that `order` names. The last digit of `network` chooses a family;
 * `CNAME` is content with a name. Rejects with a DNSError. Go: goLookupIPCNAMEOrder.
 */
export function lookupIPCNAME(asking: Asking, network: string, name: string, order: Order): Promise<Found> {
  const filed = order.startsWith("files") ? fromFiles(name) : null;
  if (filed !== null) return Promise.resolve(filed);
  if (order === "files" || !isDomainName(name)) return Promise.reject(noSuchHost(name));
  return askForIP(asking, network, name, order === "dns,files");
}

const familyTypes: Readonly<Record<string, readonly RecordType[]>> = {
  4: [recordType.A],
  6: [recordType.AAAA],
  // The last letter of CNAME.
  E: [recordType.A, recordType.AAAA, recordType.CNAME],
};
const bothTypes: readonly RecordType[] = [recordType.A, recordType.AAAA];

// Where `filesLast`, the hosts file may know what servers do not.
async function askForIP(asking: Asking, network: string, name: string, filesLast: boolean): Promise<Found> {
  const types = familyTypes[network.at(-1)!] ?? bothTypes;
  const names = nameList(name, asking.conf.ndots, asking.conf.search);
  let error: DNSError | null = null;
  for (let i = 0; i < names.length; i++) {
    const results =
      types.length === 1
        ? [await tryOneName(asking, names[i]!, types[0]!, name)]
        : await askAll(asking, names[i]!, types, name);
    const failures = results.filter((result) => result instanceof DNSError);
    // The error of the name as it was given tells most.
    for (const failure of failures) if (error === null || names[i] === `${name}.`) error = failure;
    const severe = asking.strictErrors ? failures.findLast((failure) => failure.temporary()) : undefined;
    if (severe !== undefined) error = severe;
    if (severe !== undefined || overdue(asking.limit) !== null) break;
    const found = foundIn(results.length === 1 ? answersOf(results[0]!) : results.flatMap(answersOf));
    if (found.addrs.length > 0 || (network === "CNAME" && found.cname !== "")) return found;
  }
  const late = filesLast ? fromFiles(name) : null;
  if (late === null && error !== null) throw error;
  return late ?? { addrs: [], cname: "" };
}

const answersOf = (result: Said | DNSError) => (result instanceof DNSError ? [] : result.answers);

// In parallel, each on a socket of its own, unless servers are known that cannot bear it.
function askAll(
  asking: Asking,
  fqdn: string,
  types: readonly RecordType[],
  name: string,
): Promise<(Said | DNSError)[]> {
  const askFor = (type: RecordType) => tryOneName(asking, fqdn, type, name);
  return asking.conf.singleRequest ? inTurn(types, askFor) : Promise.all(types.map(askFor));
}

async function inTurn<T>(
  types: readonly RecordType[],
  askFor: (type: RecordType) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const type of types) results.push(await askFor(type));
  return results;
}

// Every address in an answer counts, whoever owns it: the servers are recursive, and told only what was asked for.
function foundIn(answers: readonly Answer[]): Found {
  const addresses = answers.every(isAddress) ? answers : answers.filter(isAddress);
  const addrs = addresses.map((address) => new IPAddr(address));
  const cname = answers.reduce((name, answer) => name || nameBy(answer), "");
  return { addrs: sortByRFC6724(addrs, sourceOf), cname };
}

const isAddress = (answer: Answer): answer is Extract<Answer, { ip: IP }> =>
  answer.type === recordType.A || answer.type === recordType.AAAA;

function nameBy(answer: Answer): string {
  if (isAddress(answer)) return answer.owner;
  return answer.type === recordType.CNAME ? answer.target : "";
}
