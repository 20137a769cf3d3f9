import type { Statistics } from "../ping/index.js";
import { time } from "./ping-output.js";
import { label, niceCeiling, type Sample } from "./ping-samples.js";
import type { Plotted } from "./ping-plot.js";
import { clock, printable } from "./terminal.js";

const WIDTH = 960;
const PANEL = 220;
const LEFT = 70;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 32;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = PANEL - TOP - BOTTOM;
const GRID = 4;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #333 }
  .host { font-weight: 600; font-size: 15px }
  .grid { stroke: #ccc; stroke-width: 1 }
  .rtt { fill: none; stroke: #1769aa; stroke-width: 1.5; stroke-linejoin: round }
  .lost { stroke: #c62828; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .grid { stroke: #444 } .rtt { stroke: #64b5f6 } .lost { stroke: #ef5350 }
  }`;

/** A picture of runs as SVG: a panel for each host, with its round trips over time and its losses. */
export function svgOf(hosts: readonly Plotted[]): string {
  const height = PANEL * hosts.length;
  const ats = hosts.flatMap(({ samples }) =>
    samples.length === 0 ? [] : [samples[0]!.at, samples.at(-1)!.at],
  );
  const start = Math.min(...ats);
  const span = Math.max(...ats) - start || 1;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escape(`Round-trip times of ${hosts.map(({ host }) => host).join(", ")}`)}</title>`,
    `<style>${STYLE}\n</style>`,
    ...hosts.map((host, i) => panel(host, i * PANEL, start, span)),
    "</svg>\n",
  ].join("\n");
}

function panel(host: Plotted, y: number, start: number, span: number): string {
  const { samples, statistics } = host;
  const top = niceCeiling(samples.reduce((max, { rtt }) => Math.max(max, rtt ?? 0), 0));
  const x = (at: number) => fixed(((at - start) / span) * PLOT_WIDTH);
  const height = (rtt: number) => fixed(PLOT_HEIGHT - (rtt / top) * PLOT_HEIGHT);
  return [
    `<g transform="translate(${LEFT} ${y + TOP})">`,
    `<text class="host" x="0" y="-16">${escape(nameOf(host))}</text>`,
    `<text x="${PLOT_WIDTH}" y="-16" text-anchor="end">${escape(figuresOf(statistics))}</text>`,
    ...gridOf(top, span),
    `<path class="rtt" d="${pathOf(samples, x, height)}"/>`,
    ...samples.filter(({ lost }) => lost).map(({ at }) => lossAt(x(at))),
    "</g>",
  ].join("\n");
}

const nameOf = ({ host, addr }: Plotted) => (host === addr ? addr : `${host} (${addr})`);

function figuresOf(s: Statistics): string {
  const loss = `${s.received} of ${s.transmitted} answered, ${Number((s.loss * 100).toFixed(1))}% lost`;
  if (s.avg === null) return loss;
  const [min, median, p99, max] = [s.min!, s.percentile(50)!, s.percentile(99)!, s.max!].map(time);
  return `${loss}; min ${min}, median ${median}, p99 ${p99}, max ${max} ms`;
}

function gridOf(top: number, span: number): string[] {
  const horizontal = Array.from({ length: GRID + 1 }, (_, i) => {
    const y = fixed((PLOT_HEIGHT * i) / GRID);
    const text = label((top * (GRID - i)) / GRID);
    return (
      `<line class="grid" x1="0" x2="${PLOT_WIDTH}" y1="${y}" y2="${y}"/>` +
      `<text x="-8" y="${y + 4}" text-anchor="end">${text}</text>`
    );
  });
  // A mark at every round number of seconds, and not more than six of them.
  const step = niceCeiling(span / 5);
  const below = Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => {
    const x = fixed(((step * i) / span) * PLOT_WIDTH);
    return `<text x="${x}" y="${PLOT_HEIGHT + 20}" text-anchor="middle">${since(step * i)}</text>`;
  });
  return [...horizontal, ...below];
}

// Minutes and seconds of a long run, seconds with a fraction of a short one.
function since(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 100 ? `${Number(seconds.toFixed(2))} s` : clock(seconds);
}

const lossAt = (x: number) =>
  `<line class="lost" x1="${x}" x2="${x}" y1="${PLOT_HEIGHT - 8}" y2="${PLOT_HEIGHT}"/>`;

// A line that breaks where there was no answer. Of many samples that share a place the longest and the shortest are drawn.
function pathOf(samples: readonly Sample[], x: (at: number) => number, y: (rtt: number) => number): string {
  const step = Math.max(Math.ceil(samples.length / PLOT_WIDTH), 1);
  let path = "";
  let broken = true;
  for (let i = 0; i < samples.length; i += step) {
    const group = samples.slice(i, i + step);
    const rtts = group.flatMap(({ rtt }) => (rtt === null ? [] : [rtt]));
    if (rtts.length > 0) {
      const place = x(group[0]!.at);
      path += `${broken ? "M" : "L"}${place} ${y(Math.min(...rtts))}`;
      // A line to itself, so that a single answer between losses is seen.
      if (rtts.length > 1 || broken) path += `L${place} ${y(Math.max(...rtts))}`;
    }
    broken = rtts.length === 0;
  }
  return path;
}

const fixed = (value: number) => Number(value.toFixed(1));

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// Without what XML cannot hold at all: control characters, and two that are none.
function escape(text: string): string {
  return printable(text.replace(/[\ufffe\uffff]/g, "?")).replace(/[&<>"]/g, (mark) => entities[mark]!);
}
