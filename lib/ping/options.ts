import { isIP } from "node:net";
import { checkInt, checkString, invalidArgType, invalidArgValue, outOfRange } from "../errors/index.js";

/** How to ping. All may be left out. Times are milliseconds. */
export interface PingOptions {
  /** How many requests to send; none in particular by default. The run ends when each has its answer or its timeout. */
  count?: number | undefined;
  /** Between two requests, 1000 by default. 0 sends the next when an answer comes, or after 10 ms. */
  interval?: number | undefined;
  /** How long to wait for each answer, 10000 by default; Infinity for as long as the run goes. */
  timeout?: number | undefined;
  /** How long the run may last; Infinity by default. */
  deadline?: number | undefined;
  /** Bytes of payload, 56 by default, 0 to 65507. From 8 on, answers are proved by a cookie in it. */
  size?: number | undefined;
  /** TTL or hop limit of the requests, 1 to 255; the system's by default. */
  ttl?: number | undefined;
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
export interface Settings {
  count: number;
  interval: number;
  timeout: number;
  deadline: number;
  size: number;
  ttl: number | undefined;
  family: 0 | 4 | 6;
  localAddr: string;
  device: string;
  signal: AbortSignal | undefined;
}

// What a timer can count to: 24.8 days.
const MAX_TIMER = 0x7fffffff;
// The longest payload of an IPv4 packet: 65535 less 20 and 8.
const MAX_SIZE = 65507;
// IFNAMSIZ, less the zero at its end.
const MAX_DEVICE = 15;

/** Throws a TypeError or a RangeError for an option that makes no sense. */
export function settingsOf(options: PingOptions): Settings {
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "an object", options);
  const { count, ttl, family = 0, localAddr = "", device = "", signal } = options;
  if (count !== undefined) checkInt("count", count, 1, Number.MAX_SAFE_INTEGER);
  if (ttl !== undefined) checkInt("ttl", ttl, 1, 255);
  if (![0, 4, 6].includes(family)) throw invalidArgValue("family", "0, 4 or 6", family);
  checkString("localAddr", localAddr);
  checkString("device", device);
  if (Buffer.byteLength(device) > MAX_DEVICE)
    throw invalidArgValue("device", `at most ${MAX_DEVICE} bytes`, device);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidArgType("signal", "an AbortSignal", signal);
  return {
    count: count ?? Infinity,
    interval: milliseconds("interval", options.interval ?? 1000, false),
    timeout: milliseconds("timeout", options.timeout ?? 10_000, true),
    deadline: milliseconds("deadline", options.deadline ?? Infinity, true),
    size: checkInt("size", options.size ?? 56, 0, MAX_SIZE),
    ttl,
    // An address to send from decides the family, unless that was asked for.
    family: family || (isIP(localAddr.split("%", 1)[0]!) as 0 | 4 | 6),
    localAddr,
    device,
    signal,
  };
}

function milliseconds(name: string, value: unknown, mayBeInfinite: boolean): number {
  if (typeof value !== "number") throw invalidArgType(name, "a number of milliseconds", value);
  if (mayBeInfinite && value === Infinity) return value;
  if (value >= 0 && value <= MAX_TIMER) return value;
  throw outOfRange(name, `0 to ${MAX_TIMER} milliseconds${mayBeInfinite ? ", or Infinity" : ""}`, value);
}
