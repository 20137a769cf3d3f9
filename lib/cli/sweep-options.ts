import type { SweepOptions } from "../ping/index.js";
import { splitBy } from "./arguments.js";
import { UsageError } from "./command.js";
import { isAddress } from "./is-address.js";
import { bits, integer, milliseconds } from "./numbers.js";
import type { Page } from "./page.js";

const options = {
  ipv4: { short: "4", text: "use IPv4 only" },
  ipv6: { short: "6", text: "use IPv6 only" },
  alive: { short: "a", text: "show those that answer, one in a line, and nothing else" },
  unreachable: { short: "u", text: "show those that do not answer, one in a line, and nothing else" },
  elapsed: { short: "e", text: "show how long each answer took" },
  addr: { short: "A", text: "show the address of a name instead of the name" },
  file: {
    short: "f",
    value: "FILE",
    text: "read further targets from a file, - for standard input",
    choices: "file",
  },
  count: {
    short: "c",
    value: "N",
    text: "make N rounds, show every answer, and how each host did at the end",
  },
  loop: { short: "l", text: "make rounds without end" },
  period: { short: "p", value: "MS", text: "begin a round so long after the one before, 1000 by default" },
  retries: {
    short: "r",
    value: "N",
    text: "ask again N times without an answer: 3 by default, none with -c or -l",
  },
  timeout: { short: "t", value: "MS", text: "wait so long for each answer, 500 by default" },
  interval: {
    short: "i",
    value: "MS",
    text: "send a request every so often, to whomever: 1 by default, 0 for as fast as it goes; below 1 for root only",
  },
  size: { short: "b", value: "BYTES", text: "payload of a request, 56 by default, 65507 at most" },
  ttl: { short: "H", value: "N", text: "time to live or hop limit of the requests, 1 to 255" },
  tos: { short: "O", value: "N", text: "type of service or traffic class, 0 to 255, also as 0xb8" },
  "dont-fragment": { short: "M", text: "let nobody cut a request that is too long for a link" },
  interface: { short: "I", value: "NAME", text: "send and receive on an interface", choices: "interface" },
  source: { short: "S", value: "ADDR", text: "send from an address" },
  fwmark: { short: "k", value: "N", text: "mark requests for routing and filters; needs CAP_NET_ADMIN" },
  reachable: { short: "x", value: "N", text: "exit with 0 when N hosts answer, and with 1 otherwise" },
  quiet: { short: "q", text: "show no single results; with -c, how each host did is still shown" },
  stats: { short: "s", text: "show the figures of the whole sweep at the end" },
  timestamp: { short: "D", text: "begin each line with the time in seconds since 1970" },
  json: {
    short: "j",
    text:
      "print a line of JSON for each result, with -a or -u for those only, and one with the figures at the end; with " +
      "-c, one for each host, too",
  },
  help: { short: "h", text: "this text" },
} as const;

/** What there is to say of `rawconn sweep`. */
export const page: Page<typeof options> = {
  name: "sweep",
  usage: "[OPTIONS] [TARGET ...]",
  summary: "ask many hosts at once whether they answer",
  about: [
    "Sends ICMP echo requests to all targets, without waiting for one before it asks the next, and tells which answer.",
    "A TARGET is an address, a name, a network such as 10.0.0.0/24 (without its first and its last address, which are " +
      "no hosts' in IPv4), or a range such as 10.0.0.1-10.0.0.20. Large networks are no burden: addresses are made as " +
      "their turn comes.",
  ],
  options,
  notes: [
    "A file has targets apart by white space; what follows a # is a comment. The letters are those of fping. On a " +
      "terminal a bar shows how far a long sweep is.",
  ],
  examples: [
    ["rawconn sweep -a 10.0.0.0/24", "the hosts of a network that answer"],
    [
      "rawconn sweep -c 5 -q -f hosts.txt",
      "five rounds to all hosts of a list, with losses and times of each",
    ],
    [
      "rawconn sweep -j 10.0.0.0/16 | jq -r 'select(.type == \"reply\") | [.addr, .rtt] | @tsv'",
      "a table of times",
    ],
    ["rawconn sweep -x 2 a.example b.example c.example && echo enough", "whether two of three are there"],
  ],
  exits: [
    [0, "when all answered"],
    [1, "when some did not"],
    [2, "when some name has no address"],
    [3, "for wrong arguments"],
    [4, "when the system refused something"],
  ],
  arguments: "host",
};

