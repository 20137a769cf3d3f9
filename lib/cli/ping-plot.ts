import type { Statistics } from "../ping/index.js";
import { time } from "./ping-output.js";
import { label, niceCeiling, type Sample } from "./ping-samples.js";
import type { Style } from "./screen.js";
import { printable } from "./terminal.js";

/** A line of a picture, and how it looks. */
export interface PlotLine {
  readonly text: string;
  readonly style: Style;
}

/** What is drawn of a host. */
export interface Plotted {
  readonly host: string;
  readonly addr: string;
  readonly statistics: Statistics;
  readonly samples: readonly Sample[];
}

const LABEL = 9;
const EMPTY = 0x2800;
// The dots of a braille character from the bottom up, of its left and its right column.
const DOTS = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
];
const DOTS_HIGH = 4;
const STYLES: Style[] = ["green", "cyan", "yellow"];

/** The picture of a host: a title, `rows` lines of braille in which each request is a column of dots, and its losses. */
export function plot(host: Plotted, index: number, width: number, rows: number): PlotLine[] {
  const room = Math.max(width - LABEL - 2, 1);
  const seen = host.samples.slice(-room * 2);
  const top = niceCeiling(Math.max(0, ...seen.map(({ rtt }) => rtt ?? 0)));
  const style = STYLES[index % STYLES.length]!;
  const lines = Array.from({ length: rows }, (_, row) => {
    const mark = row === 0 ? label(top) : row === rows - 1 && rows > 1 ? "0" : "";
    const bars = barsOf(seen, top, rows, rows - 1 - row, room);
    return { text: `${mark.padStart(LABEL)} ${mark === "" ? "│" : "┤"}${bars}`.slice(0, width), style };
  });
  return [{ text: title(host, width), style: "bold" }, ...lines, lossLine(seen, room, width)];
}

// What counts most comes first; what there is no room for is left out.
function title({ host, addr, statistics: s, samples }: Plotted, width: number): string {
  const name = printable(host === addr ? addr : `${host} (${addr})`);
  const last = samples.findLast(({ rtt }) => rtt !== null)?.rtt ?? null;
  const times = [
    ["last", last],
    ["avg", s.avg],
    ["p99", s.percentile(99)],
    ["max", s.max],
    ["min", s.min],
    ["jitter", s.jitter],
  ] as const;
  const told = times.flatMap(([what, value]) => (value === null ? [] : [`${what} ${time(value)} ms`]));
  const loss = `${s.received}/${s.transmitted}, ${Number((s.loss * 100).toFixed(1))}% lost`;
  let text = `${name}  ${loss}`;
  for (const part of told) if (text.length + 2 + part.length <= width) text += `  ${part}`;
  return text.slice(0, width);
}

// One line of dots: the row that many rows above the bottom. The last sample stands at the right.
function barsOf(seen: readonly Sample[], top: number, rows: number, above: number, room: number): string {
  const cells = Array.from({ length: room }, () => EMPTY);
  const first = room * 2 - seen.length;
  for (const [i, { rtt }] of seen.entries()) {
    if (rtt === null) continue;
    const height = Math.max(Math.round((rtt / top) * rows * DOTS_HIGH), 1) - above * DOTS_HIGH;
    const column = DOTS[(first + i) & 1]!;
    for (let dot = 0; dot < Math.min(height, DOTS_HIGH); dot++) cells[(first + i) >> 1]! |= column[dot]!;
  }
  return String.fromCharCode(...cells);
}

// Below each column of dots, whether it was lost.
function lossLine(seen: readonly Sample[], room: number, width: number): PlotLine {
  const cells = Array.from({ length: room }, () => " ");
  const first = room * 2 - seen.length;
  for (const [i, { lost }] of seen.entries()) if (lost) cells[(first + i) >> 1] = "×";
  const isNone = !cells.includes("×");
  const text = `${(isNone ? "" : "lost").padStart(LABEL)}  ${cells.join("")}`.slice(0, width).trimEnd();
  return { text, style: "red" };
}
