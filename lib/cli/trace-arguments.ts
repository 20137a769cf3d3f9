import type { TraceMethod, TraceOptions } from "../ping/index.js";
import { split } from "./arguments.js";
import { UsageError } from "./command.js";
import { isAddress } from "./is-address.js";
import { integer, seconds } from "./numbers.js";

/** What `rawconn trace` was asked for. */
export interface TraceArguments {
  host: string;
  /** As the library takes them. Rounds are in `queries`, if there is an `interval`. */
  options: TraceOptions & { method: TraceMethod; maxHop: number };
  /** Whether to show a table that lives, or else one at the end. */
  mtr: boolean;
  /** Rounds of the table; null for no number in particular. */
  rounds: number | null;
  numeric: boolean;
  extensions: boolean;
  json: boolean;
}

/** What `rawconn trace --help` prints. */
export const help = `rawconn trace [OPTIONS] HOST [BYTES]

Finds the way to HOST, a name or an address: who forwards packets there, and how long it takes to each of them.
Packets with a small number of hops to live are dropped on the way, and who drops one says so. BYTES is how long
they are, 60 by default, or 80 in IPv6.

What is sent:
  -U, --udp            datagrams to unlikely ports; needs no rights: the default
  -I, --icmp           echo requests, as a ping; needs what a ping needs
  -T, --tcp            connections to -p, 80 by default: gets through where the others do not; needs no rights
  -p, --port N         the port of -T, or the first of -U, 33434 by default

How far, how often:
  -f, --first N        begin with hop N, 1 by default
  -m, --max-hops N     end with hop N at the latest, 30 by default
  -q, --queries N      probes for each hop, 3 by default
  -N, --parallel N     probes on their way at a time, 16 by default, 256 with --mtr
  -w, --wait SEC[,HERE,NEAR]   how long to wait for an answer, 5 by default; but no longer than HERE times what this
                       hop took before, 3 by default, or NEAR times what the next one took, 10 by default; 0 for no
                       such rule
  -F, --dont-fragment  let no router cut the packets: with BYTES it shows where they are too long

Between whom:
  -4, --ipv4           IPv4 only
  -6, --ipv6           IPv6 only
  -s, --source ADDR    send from this address
  -i, --interface X    send through this interface

What is shown:
  -n, --numeric        addresses without names
  -e, --extensions     MPLS labels, where a router tells of them
  -j, --json           one JSON object in each line: "start", a "hop" each, "end"
      --mtr            a table that goes on, round by round, until q or Ctrl-C; without a terminal, or with --json,
                       one at the end
  -c, --count N        end --mtr after N rounds; 10 without a terminal, no end with one
      --interval SEC   time between two rounds, 1 by default
  -h, --help           this text

Read a line as: number of hops, who answered, one time for each probe. A \`*\` is a probe without an answer: a whole
line of them is a router that keeps silent, and harms nobody; from one line on to the end they are a filter, or a host
that is down. Behind a time, !H !N !P mean: host, network, protocol unreachable; !X: forbidden by a filter; !F-1400: too
long for a link of 1400 bytes; !S: source route failed.

Exit status: 0 when HOST has answered, 1 when it has not, 2 for an error.
`;

