import { performance } from "node:perf_hooks";
import type { Addr } from "../netip/index.js";
import type { Statistics, SweepResult, SweepStatistics } from "../ping/index.js";
import { isAddress } from "./is-address.js";
import { jsonError, jsonStatistics, rounded } from "./json.js";
import { time } from "./ping-output.js";
import { printable, printableJSON } from "./terminal.js";

/** Whether a target is a name, and so says more than the address that it stands for. */
function isName(target: string): boolean {
  if (target.includes("/") || isAddress(target)) return false;
  const hyphen = target.indexOf("-");
  return hyphen < 0 || !(isAddress(target.slice(0, hyphen)) && isAddress(target.slice(hyphen + 1)));
}

/** What a result's host is called: by its name, if it was given one; else by its address. */
export function nameOf(result: SweepResult, byAddr: boolean): string {
  if (result.type === "unresolved") return printable(result.target);
  return byAddr || !isName(result.target) ? printable(result.addr.toString()) : printable(result.target);
}

const messageOf = ({ cause, message }: Error) => printable(cause instanceof Error ? cause.message : message);

const nodeOf = ({ from }: { from: Addr | null }) => printable(from?.toString() ?? "unknown");

/** `10.0.0.1 is alive`, and so on: how a host is, in a line. */
export function verdict(
  result: Exclude<SweepResult, { type: "unresolved" }>,
  name: string,
  elapsed: boolean,
): string {
  switch (result.type) {
    case "reply":
      return `${name} is alive${elapsed ? ` (${time(result.rtt)} ms)` : ""}`;
    case "duplicate":
      return `${name} answered again (${time(result.rtt)} ms)`;
    case "unreachable":
      return `${name} is unreachable (${nodeOf(result)}: ${result.message})`;
    case "send-error":
      return `${name} is unreachable (${messageOf(result.error)})`;
    case "timeout":
    default:
      return `${name} is unreachable`;
  }
}

/** A line of a sweep in rounds: `10.0.0.1 : [0], 64 bytes, 0.040 ms (0.041 avg, 0% loss)`. */
export function roundLine(
  result: Exclude<SweepResult, { type: "unresolved" }>,
  name: string,
  host: Statistics,
): string {
  const soFar = `(${host.avg === null ? "no" : time(host.avg)} avg, ${percent(host.loss)}% loss)`;
  return `${name} : [${result.round - 1}], ${outcome(result)} ${soFar}`;
}

function outcome(result: Exclude<SweepResult, { type: "unresolved" }>): string {
  switch (result.type) {
    case "reply":
      return `${result.bytes} bytes, ${time(result.rtt)} ms`;
    case "duplicate":
      return `duplicate, ${result.bytes} bytes, ${time(result.rtt)} ms`;
    case "unreachable":
      return `${nodeOf(result)} says ${result.message}`;
    case "send-error":
      return messageOf(result.error);
    case "timeout":
    default:
      return "timed out";
  }
}

/** How a host did: `10.0.0.1 : xmt/rcv/%loss = 5/5/0%, min/avg/max = 0.030/0.041/0.050`. */
function hostLine(name: string, s: Statistics): string {
  const times = s.min === null ? "" : `, min/avg/max = ${time(s.min)}/${time(s.avg!)}/${time(s.max!)}`;
  return `${name} : xmt/rcv/%loss = ${s.transmitted}/${s.received}/${percent(s.loss)}%${times}`;
}

/** How all hosts did, a line each, with their figures below each other. */
export function hostLines(hosts: ReadonlyMap<string, Statistics>): string {
  let width = 0;
  // One by one: there may be more than a call takes arguments.
  for (const name of hosts.keys()) width = Math.max(width, name.length);
  return [...hosts].map(([name, host]) => `${hostLine(name.padEnd(width), host)}\n`).join("");
}

/** The figures of the whole sweep, in lines. */
export function figures(s: SweepStatistics, elapsed: number): string {
  const row = (n: number | string, what: string) => `${String(n).padStart(9)} ${what}\n`;
  const times: [number | null, string][] = [
    [s.min, "min round trip"],
    [s.avg, "avg round trip"],
    [s.max, "max round trip"],
    [s.mdev, "deviation"],
    [s.percentile(50), "median round trip"],
    [s.percentile(90), "90th percentile"],
    [s.percentile(99), "99th percentile"],
  ];
  return [
    "\n",
    row(s.begun, "hosts asked"),
    row(s.received, "alive"),
    row(s.unreachable + s.silent, "unreachable"),
    row(s.unresolved, "names without an address"),
    "\n",
    row(s.transmitted, "requests sent"),
    row(s.received, "answers"),
    row(s.duplicates, "duplicates"),
    row(s.errors, "reports of nodes on the way"),
    "\n",
    ...times.map(([value, what]) => (value === null ? "" : row(`${time(value)} ms`, what))),
    row(
      `${(elapsed / 1000).toFixed(3)} s`,
      `elapsed, ${Math.round((s.transmitted / elapsed) * 1000)} requests a second`,
    ),
  ].join("");
}

// A whole number where it is one.
function percent(part: number): string {
  return String(Number((part * 100).toPrecision(3)));
}

/** A result as one line of JSON. Times are milliseconds. */
export function jsonResult(result: SweepResult): string {
  if (result.type === "unresolved" || result.type === "send-error") {
    const { error, ...rest } = result;
    return printableJSON({ ...rest, ...jsonError(error) });
  }
  return printableJSON("rtt" in result ? { ...result, rtt: rounded(result.rtt) } : result);
}

/** How a host did in all rounds, as one line of JSON. */
export function jsonHost(host: string, s: Statistics): string {
  return printableJSON({ type: "host", host, ...jsonStatistics(s) });
}

/** The figures of a whole sweep as one line of JSON. */
export function jsonFigures(s: SweepStatistics, elapsed: number): string {
  const { begun, unreachable, silent, unresolved } = s;
  const counts = { begun, unreachable, silent, unresolved };
  return printableJSON({ type: "statistics", ...counts, ...jsonStatistics(s), elapsed: rounded(elapsed) });
}

/** The time now, in milliseconds of the monotonic clock. */
export const now = () => performance.now();
