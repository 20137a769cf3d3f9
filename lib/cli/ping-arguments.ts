import { isIP } from "node:net";
import { split } from "./arguments.js";
import { UsageError } from "./command.js";
import { integer, seconds } from "./numbers.js";

/** What `rawconn ping` was asked for. Times are milliseconds. */
export interface PingArguments {
  host: string;
  /** Infinity for no end. */
  count: number;
  interval: number;
  /** How long to wait for the last answers when none came before; Infinity for ever. */
  linger: number;
  /** For the whole run; Infinity for none. */
  deadline: number;
  size: number;
  ttl: number | undefined;
  family: 0 | 4 | 6;
  localAddr: string;
  device: string;
  numeric: boolean;
  quiet: boolean;
  timestamps: boolean;
  outstanding: boolean;
}

/** What `rawconn ping --help` prints. */
export const help = `rawconn ping [OPTIONS] HOST

Sends ICMP echo requests to HOST, a name or an address, and tells what comes back.

  -c, --count N        end after N requests, each answered or given up; with -w, after N answers
  -i, --interval SEC   time between two requests, 1 by default; below 0.002 for root only
  -W, --timeout SEC    how long to wait at the end when nothing was ever answered, 10 by default, 0 for ever;
                       otherwise that is twice the longest round trip, and one interval at least
  -w, --deadline SEC   end after this time at the latest, or at the first error; 0 for no such end
  -s, --size BYTES     payload of a request, 56 by default, 65507 at most
  -t, --ttl N          time to live or hop limit of the requests, 1 to 255
  -4, --ipv4           IPv4 only
  -6, --ipv6           IPv6 only
  -I, --interface X    send from an address, or through an interface
  -n, --numeric        show addresses only
  -q, --quiet          show the first line and the summary only
  -D, --timestamps     begin each line with the time in seconds since 1970
  -O, --outstanding    say when a request goes out before the last one was answered
  -h, --help           this text

No address is ever looked up for its name: when HOST is a name, its answers show it as it was given, unless -n.
SIGINT ends the run with the summary; SIGQUIT prints a line of status to stderr.
Exit status: 0 with an answer (with -w and -c: with all of them), 1 without, 2 for an error.
`;

const options = {
  count: { type: "string", short: "c" },
  interval: { type: "string", short: "i" },
  timeout: { type: "string", short: "W" },
  deadline: { type: "string", short: "w" },
  size: { type: "string", short: "s" },
  ttl: { type: "string", short: "t" },
  ipv4: { type: "boolean", short: "4" },
  ipv6: { type: "boolean", short: "6" },
  interface: { type: "string", short: "I" },
  numeric: { type: "boolean", short: "n" },
  quiet: { type: "boolean", short: "q" },
  timestamps: { type: "boolean", short: "D" },
  outstanding: { type: "boolean", short: "O" },
  help: { type: "boolean", short: "h" },
} as const;

// What a timer of Node can count to, 24.8 days.
const MAX_SECONDS = 2147483;
const MAX_SIZE = 65507;
// In milliseconds: shorter steps are a flood, and root's to make.
const MIN_USER_INTERVAL = 2;

/** Reads the arguments; null when help was asked for. Throws a UsageError. */
export function parse(args: string[]): PingArguments | null {
  const { values, positionals } = split("ping", args, options);
  if (values.help) return null;
  const [host, ...rest] = positionals;
  if (host === undefined || host === "") throw new UsageError("expected a host; see `rawconn ping --help`");
  if (rest.length > 0) throw new UsageError(`expected one host, not ${positionals.length}`);
  if (values.ipv4 && values.ipv6) throw new UsageError("-4 and -6 exclude each other");
  const from = values.interface ?? "";
  const isAddress = isIP(from.split("%", 1)[0]!) !== 0;
  return {
    host,
    count: values.count === undefined ? Infinity : integer("-c", values.count, 1, Number.MAX_SAFE_INTEGER),
    interval: interval(values.interval ?? "1"),
    linger: seconds("-W", values.timeout ?? "10", MAX_SECONDS) || Infinity,
    deadline: seconds("-w", values.deadline ?? "0", MAX_SECONDS) || Infinity,
    size: integer("-s", values.size ?? "56", 0, MAX_SIZE),
    ttl: values.ttl === undefined ? undefined : integer("-t", values.ttl, 1, 255),
    family: values.ipv4 ? 4 : values.ipv6 ? 6 : 0,
    localAddr: isAddress ? from : "",
    device: isAddress ? "" : from,
    numeric: values.numeric ?? false,
    quiet: values.quiet ?? false,
    timestamps: values.timestamps ?? false,
    outstanding: values.outstanding ?? false,
  };
}

function interval(text: string): number {
  const value = seconds("-i", text, MAX_SECONDS);
  if (value >= MIN_USER_INTERVAL || process.getuid?.() === 0) return value;
  throw new UsageError(`-i below ${MIN_USER_INTERVAL / 1000} seconds needs root`);
}
