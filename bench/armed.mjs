// What a process spends that does nothing but let deadlines pass: many are armed, a thousand expire a second.
import { setTimeout as delay } from "node:timers/promises";
import { addFigures, cpuNanos, interleave } from "./measure.mjs";

/** @typedef {import("./measure.mjs").Target} Target */
/** @typedef {{ armed: number, fired: number, early: number, late: number }} Told `late`: ms, since last asked */

const WANTED = 100_000;
const PER_SECOND = 1000;
/** The rate may be off by so much in a round, as a share: a stalled machine makes up for it in the next. */
const TOLERANCE = 0.2;
/** Shorter rounds would have too few expiries. */
const MIN_SECONDS = 1;

/** @param {Target} target */
const ask = async ({ server }) => /** @type {Told} */ (await server.ask("armed"));

/**
 * One round. The server is asked outside of the stretch that is measured: answering costs more than many expiries.
 * @param {Target} target
 * @param {number} seconds
 */
async function oneRound(target, seconds) {
  const before = await ask(target);
  await delay(20);
  const start = performance.now();
  const nanosBefore = cpuNanos(target.server.pid);
  await delay(seconds * 1000);
  const nanos = cpuNanos(target.server.pid) - nanosBefore;
  const took = (performance.now() - start) / 1000;
  const after = await ask(target);
  const whole = (performance.now() - start) / 1000 + 0.02;

  if (after.early > 0) throw new Error(`${after.early} deadlines expired early`);
  const fired = (after.fired - before.fired) / whole;
  if (Math.abs(fired / PER_SECOND - 1) > TOLERANCE)
    throw new Error(`${Math.round(fired)} deadlines expired a second, not ${PER_SECOND}`);
  return {
    figures: { share: nanos / took / 1e7, each: nanos / took / fired, fired, late: after.late },
    armed: after.armed,
  };
}

/**
 * @param {import("./trials.mjs").Trial} _trial
 * @param {readonly import("./measure.mjs").Contestant[]} contestants
 * @param {import("./measure.mjs").Settings} settings
 * @returns {Promise<import("./measure.mjs").Result[]>}
 */
export async function measureArmed(_trial, contestants, settings) {
  const seconds = Math.max(settings.seconds, MIN_SECONDS);
  return interleave(contestants, settings, {
    purpose: "speed",
    // The first deadlines pass two seconds after they were set.
    warm: async () => delay(3000),
    round: async (target, result) => {
      const { figures, armed } = await oneRound(target, seconds);
      addFigures(result, figures);
      if (armed < WANTED && result.notes.length === 0)
        result.notes.push(`${armed} armed, since the limit of descriptors allows no more`);
    },
  });
}