/** What `rawconn sweep` was asked for. */
export interface SweepArguments {
  readonly targets: string[];
  readonly file: string | undefined;
  readonly options: SweepOptions;
  /** Whether there are several rounds. */
  readonly rounds: boolean;
  readonly show: "all" | "alive" | "unreachable";
  readonly elapsed: boolean;
  readonly addr: boolean;
  readonly quiet: boolean;
  readonly stats: boolean;
  readonly timestamps: boolean;
  readonly json: boolean;
  /** How many hosts are to answer; undefined for all of them. */
  readonly reachable: number | undefined;
}

const MAX_SIZE = 65507;
const MIN_USER_INTERVAL = 1;
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

/** Reads the arguments; null when help was asked for. Throws a UsageError. */
export function parse(args: string[]): SweepArguments | null {
  const { values, positionals } = splitBy(page, args);
  if (values.help) return null;
  if (values.ipv4 && values.ipv6) throw new UsageError("-4 and -6 exclude each other");
  if (values.alive && values.unreachable) throw new UsageError("-a and -u exclude each other");
  if (values.count !== undefined && values.loop) throw new UsageError("-c and -l exclude each other");
  if (positionals.length === 0 && values.file === undefined)
    throw new UsageError("expected a target, or -f; see `rawconn sweep --help`");
  const { source } = values;
  if (source !== undefined && !isAddress(source))
    throw new UsageError(`-S takes an address, not ${JSON.stringify(source.slice(0, 40))}`);
  return {
    targets: positionals,
    file: values.file,
    options: sweepOptions(values),
    rounds: values.count !== undefined || (values.loop ?? false),
    show: values.alive ? "alive" : values.unreachable ? "unreachable" : "all",
    elapsed: values.elapsed ?? false,
    addr: values.addr ?? false,
    quiet: values.quiet ?? false,
    stats: values.stats ?? false,
    timestamps: values.timestamp ?? false,
    json: values.json ?? false,
    reachable: values.reachable === undefined ? undefined : integer("-x", values.reachable, 1, MAX_COUNT),
  };
}

function sweepOptions(values: ReturnType<typeof splitBy<typeof options>>["values"]): SweepOptions {
  const whole = (flag: string, text: string | undefined, min: number, max: number) =>
    text === undefined ? undefined : integer(flag, text, min, max);
  const time = (flag: string, text: string | undefined) =>
    text === undefined ? undefined : milliseconds(flag, text);
  return {
    rate: 1000 / interval(values.interval ?? "1"),
    count: values.loop ? Infinity : whole("-c", values.count, 1, MAX_COUNT),
    period: time("-p", values.period),
    retries:
      whole("-r", values.retries, 0, 65535) ?? (values.loop || values.count !== undefined ? 0 : undefined),
    timeout: time("-t", values.timeout),
    size: whole("-b", values.size, 0, MAX_SIZE),
    ttl: whole("-H", values.ttl, 1, 255),
    tos: values.tos === undefined ? undefined : bits("-O", values.tos, 255),
    mark: values.fwmark === undefined ? undefined : bits("-k", values.fwmark, 0xffffffff),
    pathMTU: values["dont-fragment"] ? "do" : undefined,
    family: values.ipv4 ? 4 : values.ipv6 ? 6 : 0,
    localAddr: values.source,
    device: values.interface,
  };
}

function interval(text: string): number {
  const value = milliseconds("-i", text);
  if (value >= MIN_USER_INTERVAL || process.getuid?.() === 0) return value;
  throw new UsageError(`-i below ${MIN_USER_INTERVAL} millisecond needs root`);
}
