// Trials that the contestant times by itself, in its own process: nanoseconds per call.
import { addFigures, interleave } from "./measure.mjs";

/**
 * Each "round" request is answered with `{ call, now, clock }`, in ns: the call with a precomputed time that
 * varies; the call with the clock read in the loop; the clock alone.
 *
 * @param {import("./trials.mjs").Trial} _trial
 * @param {readonly import("./measure.mjs").Contestant[]} contestants
 * @param {import("./measure.mjs").Settings} settings
 */
export async function measureMicro(_trial, contestants, settings) {
  return interleave(contestants, settings, {
    purpose: "speed",
    warm: async ({ server }) => void (await server.ask("round")),
    round: async ({ server }, result) => {
      addFigures(result, /** @type {Record<string, number>} */ (await server.ask("round")));
    },
  });
}
