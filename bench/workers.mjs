// What two threads that share a port can serve, beside what one can: connections by the processor time of each.
import { availableParallelism } from "node:os";
import { canPin, pinThread } from "./child.mjs";
import { addFigures, interleave, startLoad, threadNanos } from "./measure.mjs";

/** @typedef {import("./measure.mjs").Target} Target */
/** @typedef {import("./measure.mjs").Settings} Settings */
/** @typedef {import("./measure.mjs").Result} Result */
/** @typedef {{ tid: number, count: number }} Worker a serving thread, and what it has accepted so far */

/** Above this, one of the two only looks on, and what both together could do is not known. */
const MAX_SHARE = 0.75;

/** Two threads compile everything twice, on half the connections each, and that is no part of serving them. */
const WARM_SECONDS = 3;

/** @param {Target} target */
const workersOf = async ({ server }) => /** @type {Worker[]} */ (await server.ask("workers"));

/**
 * One round: each worker has a core, and each core a load generator.
 * @param {import("./trials.mjs").Trial} trial
 * @param {Target} target
 * @param {Settings} settings
 */
async function oneRound(trial, target, settings) {
  const workers = await workersOf(target);
  for (const [core, { tid }] of workers.entries()) pinThread(tid, core);
  const args = [...trial.load, `--seconds=${settings.seconds}`];
  const loads = await Promise.all(
    workers.map((_, core) =>
      startLoad(args, target, { ...settings, cores: canPin ? { server: core, load: core } : null }),
    ),
  );
  try {
    const before = await workersOf(target);
    const nanosBefore = threadNanos(target.server.pid);
    const reports = await Promise.all(loads.map((load) => load.ask("go", settings.seconds * 1000 + 15_000)));
    const nanos = threadNanos(target.server.pid);
    for (const [tid, ns] of nanosBefore) nanos.set(tid, (nanos.get(tid) ?? ns) - ns);
    const served = (await workersOf(target)).map(({ count }, i) => count - before[i].count);
    const made = /** @type {import("./measure.mjs").LoadReport[]} */ (reports).map((r) => r.messages);
    return divide(workers, served, sum(made), nanos);
  } finally {
    await Promise.all(loads.map((load) => load.stop()));
  }
}

/**
 * `capacity` is how many connections a nanosecond the workers could serve, each alone on a core and never short of
 * work: each one's own connections by its own processor time, added up.
 * @param {readonly Worker[]} workers
 * @param {readonly number[]} served by worker
 * @param {number} made connections that the load generators count
 * @param {Map<number, number>} nanos processor time by thread
 */
function divide(workers, served, made, nanos) {
  if (sum(served) !== made) throw new Error(`the workers served ${sum(served)} connections of ${made}`);
  const own = workers.map(({ tid }) => nanos.get(tid) ?? 0);
  const all = sum([...nanos.values()]);
  // What other threads spend, collecting garbage for one, belongs to the connections all alike.
  const common = (all - sum(own)) / made;
  const share = Math.max(...served) / made;
  if (workers.length > 1 && share > MAX_SHARE)
    throw new Error(`one worker served ${Math.round(share * 100)} % of the connections`);
  const capacity = sum(served.map((n, i) => n / (own[i] + n * common)));
  return { each: all / made, capacity, share: share * 100 };
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);

/**
 * @param {string} id
 * @param {Result} one
 * @param {Result} two
 * @returns {Result}
 */
function combine(id, one, two) {
  const failed = one.failed ?? two.failed;
  /** @type {Result} */
  const result = { id, figures: {}, notes: [], ...(failed === undefined ? {} : { failed }) };
  for (const [i, capacity] of (two.figures.capacity ?? []).entries()) {
    if (i >= (one.figures.capacity?.length ?? 0)) break;
    addFigures(result, {
      scaling: capacity / one.figures.capacity[i],
      one: one.figures.each[i],
      two: two.figures.each[i],
      share: two.figures.share[i],
    });
  }
  return result;
}

/**
 * Every contestant runs as two servers, one with a worker and one with two, whose rounds follow each other.
 *
 * @param {import("./trials.mjs").Trial} trial
 * @param {readonly import("./measure.mjs").Contestant[]} contestants
 * @param {Settings} settings
 * @returns {Promise<Result[]>}
 */
export async function measureWorkers(trial, contestants, settings) {
  const runs = contestants.flatMap(({ entry, found }) =>
    ["1", "2"].map((n) => ({
      found,
      entry: { ...entry, id: `${entry.id} ${n}`, mode: entry.mode.replace("N", n) },
    })),
  );
  if (availableParallelism() < 2) throw new Error("two workers need two cores");
  const results = await interleave(
    runs,
    { ...settings, cores: null },
    {
      purpose: "speed",
      warm: async (target) => void (await oneRound(trial, target, { ...settings, seconds: WARM_SECONDS })),
      round: async (target, result) => addFigures(result, await oneRound(trial, target, settings)),
    },
  );
  return contestants.map(({ entry }, i) => combine(entry.id, results[2 * i], results[2 * i + 1]));
}
