import { isIP } from "node:net";
import {
  checkBoolean,
  checkInt,
  checkString,
  invalidArgType,
  invalidArgValue,
  outOfRange,
} from "../errors/index.js";
import type { PathMTU, SocketSettings } from "./socket.js";

/** What all requests have in common. */
export interface SocketOptions {
  /** Bytes of payload, 56 by default, 0 to 65507. From 8 on, answers are proved by a cookie in it. */
  size?: number | undefined;
  /** TTL or hop limit of the requests, 1 to 255; the system's by default. */
  ttl?: number | undefined;
  /** Type of service or traffic class of the requests, 0 to 255: `0xb8` is expedited forwarding. IP_TOS, IPV6_TCLASS. */
  tos?: number | undefined;
  /** The mark by which routing and filters of this host know the requests, 32 bits. Needs CAP_NET_ADMIN. SO_MARK. */
  mark?: number | undefined;
  /** What becomes of a request that is longer than a link on its way; the system's way by default. IP_MTU_DISCOVER. */
  pathMTU?: PathMTU | undefined;
  /** Whether a broadcast address may be pinged: no by default. SO_BROADCAST. */
  broadcast?: boolean | undefined;
  /** Whether to reach hosts on links of this one only, without asking the routing table. SO_DONTROUTE. */
  direct?: boolean | undefined;
  /** 4 or 6 for this family only; 0, the default, takes the first address that the name has. */
  family?: 0 | 4 | 6 | undefined;
  /** The address to send from, without a port; the system chooses by default. */
  localAddr?: string | undefined;
  /** The interface to send and receive on: SO_BINDTODEVICE. */
  device?: string | undefined;
  /** Aborting it ends the run: reading its results then rejects with `ABORT_ERR`. */
  signal?: AbortSignal | undefined;
}

/** How to ping. All may be left out. Times are milliseconds. */
export interface PingOptions extends SocketOptions {
  /** How many requests to send; none in particular by default. The run ends when each has its answer or its timeout. */
  count?: number | undefined;
  /** Between two requests, 1000 by default. 0 sends the next when an answer comes, or after 10 ms. */
  interval?: number | undefined;
  /**
   * How soon an answer may bring the next request before its interval is over: with 2 the run keeps up with the round
   * trips, and sends nothing sooner than 2 ms after the last. By default answers change nothing.
   */
  adaptive?: number | undefined;
  /** How many requests to send at once when the run begins: 1 by default. */
  preload?: number | undefined;
  /** How long to wait for each answer, 10000 by default; Infinity for as long as the run goes. */
  timeout?: number | undefined;
  /** How long the run may last; Infinity by default. */
  deadline?: number | undefined;
  /** 1 to 16 bytes that fill the payload behind its cookie, over and over; counting bytes by default. */
  pattern?: Uint8Array | undefined;
  /** The identifier of the requests, 0 to 65535; chosen by the kernel by default. Needs a raw socket. */
  id?: number | undefined;
  /** Asks routers to note themselves in requests and answers: up to nine. IPv4 alone; needs a raw socket. RFC 791. */
  recordRoute?: boolean | undefined;
}

/** The same with every default in its place. */
export interface Settings extends SocketSettings {
  readonly count: number;
  readonly interval: number;
  readonly adaptive: number;
  readonly preload: number;
  readonly pattern: Uint8Array | undefined;
  readonly id: number | undefined;
  readonly recordRoute: boolean;
  readonly timeout: number;
  readonly deadline: number;
  readonly size: number;
  readonly family: 0 | 4 | 6;
}

// What a timer can count to: 24.8 days.
const MAX_TIMER = 0x7fffffff;
// The longest payload of an IPv4 packet: 65535 less 20 and 8.
const MAX_SIZE = 65507;
// IFNAMSIZ, less the zero at its end.
const MAX_DEVICE = 15;

// What may wait for room in the socket.
const MAX_PRELOAD = 64;
const MAX_PATTERN = 16;

const pathMTUs: PathMTU[] = ["do", "want", "dont", "probe"];

/** Throws a TypeError or a RangeError for an option that makes no sense. */
export function settingsOf(options: PingOptions): Settings {
  const socket = socketSettingsOf(options);
  const { count, pattern, id } = options;
  if (count !== undefined) checkInt("count", count, 1, Number.MAX_SAFE_INTEGER);
  if (id !== undefined) checkInt("id", id, 0, 0xffff);
  if (pattern !== undefined) checkPattern(pattern);
  const interval = milliseconds("interval", options.interval ?? 1000, false);
  return {
    ...socket,
    count: count ?? Infinity,
    interval,
    adaptive: milliseconds("adaptive", options.adaptive ?? (interval === 0 ? 0 : Infinity), true),
    preload: checkInt("preload", options.preload ?? 1, 1, MAX_PRELOAD),
    pattern,
    id,
    recordRoute: checkBoolean("recordRoute", options.recordRoute ?? false),
    timeout: milliseconds("timeout", options.timeout ?? 10_000, true),
    deadline: milliseconds("deadline", options.deadline ?? Infinity, true),
  };
}

function checkPattern(pattern: unknown): void {
  if (!(pattern instanceof Uint8Array)) throw invalidArgType("pattern", "a Uint8Array", pattern);
  if (pattern.length < 1 || pattern.length > MAX_PATTERN)
    throw invalidArgValue("pattern", `1 to ${MAX_PATTERN} bytes`, pattern);
}

/** The part of them that a socket is made with. Throws likewise. */
export function socketSettingsOf(
  options: SocketOptions,
): SocketSettings & { size: number; family: 0 | 4 | 6 } {
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "an object", options);
  const { ttl, tos, mark, pathMTU, family = 0, localAddr = "", device = "", signal } = options;
  if (ttl !== undefined) checkInt("ttl", ttl, 1, 255);
  if (tos !== undefined) checkInt("tos", tos, 0, 255);
  if (mark !== undefined) checkInt("mark", mark, 0, 0xffffffff);
  if (pathMTU !== undefined && !pathMTUs.includes(pathMTU))
    throw invalidArgValue("pathMTU", pathMTUs.join(", "), pathMTU);
  if (![0, 4, 6].includes(family)) throw invalidArgValue("family", "0, 4 or 6", family);
  checkString("localAddr", localAddr);
  checkString("device", device);
  if (Buffer.byteLength(device) > MAX_DEVICE)
    throw invalidArgValue("device", `at most ${MAX_DEVICE} bytes`, device);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidArgType("signal", "an AbortSignal", signal);
  return {
    size: checkInt("size", options.size ?? 56, 0, MAX_SIZE),
    ttl,
    tos,
    mark,
    pathMTU,
    broadcast: checkBoolean("broadcast", options.broadcast ?? false),
    direct: checkBoolean("direct", options.direct ?? false),
    // An address to send from decides the family, unless that was asked for.
    family: family || (isIP(localAddr.split("%", 1)[0]!) as 0 | 4 | 6),
    localAddr,
    device,
    signal,
  };
}

/** A number of milliseconds that a timer can count, or the error that says so. */
export function milliseconds(name: string, value: unknown, mayBeInfinite: boolean): number {
  if (typeof value !== "number") throw invalidArgType(name, "a number of milliseconds", value);
  if (mayBeInfinite && value === Infinity) return value;
  if (value >= 0 && value <= MAX_TIMER) return value;
  throw outOfRange(name, `0 to ${MAX_TIMER} milliseconds${mayBeInfinite ? ", or Infinity" : ""}`, value);
}
