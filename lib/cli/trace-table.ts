import type { TraceHop } from "../ping/index.js";
import type { Names } from "./names.js";
import { printable } from "./terminal.js";

/** A row of the table, and how it is to be looked at. */
export interface Row {
  readonly text: string;
  readonly mood: "plain" | "head" | "worse" | "bad";
}

const COLUMNS = ["Loss%", "Snt", "Last", "Avg", "Best", "Wrst", "StDev"];
const COLUMN = 7;
const NUMBER = 4;
const MIN_HOST = 16;
// The part of the probes that is lost when it is time to worry.
const BAD = 0.5;

/**
 * The hops as a table of this width at most, 0 for as wide as it needs to be: what has no room is left out, the last
 * columns first. So are hops that never answered at the end, but for one.
 */
export function table(hops: readonly TraceHop[], names: Names, width: number): Row[] {
  const shown = hops.slice(0, hops.findLastIndex(({ statistics }) => statistics.received > 0) + 2);
  const lines = shown.flatMap((hop) =>
    hostsOf(hop, names).map((host, i) => ({ hop, host, isFirst: i === 0 })),
  );
  const needed = Math.max(MIN_HOST, ...lines.map(({ host }) => host.length));
  const room = width === 0 ? Infinity : width - NUMBER;
  const columns = Math.max(Math.min(Math.floor((room - MIN_HOST) / COLUMN), COLUMNS.length), 0);
  const hostRoom = Math.max(Math.min(needed, room - columns * COLUMN), 1);
  const row = (number: string, host: string, cells: readonly string[]) => {
    const left = number.padEnd(NUMBER) + host.slice(0, hostRoom).padEnd(hostRoom);
    const right = cells.slice(0, columns).map((cell) => cell.padStart(COLUMN));
    return (left + right.join("")).trimEnd();
  };
  return [
    { text: row("", "Host", COLUMNS), mood: "head" },
    ...lines.map(({ hop, host, isFirst }): Row => {
      if (!isFirst) return { text: row("", host, []), mood: "plain" };
      return { text: row(`${hop.ttl}.`.padStart(NUMBER - 1), host, cellsOf(hop)), mood: moodOf(hop) };
    }),
  ];
}

// Whoever answers most comes first.
function hostsOf({ nodes }: TraceHop, names: Names): string[] {
  if (nodes.length === 0) return ["???"];
  const sorted = nodes.toSorted((a, b) => b.received - a.received);
  return sorted.map(({ addr }) => {
    const name = names.known(addr);
    const text = printable(addr.toString());
    return name === undefined ? text : `${name} (${text})`;
  });
}

function cellsOf({ statistics: s, last }: TraceHop): string[] {
  const times = [last, s.avg, s.min, s.max, s.mdev].map(time);
  return [`${(s.loss * 100).toFixed(1)}%`, String(s.transmitted), ...times];
}

// So many digits behind the point that there are three or four in all.
function time(value: number | null): string {
  if (value === null) return "";
  return value.toFixed(value < 10 ? 2 : value < 1000 ? 1 : 0);
}

function moodOf({ statistics: { loss, transmitted } }: TraceHop): Row["mood"] {
  if (transmitted === 0 || loss === 0) return "plain";
  return loss < BAD ? "worse" : "bad";
}
