// npm run bench -- [group|row ...] [--rounds N] [--seconds S] [--only ours,c,...] [--split] [--json FILE]
//                  [--install]
import { availableParallelism, cpus, release } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureArmed } from "./armed.mjs";
import { canPin } from "./child.mjs";
import { measureDNS } from "./dns.mjs";
import { measureFlood } from "./flood.mjs";
import { measureGuards } from "./guards.mjs";
import { measureCpu } from "./measure.mjs";
import { measureMemory } from "./memory.mjs";
import { measureMicro } from "./micro.mjs";
import { judgeAll, print, save } from "./report.mjs";
import { install, rivals } from "./rivals.mjs";
import { select } from "./trials.mjs";
import { measureWorkers } from "./workers.mjs";

/** @typedef {import("./trials.mjs").RivalName} RivalName */
/** @typedef {import("./measure.mjs").Settings} Settings */

const kinds = {
  cpu: measureCpu,
  memory: measureMemory,
  micro: measureMicro,
  guards: measureGuards,
  workers: measureWorkers,
  armed: measureArmed,
  dns: measureDNS,
  flood: measureFlood,
};

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "7" },
      seconds: { type: "string", default: "0.5" },
      only: { type: "string" },
      split: { type: "boolean", default: false },
      json: { type: "string" },
      install: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`--rounds: a positive integer, not ${values.rounds}`);
  if (!(seconds > 0 && seconds <= 60))
    throw new RangeError(`--seconds: above 0, up to 60, not ${values.seconds}`);
  const only = values.only?.split(",") ?? Object.keys(rivals);
  const stranger = only.find((name) => !(name in rivals));
  if (stranger !== undefined)
    throw new RangeError(`--only: ${Object.keys(rivals).join(",")}, not ${stranger}`);
  return { ...values, rounds, seconds, only: new Set(only), trials: select(positionals) };
}

/**
 * Server and load share the last core: the kernel then hands over from one to the other, and no figure
 * contains the wake-up of another core. `split` gives the load the core before it.
 * @param {boolean} split
 * @returns {Settings["cores"]}
 */
function chooseCores(split) {
  const last = availableParallelism() - 1;
  if (!canPin) console.log("taskset is not on PATH: nothing is pinned, expect noise");
  return canPin ? { server: last, load: split ? Math.max(last - 1, 0) : last } : null;
}

/** @param {ReadonlySet<string>} only */
function findRivals(only) {
  /** @type {Map<RivalName, import("./rivals.mjs").Found | string>} */
  const found = new Map();
  for (const [name, rival] of Object.entries(rivals)) {
    const answer = only.has(name) ? rival.find() : "left out by --only";
    found.set(/** @type {RivalName} */ (name), answer);
    const state = typeof answer === "string" ? `SKIPPED, ${answer}` : answer.version;
    console.log(`${name.padEnd(5)} ${rival.title}: ${state}`);
  }
  return found;
}

/**
 * @param {import("./trials.mjs").Trial} trial
 * @param {ReturnType<typeof findRivals>} found
 * @param {Settings} settings
 */
async function runTrial(trial, found, settings) {
  const contestants = [];
  const skipped = [];
  for (const entry of trial.entries) {
    const rival = found.get(entry.rival) ?? "unknown";
    if (typeof rival === "string") skipped.push({ id: entry.id, why: rival });
    else contestants.push({ entry, found: rival });
  }
  const results = await kinds[trial.kind](trial, contestants, settings);
  print(trial, results, skipped);
  return { row: trial.row, name: trial.name, results, skipped, bars: judgeAll(trial, results) };
}

/** @param {ReturnType<typeof readArguments>} args */
async function main(args) {
  if (args.install) install();
  const settings = { rounds: args.rounds, seconds: args.seconds, cores: chooseCores(args.split) };
  const found = findRivals(args.only);
  const at = settings.cores
    ? `server on core ${settings.cores.server}, load on core ${settings.cores.load}`
    : "not pinned";
  console.log(
    `${settings.rounds} rounds of ${settings.seconds} s, ${at}, Linux ${release()}, ${cpus()[0]?.model}\n`,
  );

  const rows = [];
  for (const trial of args.trials) rows.push(await runTrial(trial, found, settings));

  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const folder = fileURLToPath(new URL("results/", import.meta.url));
  const versions = Object.fromEntries(
    [...found].map(([name, f]) => [name, typeof f === "string" ? null : f.version]),
  );
  save(args.json ?? join(folder, `${stamp}.json`), { at: stamp, settings, versions, rows });

  const broken = rows.some((row) => row.results.some((r) => r.failed !== undefined));
  const missed = rows.some((row) => row.bars.some((bar) => bar.verdict === "FAIL"));
  process.exitCode = broken || missed ? 1 : 0;
}

let args = null;
try {
  args = readArguments();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
if (args !== null) await main(args);
