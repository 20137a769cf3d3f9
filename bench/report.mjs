// The tables on the terminal and the record on disk.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { judge, MAX_SPREAD, summarize } from "./stats.mjs";

/** @typedef {import("./trials.mjs").Trial} Trial */
/** @typedef {import("./trials.mjs").Bar} Bar */
/** @typedef {import("./measure.mjs").Result} Result */

/**
 * @typedef {object} Column
 * @property {string} figure
 * @property {string} title
 * @property {number} scale what the figure is multiplied with
 * @property {number} digits
 */

/**
 * @param {string} figure
 * @param {string} title
 * @param {number} [digits]
 * @param {number} [scale]
 * @returns {Column}
 */
const column = (figure, title, digits = 1, scale = 1) => ({ figure, title, scale, digits });

/** @type {NonNullable<Trial["figures"]>} */
const deadlineFigures = [
  ["now", "ns, now + 1 s"],
  ["call", "ns, call alone"],
  ["clock", "ns, clock alone"],
];

/** @type {Record<Trial["kind"], (trial: Trial) => Column[]>} the first column is the figure that counts */
const columns = {
  cpu: ({ unit }) =>
    unit === "GB"
      ? [column("cpu", "CPU ms/GB", 3, 1e-6), column("rate", "GB/s", 3)]
      : [column("cpu", `CPU us/${unit}`, 3, 1e-3), column("rate", `${unit}/s`, 0)],
  flood: ({ unit }) => [
    column("cpu", `CPU ns/${unit}`, 1),
    column("rate", `${unit}/s of a core`, 0),
    column("lost", "lost %", 1),
  ],
  memory: () => [column("bytes", "bytes/conn", 0)],
  micro: ({ figures = deadlineFigures }) => figures.map(([figure, title]) => column(figure, title)),
  dns: ({ unit }) => [column("cpu", `CPU us/${unit}`, 3, 1e-3), column("rate", `${unit}s/s`, 0)],
  workers: () => [
    column("scaling", "1 -> 2", 3),
    column("one", "CPU us/conn, 1", 3, 1e-3),
    column("two", "CPU us/conn, 2", 3, 1e-3),
    column("share", "busier one's %", 1),
  ],
  armed: () => [
    column("share", "% of a core", 3),
    column("each", "CPU us/expiry", 3, 1e-3),
    column("fired", "expiries/s", 0),
    column("late", "latest, ms", 0),
  ],
  guards: () => [
    column("calls64", "calls/rt 64c", 3),
    column("control64", "epoll_ctl", 3),
    column("again64", "EAGAIN", 3),
    column("house64", "other", 3),
    column("calls1", "calls/rt 1c", 3),
    column("control1", "epoll_ctl", 3),
    column("again1", "EAGAIN", 3),
    column("garbage", "garbage B", 1),
    column("caller", "caller's", 1),
    column("retained", "retained B", 3),
  ],
};

/**
 * @param {readonly string[][]} rows
 * @param {number} left how many of the first columns are aligned to the left; the others are to the right
 */
function align(rows, left) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
}

/**
 * @param {Trial} trial
 * @param {readonly Result[]} results
 */
function figureTable(trial, results) {
  const shown = columns[trial.kind](trial);
  const [first] = shown;
  const reference = results.find((result) => result.id === "c");
  const base = summarize(reference?.figures[first.figure] ?? []).median;
  const withRatio = ["cpu", "dns", "flood"].includes(trial.kind);
  const withSpread = trial.kind !== "guards";

  const head = [
    "",
    ...shown.map((c) => c.title),
    ...(withSpread ? ["spread"] : []),
    ...(withRatio ? ["C / it"] : []),
  ];
  const body = results.map((result) => {
    const all = shown.map((c) => ({ ...c, ...summarize(result.figures[c.figure] ?? []) }));
    const cells = all.map((c) => (Number.isNaN(c.median) ? "-" : (c.median * c.scale).toFixed(c.digits)));
    const ratio = base / all[0].median;
    return [
      result.id,
      ...cells,
      ...(withSpread ? [percent(all[0].spread)] : []),
      ...(withRatio ? [Number.isNaN(ratio) ? "-" : ratio.toFixed(3)] : []),
    ];
  });
  return align([head, ...body], 1);
}

/** @param {number} share */
function percent(share) {
  if (Number.isNaN(share)) return "-";
  return `${(share * 100).toFixed(1)} %${share > MAX_SPREAD ? " !" : ""}`;
}

/**
 * @param {Bar} bar
 * @param {number} value
 */
function barText(bar, value) {
  const floor = bar.floor === undefined ? "" : ` (floor ${bar.floor})`;
  if (bar.max !== undefined) {
    return [
      `${bar.of}: ${bar.figure}`,
      Number.isNaN(value) ? "-" : value.toFixed(2),
      `<= ${bar.max}${floor}`,
    ];
  }
  if (bar.against === undefined)
    return [
      `${bar.of}: ${bar.figure}`,
      Number.isNaN(value) ? "-" : value.toFixed(3),
      `>= ${bar.min}${floor}`,
    ];
  // Against another mode of itself the reader asks what it loses.
  const loses = bar.of.startsWith(bar.against) ? `, ${((1 / value - 1) * 100).toFixed(1)} % lost` : "";
  const shown = Number.isNaN(value) ? "-" : `${value.toFixed(3)} x${loses}`;
  const figure = bar.figure === "cpu" ? "" : ` ${bar.figure}`;
  return [`${bar.of} over ${bar.against}${figure}`, shown, `>= ${Number(bar.min.toFixed(3))} x${floor}`];
}

/**
 * @param {Trial} trial
 * @param {readonly Result[]} results
 */
export function judgeAll(trial, results) {
  /** @type {(id: string, figure: string) => readonly number[]} */
  const samplesOf = (id, figure) => {
    const result = results.find((r) => r.id === id);
    return result === undefined || result.failed !== undefined ? [] : (result.figures[figure] ?? []);
  };
  return trial.bars.map((bar) => ({ bar, ...judge(bar, samplesOf) }));
}

/**
 * The table of one trial, its bars, and loudly who is missing from it.
 * @param {Trial} trial
 * @param {readonly Result[]} results
 * @param {readonly { id: string, why: string }[]} skipped
 */
export function print(trial, results, skipped) {
  const lines = [
    `row ${trial.row}  ${trial.name}`,
    ...figureTable(trial, results).map((line) => `  ${line}`),
  ];
  for (const { id, failed, notes } of results) {
    if (failed !== undefined) lines.push(`  !! ${id} FAILED: ${failed}`);
    for (const note of notes) lines.push(`  note: ${id}: ${note}`);
  }
  for (const { id, why } of skipped) lines.push(`  -- ${id} skipped: ${why}`);
  const judged = judgeAll(trial, results).map(({ bar, verdict, value }) => [verdict, ...barText(bar, value)]);
  if (judged.length > 0) lines.push(...align(judged, 4).map((line) => `  ${line}`));
  console.log(`${lines.join("\n")}\n`);
}

/**
 * @param {string} path
 * @param {unknown} record
 */
export function save(path, record) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(record, null, 1)}\n`);
  console.log(`written: ${path}`);
}
