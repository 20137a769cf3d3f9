import { performance } from "node:perf_hooks";
import { AddrError, Dialer, DNSError, type LookupOptions, Resolver, type ResolverDial } from "../index.js";
import { type Command, UsageError } from "./command.js";
import { helpOf } from "./page.js";
import { print } from "./print.js";
import { page, parse, type ResolveArguments, type Type } from "./resolve-arguments.js";
import { complaint, lines } from "./resolve-output.js";
import { printableJSON } from "./terminal.js";

/** `rawconn resolve NAME`. */
export const resolve: Command = {
  summary: page.summary,
  page,
  async run(args) {
    const asked = parse(args);
    if (asked === null) return print(helpOf(page));
    const limit = asked.timeout === Infinity ? {} : { signal: AbortSignal.timeout(Math.ceil(asked.timeout)) };
    const found = await Promise.all(asked.types.map((type) => look(type, asked, limit)));
    for (const { type, error } of found)
      if (error !== null && !error.isNotFound) process.stderr.write(`${complaint(type, error, asked)}\n`);
    const { name } = asked;
    const text = asked.json
      ? printableJSON({ name, lookups: found.map(facts) }, 2)
      : found.flatMap((each) => lines(each, asked)).join("\n");
    return print(text === "" ? "" : `${text}\n`, statusOf(found));
  },
};

/** A record: text, or the fields of one that has several. */
export type Value = string | { host: string; pref: number } | ServiceValue;

/** A record of type SRV. */
export interface ServiceValue {
  target: string;
  port: number;
  priority: number;
  weight: number;
}

/** What became of one lookup. */
export interface Found {
  type: Type;
  records: readonly Value[];
  /** Every server that was asked, in that order; none where the hosts file or the system's resolver knew. */
  asked: readonly { server: string; network: string }[];
  milliseconds: number;
  error: DNSError | null;
}

const dialer = new Dialer();

// Each has a resolver of its own, whose dial tells what became of it.
async function look(
  type: Type,
  { name, server, tcp }: ResolveArguments,
  limit: LookupOptions,
): Promise<Found> {
  const asked: { server: string; network: string }[] = [];
  const dial: ResolverDial = (network, address, dialing) => {
    const by = tcp ? "tcp" : network;
    asked.push({ server: address, network: by });
    return dialer.dial(by, address, dialing);
  };
  const resolver = resolverOf(server, dial);
  const start = performance.now();
  const { records, error } = await lookups[type](resolver, name, limit);
  return { type, records, asked, milliseconds: performance.now() - start, error };
}

function resolverOf(server: string | undefined, dial: ResolverDial): Resolver {
  try {
    return new Resolver({ dial, servers: server === undefined ? undefined : [server] });
  } catch {
    const example = "192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53";
    throw new UsageError(
      `a server is given by its address, such as ${example}, not ${JSON.stringify(server)}`,
    );
  }
}

type Outcome = Pick<Found, "records" | "error">;
type Lookup = (resolver: Resolver, name: string, limit: LookupOptions) => Promise<Outcome>;

const lookups: Readonly<Record<Type, Lookup>> = {
  A: lookup((resolver, name, limit) => resolver.lookupIP("ip4", name, limit), texts),
  AAAA: lookup((resolver, name, limit) => resolver.lookupIP("ip6", name, limit), texts),
  // A name that is no alias is its own.
  CNAME: lookup(
    (resolver, name, limit) => resolver.lookupCNAME(name, limit),
    (cname, name) => (sameName(cname, name) ? [] : [cname]),
  ),
  MX: lookup(
    (resolver, name, limit) => resolver.lookupMX(name, limit),
    (exchangers) => exchangers,
  ),
  NS: lookup(
    (resolver, name, limit) => resolver.lookupNS(name, limit),
    (servers) => servers.map(({ host }) => host),
  ),
  SRV: lookup(
    (resolver, name, limit) => resolver.lookupSRV("", "", name, limit),
    ({ addrs }) => addrs,
  ),
  TXT: lookup((resolver, name, limit) => resolver.lookupTXT(name, limit), texts),
  PTR: lookup((resolver, name, limit) => resolver.lookupAddr(name, limit), texts),
};

// Asks, and tells records from failures. What a failure leaves of an answer is of the kind that the answer is of.
function lookup<T>(
  ask: (resolver: Resolver, name: string, limit: LookupOptions) => Promise<T>,
  records: (found: T, name: string) => readonly Value[],
): Lookup {
  return async (resolver, name, limit) => {
    try {
      const found = records(await ask(resolver, name, limit), name);
      return { records: found, error: found.length > 0 ? null : notFound(name) };
    } catch (error) {
      // There are addresses, but none of the family.
      if (error instanceof AddrError) return { records: [], error: notFound(name) };
      if (!(error instanceof DNSError)) throw error;
      return { records: error.partial === undefined ? [] : records(error.partial as T, name), error };
    }
  };
}

function texts(found: readonly (string | object)[]): readonly string[] {
  return found.map(String);
}

const sameName = (a: string, b: string) =>
  a.replace(/\.$/, "").toLowerCase() === b.replace(/\.$/, "").toLowerCase();

const notFound = (dnsName: string) => new DNSError({ err: "no such host", dnsName, isNotFound: true });

function facts({ error, ...rest }: Found): object {
  if (error === null) return { ...rest, error };
  const { message, code, isNotFound, isTimeout } = error;
  return { ...rest, error: { message, code, isNotFound, isTimeout } };
}

const FOUND = 0;
const NOT_FOUND = 1;
const FAILED = 2;

function statusOf(found: readonly Found[]): number {
  if (found.some(({ error }) => error !== null && !error.isNotFound)) return FAILED;
  return found.some(({ records }) => records.length > 0) ? FOUND : NOT_FOUND;
}
