// Contestants held against the first of them on a machine that is never quiet.
//
// Nothing is compared with what comes much later: short slices go A B C, A B C, and the ratios of each round count. And two
// processes of one program differ by some percent for as long as they live: so each contestant has several, one after the
// other, and the ratio that they agree on is judged, by its confidence interval.
import { medianInterval, summarize } from "./stats.mjs";

/**
 * @typedef {object} Sliced a contestant at work
 * @property {() => Promise<number>} slice what a unit of work costs, by some tens of milliseconds of it
 * @property {() => Promise<void>} stop
 */

/** Slices, until the compiler is done. */
const WARM = 10;

/**
 * @typedef {object} Paired what one contestant costs
 * @property {string} name
 * @property {number} cost the median
 * @property {ReturnType<typeof medianInterval>} ratio as a multiple of what the first costs
 */

/**
 * @param {readonly string[]} names the first is whom the others are held against
 * @param {(name: string) => Promise<Sliced>} start
 * @param {{ times: number, seconds: number }} settings how many of each, one after the other, and for how long each lot
 * @returns {Promise<Paired[]>}
 */
export async function pair(names, start, { times, seconds }) {
  /** @type {{ cost: number, ratio: number }[][]} */
  const lots = [];
  for (let i = 0; i < times; i++) lots.push(await lot(names, start, seconds));
  return names.map((name, i) => ({
    name,
    cost: summarize(lots.map((figures) => figures[i].cost)).median,
    ratio: medianInterval(lots.map((figures) => figures[i].ratio)),
  }));
}

/**
 * One of each, for so long: medians of cost and ratio.
 * @param {readonly string[]} names
 * @param {(name: string) => Promise<Sliced>} start
 * @param {number} seconds
 */
async function lot(names, start, seconds) {
  const all = await Promise.all(names.map(start));
  /** @type {number[][]} */
  const rounds = [];
  const round = async () => {
    const costs = [];
    for (const one of all) costs.push(await one.slice());
    return costs;
  };
  for (let i = 0; i < WARM; i++) await round();
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) rounds.push(await round());
  for (const one of all) await one.stop();
  const median = (/** @type {number[]} */ samples) => summarize(samples).median;
  return names.map((_, i) => ({
    cost: median(rounds.map((costs) => costs[i])),
    ratio: median(rounds.map((costs) => costs[i] / costs[0])),
  }));
}

/** An interval, for people to read. @param {ReturnType<typeof medianInterval>} interval */
export const written = ({ median, low, high }) => {
  const [m, l, h] = [median, low, high].map((x) => x.toFixed(3));
  return `${m} [${l}, ${h}]`;
};
