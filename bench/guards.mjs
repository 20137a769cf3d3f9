// Guards that hardly depend on the machine: system calls and garbage per message.
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child, which } from "./child.mjs";
import { addFigures, collectGarbage, reason, startLoad, startServer } from "./measure.mjs";
import { summarize } from "./stats.mjs";

/** @typedef {import("./measure.mjs").Target} Target */
/** @typedef {import("./measure.mjs").Settings} Settings */
/** @typedef {import("./measure.mjs").Contestant} Contestant */

const TRACED_MESSAGES = 2000;
/**
 * A traced server is so slow that the next message is always there when it looks, which hides the reads that
 * would have found nothing. So all connections speak at once, and rest until the server sleeps again.
 */
const PAUSE_US = 1000;

const GARBAGE_MESSAGES = 100_000;

/** Calls of the collector, of threads and of memory: not made per message, shown beside and not judged. */
const HOUSEKEEPING =
  /^(futex|mmap|munmap|mprotect|madvise|brk|sched_|nanosleep|clock_|rt_sig|tgkill|getpid|restart)/;

/**
 * @typedef {object} CallCount
 * @property {number} calls
 * @property {number} errors
 */

/**
 * The table of `strace -c`: "% time, seconds, usecs/call, calls, errors (may be blank), syscall".
 * @param {string} text
 * @returns {Map<string, CallCount>}
 */
export function parseStrace(text) {
  /** @type {Map<string, CallCount>} */
  const table = new Map();
  for (const line of text.split("\n")) {
    const row = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?([a-z]\w*)$/.exec(line);
    if (row && row[3] !== "total") table.set(row[3], { calls: Number(row[1]), errors: Number(row[2] ?? 0) });
  }
  return table;
}

/**
 * Counts what the server calls during `TRACED_MESSAGES` round trips, connecting left out.
 * @param {readonly string[]} load
 * @param {number} conns
 * @param {Target} target
 * @param {Settings} settings
 */
async function trace(load, conns, target, settings) {
  const path = join(tmpdir(), `bench-strace-${process.pid}-${target.server.pid}`);
  const args = [...load, `--conns=${conns}`, `--messages=${TRACED_MESSAGES}`, `--pause=${PAUSE_US}`];
  const running = await startLoad(args, target, settings);
  const argv = ["strace", "-c", "-f", "-o", path, "-p", String(target.server.pid)];
  const strace = new Child(argv, { title: "strace", lines: "stderr" });
  try {
    await strace.line(10_000); // "Process N attached"
    const report = /** @type {import("./measure.mjs").LoadReport} */ (await running.ask("go", 60_000));
    strace.kill("SIGINT");
    await strace.ended(10_000);
    return perMessage(parseStrace(readFileSync(path, "latin1")), report.messages);
  } finally {
    strace.kill("SIGKILL");
    await Promise.all([running.stop(), strace.ended(1000)]);
    rmSync(path, { force: true });
  }
}

/**
 * @param {Map<string, CallCount>} table
 * @param {number} messages
 */
function perMessage(table, messages) {
  const sum = { calls: 0, house: 0, control: 0, again: 0 };
  for (const [name, { calls, errors }] of table) {
    if (HOUSEKEEPING.test(name)) sum.house += calls;
    else sum.calls += calls;
    if (name === "epoll_ctl") sum.control += calls;
    if (/^(recv|read)/.test(name)) sum.again += errors;
  }
  if (sum.calls === 0) throw new Error("strace counted nothing");
  return {
    calls: sum.calls / messages,
    house: sum.house / messages,
    control: sum.control / messages,
    again: sum.again / messages,
  };
}

/**
 * @param {Contestant} contestant
 * @param {readonly string[]} load
 * @param {Settings} settings
 */
async function countCalls(contestant, load, settings) {
  const target = await startServer(contestant, "speed", settings);
  try {
    const many = await trace(load, 64, target, settings);
    const one = await trace(load, 1, target, settings);
    return {
      calls64: many.calls,
      control64: many.control,
      again64: many.again,
      house64: many.house,
      calls1: one.calls,
      control1: one.control,
      again1: one.again,
    };
  } finally {
    await target.server.stop();
  }
}

/**
 * One run, its connections open: bytes of heap per message, allocated and still in use after a collection.
 * @param {Target} target
 * @param {readonly string[]} args
 * @param {Settings} settings
 */
async function heapPerMessage(target, args, settings) {
  const bytes = async (/** @type {string} */ request) => Number(await target.server.ask(request));
  const load = await startLoad(args, target, settings);
  try {
    await collectGarbage(target.server);
    const before = await bytes("heap");
    const { messages } = /** @type {import("./measure.mjs").LoadReport} */ (await load.ask("go", 60_000));
    const allocated = await bytes("allocated");
    await collectGarbage(target.server);
    return { garbage: allocated / messages, retained: ((await bytes("heap")) - before) / messages };
  } finally {
    await load.stop();
  }
}

/**
 * @param {Contestant} contestant
 * @param {readonly string[]} load
 * @param {Settings} settings
 * @param {import("./measure.mjs").Result} result
 */
async function countGarbage(contestant, load, settings, result) {
  const target = await startServer(contestant, "garbage", settings);
  const args = [...load, "--conns=64", `--messages=${GARBAGE_MESSAGES}`];
  try {
    // Two runs to let the compiler finish.
    for (let i = 0; i < 2; i++) await heapPerMessage(target, args, settings);
    const runs = [];
    for (let i = 0; i < 3; i++) runs.push(await heapPerMessage(target, args, settings));
    for (const { garbage } of runs) addFigures(result, { garbage });
    // Near zero a spread means nothing, so this is one figure: a leak shows in the median of the runs.
    addFigures(result, { retained: summarize(runs.map((run) => run.retained)).median });
    const caller = await target.server.ask("callersShare");
    if (typeof caller === "number") addFigures(result, { caller });
  } finally {
    await target.server.stop();
  }
}

/** Contestants whose heap can be read that way: Bun's engine gives no such figure, C allocates nothing. */
const HAS_HEAP = new Set(["ours", "node", "deno", "go"]);

/**
 * @param {import("./trials.mjs").Trial} trial
 * @param {readonly Contestant[]} contestants
 * @param {Settings} settings
 * @returns {Promise<import("./measure.mjs").Result[]>}
 */
export async function measureGuards(trial, contestants, settings) {
  /** @type {import("./measure.mjs").Result[]} */
  const results = [];
  for (const contestant of contestants) {
    /** @type {import("./measure.mjs").Result} */
    const result = { id: contestant.entry.id, figures: {}, notes: [] };
    results.push(result);
    try {
      if (which("strace") === null) result.notes.push("no strace on PATH: system calls not counted");
      else addFigures(result, await countCalls(contestant, trial.load, settings));
      if (HAS_HEAP.has(contestant.entry.rival)) await countGarbage(contestant, trial.load, settings, result);
    } catch (error) {
      result.failed = reason(error);
    }
  }
  return results;
}
