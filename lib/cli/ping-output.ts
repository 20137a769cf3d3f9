import { performance } from "node:perf_hooks";
import type { IPAddr } from "../index.js";
import type { ErrorEvent, ReplyEvent, Statistics } from "../ping/index.js";
import { isAddress } from "./is-address.js";
import { printable } from "./terminal.js";

// IPv4 and ICMP headers: what a packet is longer than its payload.
const V4_HEADERS = 28;

/** What the first line tells beside the host. */
export interface HeaderFacts {
  readonly size: number;
  readonly localAddr: string;
  readonly device: string;
}

/** `PING host (addr) 56(84) bytes of data.` */
export function header(host: string, addr: IPAddr, { size, localAddr, device }: HeaderFacts): string {
  const from = printable([localAddr, device].filter((part) => part !== "").join(" "));
  const bytes =
    addr.ip!.to4() === null ? `${size} data bytes` : `${size}(${size + V4_HEADERS}) bytes of data.`;
  return `PING ${printable(host)} (${printable(addr.toString())})${from === "" ? "" : ` from ${from}:`} ${bytes}`;
}

/** Whom a line of an answer is about. */
export interface ReplyFacts {
  readonly host: string;
  /** What the host was found to be. */
  readonly addr: IPAddr;
  readonly numeric: boolean;
  /** The identifier of the requests, if it is to be shown. */
  readonly id?: number | null;
}

/** `64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.040 ms` */
export function reply({ host, addr: target, numeric, id = null }: ReplyFacts, event: ReplyEvent): string {
  const { type, bytes, addr, seq, ttl, rtt } = event;
  const named = !numeric && !isAddress(host) && addr.ip!.equal(target.ip);
  const who = printable(named ? `${host} (${addr.toString()})` : addr.toString());
  const ident = id === null ? "" : ` ident=${id}`;
  const hops = ttl === null ? "" : ` ttl=${ttl}`;
  const again = type === "duplicate" ? " (DUP!)" : "";
  return `${bytes} bytes from ${who}: icmp_seq=${seq}${ident}${hops} time=${time(rtt)} ms${again}`;
}

/** The routers that noted themselves, in the line below. */
export function routeLine(route: string, same: boolean): string {
  return `    route: ${same ? "the same" : route}`;
}

/** `From 10.0.0.1 icmp_seq=1 Time to live exceeded` */
export function problem({ addr, seq, message }: ErrorEvent): string {
  return `From ${printable(addr?.toString() ?? "unknown")} icmp_seq=${seq} ${message}`;
}

/** Fewer digits behind the point the longer it is: four in all, as far as there are so many. */
export function time(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000);
  const digits = micros >= 99_950 ? 0 : micros >= 9_995 ? 1 : micros >= 1000 ? 2 : 3;
  return (micros / 1000).toFixed(digits);
}

/** The last lines: how many came back, and how long they took. */
export function summary(host: string, s: Statistics, elapsed: number): string {
  const counts = [
    `${s.transmitted} packets transmitted`,
    `${s.received} received`,
    ...(s.duplicates > 0 ? [`+${s.duplicates} duplicates`] : []),
    ...(s.errors > 0 ? [`+${s.errors} errors`] : []),
    ...(s.transmitted > 0 ? [`${percent(s.loss)}% packet loss`, `time ${Math.round(elapsed)}ms`] : []),
  ];
  const times = s.received === 0 ? "" : `rtt min/avg/max/mdev = ${list(s.min, s.avg, s.max, s.mdev)} ms`;
  return `\n--- ${printable(host)} ping statistics ---\n${counts.join(", ")}\n${times}`;
}

/** The figures in between, in one line. */
export function status(s: Statistics): string {
  const times = s.received === 0 ? "" : `, min/avg/ewma/max = ${list(s.min, s.avg, s.ewma, s.max)} ms`;
  return `${s.received}/${s.transmitted} packets, ${Math.floor(s.loss * 100)}% loss${times}`;
}

// How far the clock of whole milliseconds may be from the other one, before somebody has set it.
const SLACK = 2;
let origin = performance.timeOrigin;

/** Milliseconds since 1970 with all their digits: by the clock that has these, and anew by the other when that is set. */
export function wallClock(): number {
  const told = origin + performance.now();
  const wall = Date.now();
  if (Math.abs(told - wall) <= SLACK) return told;
  origin += wall - told;
  return wall;
}

/** `[1700000000.123456] ` */
export function timestamp(): string {
  return `[${(wallClock() / 1000).toFixed(6)}] `;
}

function list(...times: (number | null)[]): string {
  return times.map((value) => (Math.round((value ?? 0) * 1000) / 1000).toFixed(3)).join("/");
}

// Six digits that count, and none that do not.
function percent(part: number): string {
  return String(Number((part * 100).toPrecision(6)));
}
