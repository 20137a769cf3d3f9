import { isIP } from "node:net";
import {
  checkBoolean,
  checkInt,
  checkSignal,
  checkString,
  invalidArgType,
  invalidArgValue,
  outOfRange,
} from "../../errors/index.js";

/** What the probes of a trace are. */
export type TraceMethod = "udp" | "icmp" | "tcp";

/** How to trace. All may be left out. Times are milliseconds. */
export interface TraceOptions {
  /**
   * What is sent. `udp`, the default, needs no rights: datagrams to ports that nobody is likely to listen on. `icmp` sends
   * echo requests, for which it needs what a ping needs. `tcp` connects, which gets through where nothing else does;
   * no rights needed either.
   */
  method?: TraceMethod | undefined;
  /** The TTL or hop limit to begin with, 1 by default. */
  firstHop?: number | undefined;
  /** The last one, 30 by default, at most 255. */
  maxHop?: number | undefined;
  /** How many probes each hop gets: 3 by default. With an `interval` it is how many rounds there are, Infinity by default. */
  queries?: number | undefined;
  /**
   * With it the run goes by rounds, one begun each so many milliseconds, in which each hop gets one probe. Without it the
   * run goes hop by hop, as fast as answers come.
   */
  interval?: number | undefined;
  /** How many probes may be on their way at a time: 16 by default, 256 with an `interval`, which is the most. */
  parallel?: number | undefined;
  /** How long to wait for an answer at most, 5000 by default. */
  timeout?: number | undefined;
  /** Wait no longer than so many times what this hop took to answer: 3 by default, 0 for no such rule. */
  here?: number | undefined;
  /** The same by the next hop that has answered, where this one did not yet: 10 by default. Neither counts with an `interval`. */
  near?: number | undefined;
  /**
   * UDP: the port of the first probe, 33434 by default, 64512 at most; each further one goes to the next of 1024 that
   * is not waited for.
   * TCP: the port of all of them, 80 by default.
   */
  port?: number | undefined;
  /** The whole IP packet in bytes; 60 by default, or 80 in IPv6. Less than its headers means the headers alone. Not for TCP. */
  length?: number | undefined;
  /** Whether a packet is refused rather than cut where it is longer than a link: false by default. */
  dontFragment?: boolean | undefined;
  /** 4 or 6 for this family only; 0, the default, takes the first address that the name has. */
  family?: 0 | 4 | 6 | undefined;
  /** The address to send from, without a port; the system chooses by default. */
  localAddr?: string | undefined;
  /** The interface to send and receive on: SO_BINDTODEVICE. */
  device?: string | undefined;
  /** Aborting it ends the run: reading the events then rejects with `ABORT_ERR`. */
  signal?: AbortSignal | undefined;
}

/** The same with every default in its place. */
export interface TraceSettings {
  method: TraceMethod;
  firstHop: number;
  maxHop: number;
  queries: number;
  /** Null to go hop by hop. */
  interval: number | null;
  parallel: number;
  timeout: number;
  here: number;
  near: number;
  port: number;
  /** Null for what is usual in the family. */
  length: number | null;
  dontFragment: boolean;
  family: 0 | 4 | 6;
  localAddr: string;
  device: string;
  signal: AbortSignal | undefined;
}

// What a timer can count to: 24.8 days.
const MAX_TIMER = 0x7fffffff;
// IFNAMSIZ, less the zero at its end.
const MAX_DEVICE = 15;
const MAX_FACTOR = 1e6;
/** How many ports the probes of a UDP trace go to, one after the other. */
export const PORTS = 1024;

const METHODS: readonly unknown[] = ["udp", "icmp", "tcp"];

/** Throws a TypeError or a RangeError for an option that makes no sense. */
export function traceSettingsOf(options: TraceOptions): TraceSettings {
  const signal = checkSignal(options);
  const { method = "udp", firstHop = 1, maxHop = 30, interval, dontFragment = false } = options;
  if (!METHODS.includes(method)) throw invalidArgValue("method", "udp, icmp or tcp", method);
  checkInt("maxHop", maxHop, 1, 255);
  checkInt("firstHop", firstHop, 1, maxHop);
  const byRounds = interval !== undefined;
  return {
    method,
    firstHop,
    maxHop,
    queries: queries(options.queries ?? (byRounds ? Infinity : 3), byRounds),
    interval: byRounds ? number("interval", interval, 1, MAX_TIMER) : null,
    parallel: checkInt("parallel", options.parallel ?? (byRounds ? 256 : 16), 1, 256),
    timeout: number("timeout", options.timeout ?? 5000, 0, MAX_TIMER),
    here: number("here", options.here ?? 3, 0, MAX_FACTOR),
    near: number("near", options.near ?? 10, 0, MAX_FACTOR),
    port: port(method, options.port),
    length: options.length === undefined ? null : checkInt("length", options.length, 28, 0xffff),
    dontFragment: checkBoolean("dontFragment", dontFragment),
    ...placeOf(options),
    signal,
  };
}

function placeOf({
  family = 0,
  localAddr = "",
  device = "",
}: TraceOptions): Pick<TraceSettings, "family" | "localAddr" | "device"> {
  if (![0, 4, 6].includes(family)) throw invalidArgValue("family", "0, 4 or 6", family);
  checkString("localAddr", localAddr);
  checkString("device", device);
  if (Buffer.byteLength(device) > MAX_DEVICE)
    throw invalidArgValue("device", `at most ${MAX_DEVICE} bytes`, device);
  // An address to send from decides the family, unless that was asked for.
  return { family: family || (isIP(localAddr.split("%", 1)[0]!) as 0 | 4 | 6), localAddr, device };
}

function queries(value: unknown, byRounds: boolean): number {
  if (byRounds && value === Infinity) return value;
  return checkInt("queries", value, 1, byRounds ? Number.MAX_SAFE_INTEGER : 1000);
}

function port(method: TraceMethod, value: unknown): number {
  if (method === "tcp") return checkInt("port", value ?? 80, 1, 0xffff);
  return checkInt("port", value ?? 33434, 1, 0x10000 - PORTS);
}

function number(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number") throw invalidArgType(name, "a number", value);
  if (value >= min && value <= max) return value;
  throw outOfRange(name, `${min} to ${max}`, value);
}