const options = {
  udp: { type: "boolean", short: "U" },
  icmp: { type: "boolean", short: "I" },
  tcp: { type: "boolean", short: "T" },
  port: { type: "string", short: "p" },
  first: { type: "string", short: "f" },
  "max-hops": { type: "string", short: "m" },
  queries: { type: "string", short: "q" },
  parallel: { type: "string", short: "N" },
  wait: { type: "string", short: "w" },
  "dont-fragment": { type: "boolean", short: "F" },
  ipv4: { type: "boolean", short: "4" },
  ipv6: { type: "boolean", short: "6" },
  source: { type: "string", short: "s" },
  interface: { type: "string", short: "i" },
  numeric: { type: "boolean", short: "n" },
  extensions: { type: "boolean", short: "e" },
  json: { type: "boolean", short: "j" },
  mtr: { type: "boolean" },
  count: { type: "string", short: "c" },
  interval: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof split<typeof options>>["values"];

// What a timer of Node can count to, 24.8 days.
const MAX_SECONDS = 2147483;
const MIN_INTERVAL = 0.01;
// What the library takes: its probes go to so many ports, one after the other.
const MAX_FIRST_PORT = 64512;

/** Reads the arguments; null when help was asked for. Throws a UsageError. */
export function parse(args: string[]): TraceArguments | null {
  const { values, positionals } = split("trace", args, options);
  if (values.help) return null;
  const [host, bytes, ...rest] = positionals;
  if (host === undefined || host === "") throw new UsageError("expected a host; see `rawconn trace --help`");
  if (rest.length > 0) throw new UsageError("expected one host, and bytes at most behind it");
  const mtr = values.mtr ?? false;
  if (!mtr && (values.count !== undefined || values.interval !== undefined))
    throw new UsageError("-c and --interval go with --mtr");
  if (mtr && values.queries !== undefined) throw new UsageError("--mtr counts rounds: -c in place of -q");
  return {
    host,
    options: { ...hopsOf(values), ...probesOf(values, bytes), ...endsOf(values) },
    mtr,
    rounds: values.count === undefined ? null : integer("-c", values.count, 1, Number.MAX_SAFE_INTEGER),
    numeric: values.numeric ?? false,
    extensions: values.extensions ?? false,
    json: values.json ?? false,
  };
}

function hopsOf(values: Values) {
  const maxHop = integer("-m", values["max-hops"] ?? "30", 1, 255);
  return {
    maxHop,
    firstHop: integer("-f", values.first ?? "1", 1, maxHop),
    ...(values.mtr
      ? { interval: intervalOf(values) }
      : { queries: integer("-q", values.queries ?? "3", 1, 1000) }),
    ...(values.parallel === undefined ? {} : { parallel: integer("-N", values.parallel, 1, 256) }),
    ...waitOf(values.wait ?? "5"),
  };
}

function intervalOf({ interval = "1" }: Values): number {
  const value = seconds("--interval", interval, MAX_SECONDS);
  if (value < MIN_INTERVAL * 1000) throw new UsageError(`--interval takes ${MIN_INTERVAL} seconds at least`);
  return value;
}

// As traceroute has it: a time, and two factors that may follow.
function waitOf(text: string) {
  const [longest, here, near, ...rest] = text.split(",");
  if (rest.length > 0) throw new UsageError("-w takes a time and two factors at most: SEC[,HERE,NEAR]");
  const factor = (value: string | undefined) => (value ? seconds("-w", value, 1e6) / 1000 : undefined);
  return { timeout: seconds("-w", longest!, MAX_SECONDS), here: factor(here), near: factor(near) };
}

function probesOf(values: Values, bytes: string | undefined) {
  const methods = (["udp", "icmp", "tcp"] as const).filter((name) => values[name]);
  if (methods.length > 1) throw new UsageError("-U, -I and -T exclude each other");
  const [method = "udp"] = methods;
  if (method === "icmp" && values.port !== undefined)
    throw new UsageError("-p goes with -U or -T: ICMP has no ports");
  const maxPort = method === "tcp" ? 0xffff : MAX_FIRST_PORT;
  if (method === "tcp" && bytes !== undefined) throw new UsageError("BYTES does not go with -T");
  return {
    method,
    port: values.port === undefined ? undefined : integer("-p", values.port, 1, maxPort),
    length: bytes === undefined ? undefined : integer("BYTES", bytes, 28, 0xffff),
    dontFragment: values["dont-fragment"] ?? false,
  };
}

function endsOf(values: Values) {
  if (values.ipv4 && values.ipv6) throw new UsageError("-4 and -6 exclude each other");
  const { source = "", interface: device = "" } = values;
  if (source !== "" && !isAddress(source)) throw new UsageError("-s takes an address");
  const family: 0 | 4 | 6 = values.ipv4 ? 4 : values.ipv6 ? 6 : 0;
  return { family, localAddr: source, device };
}
