import { jsonError, jsonStatistics, rounded } from "./json.js";
import type { PingArguments } from "./ping-arguments.js";
import { wallClock } from "./ping-output.js";
import type { PingRun, Reporter, RunEvent } from "./ping-run.js";
import { printableJSON } from "./terminal.js";

/** Facts by their names; a route is one word of addresses. */
export type EventRecord = Record<string, string | number | null>;

/** An event as programs read it; null for one that tells them nothing. Times are milliseconds, `time` is seconds. */
export function recordOf({ host, ping }: PingRun, event: RunEvent): EventRecord | null {
  if (event.type === "sent" || event.type === "timeout") return null;
  const time = Math.round(wallClock() * 1000) / 1e6;
  const { type, seq } = event;
  return { time, type, host, addr: ping.addr!.toString(), seq, ...factsOf(event) };
}

function factsOf(event: Exclude<RunEvent, { type: "sent" | "timeout" }>): EventRecord {
  switch (event.type) {
    case "reply":
    case "duplicate": {
      const { addr, bytes, ttl, rtt, route } = event;
      const noted = route === undefined ? {} : { route: route.map(String).join(" ") };
      return { from: addr.toString(), bytes, ttl, rtt: rounded(rtt), ...noted };
    }
    case "error": {
      const { addr, reason, icmpType, icmpCode, message } = event;
      return { from: addr?.toString() ?? null, reason, icmpType, icmpCode, message };
    }
    case "send-error":
      return jsonError(event.error);
    case "lost":
    default:
      return {};
  }
}

/** The figures of a run, likewise. */
export function figuresOf({ host, ping, elapsed }: PingRun): Record<string, unknown> {
  const addr = ping.addr?.toString() ?? null;
  return { type: "statistics", host, addr, ...jsonStatistics(ping.statistics), elapsed: rounded(elapsed) };
}

/** Prints a line of JSON for each event, and one for each host at the end. */
export class JSONReporter implements Reporter {
  readonly #quiet: boolean;

  constructor({ quiet }: PingArguments) {
    this.#quiet = quiet;
  }

  start(): void {}

  tell(run: PingRun, event: RunEvent): void {
    const record = this.#quiet ? null : recordOf(run, event);
    if (record !== null) process.stdout.write(`${printableJSON(record)}\n`);
  }

  leave(): void {}

  end(runs: readonly PingRun[]): void {
    for (const run of runs) process.stdout.write(`${printableJSON(figuresOf(run))}\n`);
  }
}

const COLUMNS = ["time", "type", "host", "addr", "seq", "from", "bytes", "ttl", "rtt", "message"];

/** A line of values apart by commas. RFC 4180, but for its line ends. */
export function csvLine(values: readonly (string | number | null | undefined)[]): string {
  const cells = values.map((value) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(",")}\n`;
}

/** Prints a table: a line for each event. */
export class CSVReporter implements Reporter {
  start(): void {
    process.stdout.write(csvLine(COLUMNS));
  }

  tell(run: PingRun, event: RunEvent): void {
    const record = recordOf(run, event);
    if (record === null) return;
    const { error, ...rest } = record;
    const row: EventRecord = { ...rest, message: rest.message ?? error ?? null };
    process.stdout.write(csvLine(COLUMNS.map((name) => row[name])));
  }

  leave(): void {}

  end(): void {}
}
