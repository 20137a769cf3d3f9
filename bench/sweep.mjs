// node bench/sweep.mjs [--rounds 7]
//
// Row 11: what an echo request costs that is one of many, its answer included: ours beside a C loop of sendto(2) and
// beside fping(8), in turn, on one core. All of 127.1.0.0/16, which this host answers itself. Needs root.
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { canPin, which } from "./child.mjs";
import { compiled } from "./rivals.mjs";
import { summarize } from "./stats.mjs";

const NETWORK = "127.1.0.0";
const COUNT = 65534;
// What the goals ask for: our rate as a part of C's, and as a multiple of fping's.
const BARS = { c: 0.8, fping: 1.9 };

const pin = canPin ? ["taskset", "-c", String(availableParallelism() - 1)] : [];

/** @typedef {{ answers: number, cpu: number, elapsed: number }} Figures in nanoseconds */

/**
 * A program that prints its own figures.
 * @param {string[]} command
 * @returns {Figures}
 */
function told(command) {
  const [program = "", ...args] = [...pin, ...command];
  const [answers, cpu, elapsed] = execFileSync(program, args, { encoding: "utf8" })
    .trim()
    .split(" ")
    .map(Number);
  return { answers: answers ?? 0, cpu: cpu ?? NaN, elapsed: elapsed ?? NaN };
}

/**
 * One that does not: bash times it, to the millisecond.
 * @param {string} command
 * @returns {Figures}
 */
function timed(command) {
  const script = `TIMEFORMAT="%3U %3S %3R"; time ${[...pin, command].join(" ")} >/dev/null 2>&1`;
  const times = execFileSync("bash", ["-c", `{ ${script}; } 2>&1`], { encoding: "utf8" });
  const [user, system, real] = times.trim().split(" ").map(Number);
  return { answers: COUNT, cpu: ((user ?? NaN) + (system ?? NaN)) * 1e9, elapsed: (real ?? NaN) * 1e9 };
}

/** @type {Record<string, () => Figures>} */
const contestants = {
  c: () => told([compiled("sweep"), NETWORK, String(COUNT)]),
  rawconn: () =>
    told([execPath, fileURLToPath(new URL("sweep-child.mjs", import.meta.url)), `${NETWORK}/16`]),
};
if (which("fping") === null) console.log("fping skipped: not on PATH");
else contestants.fping = () => timed(`fping -q -i 0 -r 0 -g ${NETWORK}/16`);

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
/** @type {Record<string, { cpu: number[], rate: number[] }>} */
const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, { cpu: [], rate: [] }]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const { answers, cpu, elapsed } = run();
    if (answers !== COUNT) throw new Error(`${name} had ${answers} answers of ${COUNT}`);
    figures[name]?.cpu.push(cpu / COUNT);
    figures[name]?.rate.push((COUNT / elapsed) * 1e9);
  }
}

console.log(
  `row 11  sweep of ${NETWORK}/16, ${values.rounds} rounds, ${pin.length > 0 ? "on one core" : "not pinned"}`,
);
const medians = Object.fromEntries(
  Object.entries(figures).map(([name, { cpu, rate }]) => {
    const [spent, sent] = [summarize(cpu), summarize(rate)];
    console.log(
      `  ${name.padEnd(8)} ${(spent.median / 1000).toFixed(2)} us CPU each, spread ${(spent.spread * 100).toFixed(1)} %` +
        `  ${Math.round(sent.median)}/s, spread ${(sent.spread * 100).toFixed(1)} %`,
    );
    return [name, { cpu: spent.median, rate: sent.median }];
  }),
);
for (const [name, bar] of Object.entries(BARS)) {
  const [ours, other] = [medians.rawconn, medians[name]];
  if (ours === undefined || other === undefined) continue;
  const [cpu, rate] = [other.cpu / ours.cpu, ours.rate / other.rate];
  console.log(
    `  rawconn over ${name}: ${cpu.toFixed(2)} x by CPU, ${rate.toFixed(2)} x by rate (goal ${bar})`,
  );
}
