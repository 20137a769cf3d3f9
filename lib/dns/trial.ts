// Go: net/dnsclient_unix.go (tryOneName, checkHeader)
import { asError, DNSError, isTemporary, isTimeout } from "../errors/index.js";
import { ask, type Asking } from "./exchange.js";
import { Query, type RecordType } from "./query.js";
import type { Answer, Reply } from "./reply.js";
import { overdue } from "../internal/socket/within.js";

const SERVFAIL = 2;
const NXDOMAIN = 3;

// GODEBUG=netedns0=0, as in Go, for servers that choke on it.
const edns0 = !/(^|,)netedns0=0(,|$)/.test(process.env["GODEBUG"] ?? "");

/** What one server said to one question. */
export interface Said {
  answers: Answer[];
  server: string;
}

/** What all servers together come to: here, an error is thrown by nobody. */
export type Result = Said | DNSError;

/** A name that does not exist, or a record of it. */
export function noSuchHost(dnsName: string, server = ""): DNSError {
  return new DNSError({ err: "no such host", dnsName, server, isNotFound: true });
}

/** The error of a lookup that came to its limit. */
export function given(cause: Error, dnsName: string): DNSError {
  const [timeout, temporary] = [isTimeout(cause), isTemporary(cause)];
  return new DNSError({ err: cause.message, dnsName, isTimeout: timeout, isTemporary: temporary, cause });
}

/**
 * Asks every server, as often as is set, for one rooted name, until one knows. What it said goes to `conclude`, and what
 * that makes of it is resolved: each promise in between, and whoever waits for it, would be 2 % of a lookup.
 */
export class Trial<T> {
  readonly #asking: Asking;
  readonly #fqdn: string;
  readonly #type: RecordType;
  readonly #dnsName: string;
  readonly #conclude: (result: Result) => T | Promise<T>;
  // Counted over all rounds.
  #turn: number;
  readonly #end: number;

  /** Errors are about `dnsName`, which is what the caller wants to know of. */
  constructor(
    asking: Asking,
    fqdn: string,
    type: RecordType,
    dnsName: string,
    conclude: (result: Result) => T | Promise<T>,
  ) {
    const { conf } = asking;
    this.#asking = asking;
    this.#fqdn = fqdn;
    this.#type = type;
    this.#dnsName = dnsName;
    this.#conclude = conclude;
    this.#turn = conf.rotate ? conf.rotation++ : 0;
    this.#end = this.#turn + conf.attempts * conf.servers.length;
  }

  /** Asks the next server. */
  next(): Promise<T> {
    const { servers, trustAD, useTCP } = this.#asking.conf;
    const server = servers[this.#turn++ % servers.length]!;
    const query = Query.of(this.#fqdn, this.#type, { trustAD, edns0 });
    if (query !== null) return this.#ask(query, server, useTCP ? "tcp" : "udp");
    const unfit = new DNSError({ err: "cannot marshal DNS message", dnsName: this.#dnsName });
    return Promise.resolve(unfit).then(this.#conclude);
  }

  #ask(query: Query, server: string, network: "udp" | "tcp"): Promise<T> {
    return ask(query, this.#asking, server, network).then(
      (reply) => {
        if (reply !== null) return this.#heard(reply, server);
        if (network === "udp") return this.#ask(query, server, "tcp");
        return this.#failed(new Error("no answer from DNS server"), server);
      },
      (error: unknown) => this.#failed(asError(error), server),
    );
  }

  #heard(reply: Reply, server: string): T | Promise<T> {
    const result = understood(reply, this.#type, this.#dnsName, server);
    const isFinal = !(result instanceof DNSError) || result.isNotFound;
    return isFinal ? this.#conclude(result) : this.#goOn(result);
  }

  #failed(cause: Error, server: string): T | Promise<T> {
    const over = overdue(this.#asking.limit);
    if (over !== null) return this.#conclude(given(over, this.#dnsName));
    return this.#goOn(failed(cause, this.#dnsName, server));
  }

  #goOn(error: DNSError): T | Promise<T> {
    return this.#turn < this.#end ? this.next() : this.#conclude(error);
  }
}

/** What a reply says to those who ask for a type; an error that is not `isNotFound` where another server may help. */
function understood(reply: Reply, type: RecordType, dnsName: string, server: string): Result {
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
