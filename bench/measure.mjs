// Server CPU per message, in interleaved rounds: A B C A B C ...
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd, Child } from "./child.mjs";
import { compiled } from "./rivals.mjs";

/** @typedef {import("./trials.mjs").Trial} Trial */
/** @typedef {import("./trials.mjs").Entry} Entry */

/**
 * @typedef {object} Settings
 * @property {number} rounds
 * @property {number} seconds one round
 * @property {{ server: number, load: number } | null} cores null: not pinned
 */

/**
 * @typedef {object} Contestant an entry whose rival is at hand
 * @property {Entry} entry
 * @property {import("./rivals.mjs").Found} found
 */

/**
 * @typedef {object} Result what one contestant did
 * @property {string} id
 * @property {Record<string, number[]>} figures one sample per round
 * @property {string[]} notes
 * @property {string} [failed] why there are no figures, or fewer than asked for
 */

/** Two clocks that read the same work may differ by this share; more means that a thread has ended. */
const CLOCK_TOLERANCE = 0.01;

/**
 * CPU nanoseconds used so far, by thread. /proc/PID/schedstat is the first thread's alone, and one that ends
 * takes its figure along: hence the tasks one by one, and the second clock in `oneRound`.
 * @param {number} pid
 */
export function threadNanos(pid) {
  /** @type {Map<number, number>} */
  const nanos = new Map();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1");
      nanos.set(Number(task), Number(text.split(" ", 1)[0]));
    } catch {
      // This thread ended between the listing and the reading.
    }
  }
  return nanos;
}

/**
 * The same of the whole process.
 * @param {number} pid
 */
export const cpuNanos = (pid) => [...threadNanos(pid).values()].reduce((sum, ns) => sum + ns, 0);

let socketFolder = "";
let sockets = 0;

/** A path for a server that listens on one. */
function socketPath() {
  if (socketFolder === "") {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    atEnd(() => rmSync(folder, { recursive: true, force: true }));
    socketFolder = folder;
  }
  return join(socketFolder, String(sockets++));
}

/** @typedef {{ server: Child, at: string }} Target a running server, and where: a port of 127.0.0.1, or a path */

/**
 * Starts a contestant's server and reads where it is.
 * @param {Contestant} contestant
 * @param {import("./rivals.mjs").Purpose} purpose
 * @param {Settings} settings
 */
export async function startServer({ entry, found }, purpose, settings) {
  const path = socketPath();
  const argv = [...found.argv(entry.mode, purpose), path];
  const server = new Child(argv, { title: entry.id, core: settings.cores?.server });
  try {
    const at = await server.line(60_000);
    if (!(Number(at) > 0 || at === path))
      throw new Error(`${entry.id}: its first line tells no port, but ${JSON.stringify(at)}`);
    return { server, at };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Collects all garbage of a server. Once frees what nothing holds; finalizers then let go of the rest.
 * @param {Child} server
 */
export async function collectGarbage(server) {
  await server.ask("gc");
  await server.ask("gc");
}

/**
 * Starts the load generator and waits until it is connected and warm. The caller tells it to go.
 * @param {readonly string[]} args
 * @param {Target} target
 * @param {Settings} settings
 */
export async function startLoad(args, { server, at }, settings) {
  const [mode, ...options] = args;
  const argv = [compiled("load"), mode, `--at=${at}`, `--pid=${server.pid}`, ...options];
  const load = new Child(argv, { title: "load", core: settings.cores?.load });
  try {
    await load.line(30_000);
    return load;
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/**
 * @typedef {{ messages: number, ns: number, cpuNs: number }} LoadReport `cpuNs`: the server's CPU clock
 */

/**
 * One round; the server is idle at both readings of its clock.
 * @param {Trial} trial
 * @param {Target} target
 * @param {Settings} settings
 */
async function oneRound(trial, target, settings) {
  const load = await startLoad([...trial.load, `--seconds=${settings.seconds}`], target, settings);
  try {
    const before = cpuNanos(target.server.pid);
    const report = /** @type {LoadReport} */ (await load.ask("go", settings.seconds * 1000 + 15_000));
    const bySchedstat = cpuNanos(target.server.pid) - before;
    if (report.messages === 0) throw new Error("not one message came back");
    const lost = Math.abs(report.cpuNs - bySchedstat) > CLOCK_TOLERANCE * report.cpuNs;
    return {
      cpu: (lost ? report.cpuNs : bySchedstat) / report.messages,
      rate: (report.messages * 1e9) / report.ns,
      lost,
    };
  } finally {
    await load.stop();
  }
}

/**
 * Runs every contestant of a trial through all rounds. Their servers live as long as the trial.
 * @param {Trial} trial
 * @param {readonly Contestant[]} contestants
 * @param {Settings} settings
 * @returns {Promise<Result[]>}
 */
export async function measureCpu(trial, contestants, settings) {
  return interleave(contestants, settings, {
    purpose: "speed",
    warm: async (target) => void (await oneRound(trial, target, { ...settings, seconds: 0.3 })),
    round: async (target, result) => {
      const { cpu, rate, lost } = await oneRound(trial, target, settings);
      addFigures(result, { cpu, rate });
      if (lost && result.notes.length === 0)
        result.notes.push("threads ended: process clock instead of schedstat");
    },
  });
}

/**
 * @param {Result} result
 * @param {Record<string, number>} sample
 */
export function addFigures(result, sample) {
  for (const [name, value] of Object.entries(sample)) (result.figures[name] ??= []).push(value);
}

/**
 * Why a contestant failed. The load generator is often first to notice, so the server's own end is told too.
 * @param {unknown} error
 * @param {Child} [server] after it was stopped
 */
export function reason(error, server) {
  const told = error instanceof Error ? error.message : String(error);
  return server?.badEnd && !told.includes(server.badEnd) ? `${told}; ${server.badEnd}` : told;
}

/**
 * @typedef {object} Plan
 * @property {import("./rivals.mjs").Purpose} purpose
 * @property {(target: Target) => Promise<void>} warm
 * @property {(target: Target, result: Result) => Promise<void>} round
 */

/**
 * A B C A B C ...; a contestant that fails leaves, with its reason, and the others go on.
 * @param {readonly Contestant[]} contestants
 * @param {Settings} settings
 * @param {Plan} plan
 * @returns {Promise<Result[]>}
 */
export async function interleave(contestants, settings, plan) {
  /** @type {{ result: Result, target: Target | null, contestant: Contestant }[]} */
  const runs = contestants.map((contestant) => ({
    result: { id: contestant.entry.id, figures: {}, notes: [] },
    target: null,
    contestant,
  }));
  try {
    for (let round = 0; round <= settings.rounds; round++) {
      for (const run of runs) {
        if (run.result.failed !== undefined) continue;
        try {
          // Round 0 starts the server and warms it up.
          if (run.target === null) {
            run.target = await startServer(run.contestant, plan.purpose, settings);
            await plan.warm(run.target);
          } else {
            await plan.round(run.target, run.result);
          }
        } catch (error) {
          await run.target?.server.stop();
          run.result.failed = reason(error, run.target?.server);
        }
      }
    }
  } finally {
    await Promise.all(runs.map(async (run) => run.target?.server.stop()));
  }
  return runs.map((run) => run.result);
}
