import type { TraceHop } from "../ping/index.js";
import type { Names } from "./names.js";

/** A row of the table, and how it is to be looked at. */
export interface Row {
  readonly text: string;
  readonly mood: "plain" | "head" | "worse" | "bad";
}

const COLUMNS = "  Loss%    Snt   Last    Avg   Best   Wrst  StDev";
const NUMBER = 4;
const MIN_HOST = 16;
// The part of the probes that is lost when it is time to worry.
const BAD = 0.5;

/**
 * The hops as a table of this width at most, 0 for as wide as it needs to be. Hops that never answered are left out at
 * the end, but for one.
 */
export function table(hops: readonly TraceHop[], names: Names, width: number): Row[] {
  const shown = hops.slice(0, hops.findLastIndex(({ statistics }) => statistics.received > 0) + 2);
  const lines = shown.flatMap((hop) =>
    hostsOf(hop, names).map((host, i) => ({ hop, host, isFirst: i === 0 })),
  );
  const needed = Math.max(MIN_HOST, ...lines.map(({ host }) => host.length));
  const room = width === 0 ? needed : Math.max(MIN_HOST, Math.min(needed, width - NUMBER - COLUMNS.length));
  const head: Row = {
    text: fit(`${"".padEnd(NUMBER)}${"Host".padEnd(room)}${COLUMNS}`, width),
    mood: "head",
  };
  const rows = lines.map(({ hop, host, isFirst }): Row => {
    const left = `${(isFirst ? `${hop.ttl}.` : "").padStart(NUMBER - 1)} ${fit(host, room).padEnd(room)}`;
    return { text: fit(isFirst ? left + figures(hop) : left, width), mood: isFirst ? moodOf(hop) : "plain" };
  });
  return [head, ...rows];
}

// Whoever answers most comes first.
function hostsOf({ nodes }: TraceHop, names: Names): string[] {
  if (nodes.length === 0) return ["???"];
  const sorted = nodes.toSorted((a, b) => b.received - a.received);
  return sorted.map(({ addr }) => {
    const name = names.known(addr);
    return name === undefined ? addr.toString() : `${name} (${addr.toString()})`;
  });
}

function figures({ statistics: s, last }: TraceHop): string {
  const loss = `${(s.loss * 100).toFixed(1)}%`.padStart(7);
  const times = [last, s.avg, s.min, s.max, s.mdev].map((value) => time(value).padStart(7));
  return `${loss}${String(s.transmitted).padStart(7)}${times.join("")}`;
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

function fit(text: string, width: number): string {
  return width > 0 && text.length > width ? text.slice(0, width) : text;
}
