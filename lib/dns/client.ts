// Go: net/dnsclient_unix.go (lookup, goLookupIPCNAMEOrder)
import { type IP, IPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { DNSError, isTemporary } from "../errors/index.js";
import { sortByRFC6724 } from "./addr-select.js";
import { isDomainName, nameList } from "./domain-name.js";
import type { Asking } from "./exchange.js";
import type { Order } from "./order.js";
import { type RecordType, recordType } from "./query.js";
import type { Answer } from "./reply.js";
import { sourceOf } from "./source-addr.js";
import { hosts } from "./system-files.js";
import { noSuchHost, type Result, Trial } from "./trial.js";
import { overdue } from "../internal/socket/within.js";

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
  return Promise.resolve(new Search(asking, network, name, order === "dns,files").next());
}

const familyTypes: Readonly<Record<string, readonly RecordType[]>> = {
  4: [recordType.A],
  6: [recordType.AAAA],
  // The last letter of CNAME.
  E: [recordType.A, recordType.AAAA, recordType.CNAME],
};
const bothTypes: readonly RecordType[] = [recordType.A, recordType.AAAA];

/** Asks for the addresses of one name after the other that a host's may stand for. */
class Search {
  readonly #asking: Asking;
  readonly #network: string;
  readonly #name: string;
  readonly #types: readonly RecordType[];
  readonly #names: readonly string[];
  readonly #filesLast: boolean;
  #asked = 0;
  #error: DNSError | null = null;

  /** Where `filesLast`, the hosts file may know what servers do not. */
  constructor(asking: Asking, network: string, name: string, filesLast: boolean) {
    this.#asking = asking;
    this.#network = network;
    this.#name = name;
    this.#types = familyTypes[network.at(-1)!] ?? bothTypes;
    this.#names = nameList(name, asking.conf.ndots, asking.conf.search);
    this.#filesLast = filesLast;
  }

  /** Asks for the next name. */
  next(): Found | Promise<Found> {
    const fqdn = this.#names[this.#asked++];
    if (fqdn === undefined) return this.#end();
    const [asking, name, types] = [this.#asking, this.#name, this.#types];
    if (types.length > 1)
      return askAll(asking, fqdn, types, name).then((results) => this.#take(fqdn, results));
    return new Trial(asking, fqdn, types[0]!, name, (result) =>
      result instanceof DNSError ? this.#take(fqdn, [result]) : foundIn(result.answers),
    ).next();
  }

  #take(fqdn: string, results: readonly Result[]): Found | Promise<Found> {
    const { limit, strictErrors } = this.#asking;
    const failures = results.filter((result) => result instanceof DNSError);
    // Where a question went unanswered, the name may well exist, whatever came of the other.
    const temporary = failures.findLast((failure) => failure.temporary());
    const failure = temporary ?? failures.at(-1);
    const severe = strictErrors && temporary !== undefined;
    // The error of the name as it was given tells most.
    const tells = severe || this.#error === null || fqdn === `${this.#name}.`;
    if (failure !== undefined && tells) this.#error = failure;
    if (severe) return this.#end();
    const found = foundIn(results.flatMap(answersOf));
    if (found.addrs.length > 0 || (this.#network === "CNAME" && found.cname !== "")) return found;
    return overdue(limit) === null ? this.next() : this.#end();
  }

  #end(): Found {
    const late = this.#filesLast ? fromFiles(this.#name) : null;
    if (late === null && this.#error !== null) throw this.#error;
    return late ?? { addrs: [], cname: "" };
  }
}

const answersOf = (result: Result) => (result instanceof DNSError ? [] : result.answers);

// In parallel, each on a socket of its own, unless servers are known that cannot bear it.
function askAll(asking: Asking, fqdn: string, types: readonly RecordType[], name: string): Promise<Result[]> {
  const askFor = (type: RecordType) => tryOneName(asking, fqdn, type, name);
  return asking.conf.singleRequest ? inTurn(types, askFor) : Promise.all(types.map(askFor));
}

const tryOneName = (asking: Asking, fqdn: string, type: RecordType, name: string): Promise<Result> =>
  new Trial(asking, fqdn, type, name, (result) => result).next();

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
