// What a server spends that only takes datagrams: nothing comes back, so it counts for itself.
import { setTimeout as delay } from "node:timers/promises";
import { addFigures, cpuNanos, interleave, startLoad } from "./measure.mjs";

/** @typedef {import("./measure.mjs").Target} Target */
/** @typedef {import("./measure.mjs").Settings} Settings */

const IDLE_MS = 20;

/** @param {Target} target */
const received = async ({ server }) => Number(await server.ask("count"));

/**
 * One round. The server is asked outside of the stretch that is measured.
 * @param {import("./trials.mjs").Trial} trial
 * @param {Target} target
 * @param {Settings} settings
 */
async function oneRound(trial, target, settings) {
  const load = await startLoad([...trial.load, `--seconds=${settings.seconds}`], target, settings);
  try {
    await delay(IDLE_MS);
    const before = await received(target);
    await delay(IDLE_MS);
    const nanosBefore = cpuNanos(target.server.pid);
    const report = /** @type {import("./measure.mjs").LoadReport} */ (
      await load.ask("go", settings.seconds * 1000 + 15_000)
    );
    await delay(IDLE_MS);
    const nanos = cpuNanos(target.server.pid) - nanosBefore;
    const count = (await received(target)) - before;
    if (count === 0) throw new Error("not one datagram was received");
    return {
      cpu: nanos / count,
      rate: (count * 1e9) / nanos,
      lost: Math.max(1 - count / report.messages, 0) * 100,
    };
  } finally {
    await load.stop();
  }
}

/**
 * @param {import("./trials.mjs").Trial} trial
 * @param {readonly import("./measure.mjs").Contestant[]} contestants
 * @param {Settings} settings
 * @returns {Promise<import("./measure.mjs").Result[]>}
 */
export async function measureFlood(trial, contestants, settings) {
  return interleave(contestants, settings, {
    purpose: "speed",
    warm: async (target) => void (await oneRound(trial, target, { ...settings, seconds: 2 })),
    round: async (target, result) => addFigures(result, await oneRound(trial, target, settings)),
  });
}
