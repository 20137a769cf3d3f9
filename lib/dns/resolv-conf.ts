// Go: net/dnsconfig_unix.go; resolv.conf(5)
import { joinHostPort } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { rooted } from "./domain-name.js";
import { fieldsOf, leadingNumber } from "./fields.js";

/** What resolv.conf says. */
export interface ResolvConf {
  /** Whom to ask, as `host:port`; three at most. */
  servers: string[];
  /** Rooted suffixes to try. */
  search: string[];
  /** A name with so many dots is tried as it is before any suffix. */
  ndots: number;
  /** Milliseconds for one question to one server. */
  timeout: number;
  /** How often all servers are asked. */
  attempts: number;
  /** Whether to begin with another server each time. */
  rotate: boolean;
  /** Whether something in the file is beyond us, so that the system had better do it. */
  unknownOpt: boolean;
  /** The order of sources, on OpenBSD. */
  lookup: string[];
  /** Whether to ask for one family after the other. */
  singleRequest: boolean;
  /** Whether to ask by TCP alone. */
  useTCP: boolean;
  /** Whether to ask for, and trust, the server's word that an answer is authentic. */
  trustAD: boolean;
  /** Whether not to look for changes of the file. */
  noReload: boolean;
}

const defaultServers = ["127.0.0.1:53", "[::1]:53"];
const MAX_SERVERS = 3;

/** The suffix that a host's own name suggests. Go: net.dnsDefaultSearch. */
export function defaultSearch(hostname: string): string[] {
  const domain = /\.(.+)$/s.exec(hostname)?.[1];
  return domain === undefined ? [] : [rooted(domain)];
}

/** What the file says; with an empty text, what holds without one. Go: net.dnsReadConfig. */
export function parseResolvConf(text: string, hostname: string): ResolvConf {
  const conf: ResolvConf = {
    servers: [],
    search: [],
    ndots: 1,
    timeout: 5000,
    attempts: 2,
    rotate: false,
    unknownOpt: false,
    lookup: [],
    singleRequest: false,
    useTCP: false,
    trustAD: false,
    noReload: false,
  };
  for (const line of text.split("\n")) {
    if (/^[;#]/.test(line)) continue;
    const [keyword, ...values] = fieldsOf(line);
    if (keyword !== undefined) readLine(conf, keyword, values);
  }
  if (conf.servers.length === 0) conf.servers = defaultServers;
  if (conf.search.length === 0) conf.search = defaultSearch(hostname);
  return conf;
}

function readLine(conf: ResolvConf, keyword: string, values: string[]): void {
  const [first] = values;
  if (keyword === "nameserver") addServer(conf, first);
  else if (keyword === "domain") conf.search = first === undefined ? conf.search : [rooted(first)];
  else if (keyword === "search") conf.search = values.map(rooted).filter((name) => name !== ".");
  else if (keyword === "options") for (const option of values) readOption(conf, option);
  else if (keyword === "lookup") conf.lookup = values;
  else conf.unknownOpt = true;
}

// A name would have to be looked up first.
function addServer({ servers }: ResolvConf, server: string | undefined): void {
  if (server === undefined || servers.length === MAX_SERVERS || parseIPZone(server) === null) return;
  servers.push(joinHostPort(server, "53"));
}

const flags: Readonly<Record<string, (conf: ResolvConf) => void>> = {
  rotate: (conf) => void (conf.rotate = true),
  "single-request": (conf) => void (conf.singleRequest = true),
  "single-request-reopen": (conf) => void (conf.singleRequest = true),
  "trust-ad": (conf) => void (conf.trustAD = true),
  "use-vc": (conf) => void (conf.useTCP = true),
  usevc: (conf) => void (conf.useTCP = true),
  tcp: (conf) => void (conf.useTCP = true),
  "no-reload": (conf) => void (conf.noReload = true),
  // That is always so.
  edns0: () => {},
};

function readOption(conf: ResolvConf, option: string): void {
  const [, name, value = ""] = /^(ndots|timeout|attempts):(.*)$/s.exec(option) ?? [];
  const n = leadingNumber(value);
  if (name === "ndots") conf.ndots = Math.min(n, 15);
  else if (name === "timeout") conf.timeout = Math.max(n, 1) * 1000;
  else if (name === "attempts") conf.attempts = Math.max(n, 1);
  else if (Object.hasOwn(flags, option)) flags[option]!(conf);
  else conf.unknownOpt = true;
}
