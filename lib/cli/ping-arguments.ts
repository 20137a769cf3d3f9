import type { PathMTU, PingOptions } from "../ping/index.js";
import { splitBy, type Values } from "./arguments.js";
import { UsageError } from "./command.js";
import { isAddress } from "./is-address.js";
import { bits, integer, quoted, seconds } from "./numbers.js";
import { page } from "./ping-page.js";

/** How the events of a run are told. */
export type Format = "text" | "json" | "csv" | "graph";

/** What `rawconn ping` was asked for. Times are milliseconds. */
export interface PingArguments {
  hosts: string[];
  /** Infinity for no end. */
  count: number;
  interval: number;
  /** How long to wait for the last answers when none came before; Infinity for ever. */
  linger: number;
  /** For the whole run; Infinity for none. */
  deadline: number;
  size: number;
  localAddr: string;
  device: string;
  /** What else the library is told. */
  options: PingOptions;
  numeric: boolean;
  quiet: boolean;
  timestamps: boolean;
  outstanding: boolean;
  flood: boolean;
  audible: boolean;
  verbose: boolean;
  format: Format;
  /** The file of the picture; undefined for none. */
  svg: string | undefined;
}

// What a timer of Node can count to, 24.8 days.
const MAX_SECONDS = 2147483;
const MAX_SIZE = 65507;
// In milliseconds: shorter steps are a flood, and root's to make.
const MIN_USER_INTERVAL = 2;
const MAX_PRELOAD = 64;
const MAX_USER_PRELOAD = 3;

const isRoot = () => process.getuid?.() === 0;

/** Reads the arguments; null when help was asked for. Throws a UsageError. */
export function parse(args: string[]): PingArguments | null {
  const { values, positionals } = splitBy(page, args);
  if (values.help) return null;
  if (positionals.length === 0 || positionals.includes(""))
    throw new UsageError("expected a host; see `rawconn ping --help`");
  if (values.ipv4 && values.ipv6) throw new UsageError("-4 and -6 exclude each other");
  if (values.route && values.ipv6) throw new UsageError("-R is for IPv4 only");
  const from = values.interface ?? "";
  const fromAddress = isAddress(from);
  return {
    hosts: positionals,
    count: values.count === undefined ? Infinity : integer("-c", values.count, 1, Number.MAX_SAFE_INTEGER),
    interval: interval(values.interval ?? (values.flood ? "0" : "1")),
    linger: seconds("-W", values.timeout ?? "10", MAX_SECONDS) || Infinity,
    deadline: seconds("-w", values.deadline ?? "0", MAX_SECONDS) || Infinity,
    size: integer("-s", values.size ?? "56", 0, MAX_SIZE),
    localAddr: fromAddress ? from : "",
    device: fromAddress ? "" : from,
    options: pingOptions(values),
    numeric: values.numeric ?? false,
    quiet: values.quiet ?? false,
    timestamps: values.timestamps ?? false,
    outstanding: values.outstanding ?? false,
    flood: values.flood ?? false,
    audible: values.audible ?? false,
    verbose: values.verbose ?? false,
    format: formatOf(values),
    svg: values.svg,
  };
}

type Given = Values<typeof page.options>;

function formatOf({ json, csv, graph }: Given): Format {
  const wanted = Object.entries({ json, csv, graph }).filter(([, is]) => is);
  if (wanted.length > 1) throw new UsageError("--json, --csv and --graph exclude each other");
  return (wanted[0]?.[0] ?? "text") as Format;
}

function pingOptions(values: Given): PingOptions {
  return {
    ttl: values.ttl === undefined ? undefined : integer("-t", values.ttl, 1, 255),
    family: values.ipv4 || values.route ? 4 : values.ipv6 ? 6 : 0,
    adaptive: values.adaptive ? (isRoot() ? 0 : MIN_USER_INTERVAL) : undefined,
    preload: preload(values.preload),
    pattern: values.pattern === undefined ? undefined : pattern(values.pattern),
    tos: values.tos === undefined ? undefined : bits("-Q", values.tos, 255),
    mark: values.mark === undefined ? undefined : bits("-m", values.mark, 0xffffffff),
    pathMTU: values.pmtudisc === undefined ? undefined : pathMTU(values.pmtudisc),
    id: values.id === undefined ? undefined : bits("-e", values.id, 0xffff),
    recordRoute: values.route ?? false,
    broadcast: values.broadcast ?? false,
    direct: values.direct ?? false,
  };
}

function interval(text: string): number {
  const value = seconds("-i", text, MAX_SECONDS);
  if (value >= MIN_USER_INTERVAL || isRoot()) return value;
  throw new UsageError(`-i below ${MIN_USER_INTERVAL / 1000} seconds needs root`);
}

function preload(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = integer("-l", text, 1, MAX_PRELOAD);
  if (value <= MAX_USER_PRELOAD || isRoot()) return value;
  throw new UsageError(`-l above ${MAX_USER_PRELOAD} needs root`);
}

function pattern(text: string): Uint8Array {
  const digits = text.length % 2 === 0 ? text : `0${text}`;
  if (!/^[\da-f]{2,32}$/i.test(digits))
    throw new UsageError(`-p takes 1 to 32 hexadecimal digits, such as ff00, not ${quoted(text)}`);
  return Buffer.from(digits, "hex");
}

function pathMTU(text: string): PathMTU {
  const found = page.options.pmtudisc.choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`-M takes ${page.options.pmtudisc.choices.join(", ")}, not ${quoted(text)}`);
}
