// Median, spread, and the judgement of a figure against its bar.

/** Above this spread, as a share of the median, a figure is not judged. */
export const MAX_SPREAD = 0.08;

/**
 * Value below which the share `q` of `sorted` lies, interpolated between neighbours.
 * @param {number[]} sorted ascending, not empty
 * @param {number} q 0 to 1
 */
function quantile(sorted, q) {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/**
 * @typedef {object} Summary
 * @property {number} median NaN when there are no samples
 * @property {number} spread distance between the quartiles as a share of the median; one bad round of seven
 *   does not move it, two do; NaN for fewer than three samples
 * @property {number} min
 * @property {number} max
 */

/**
 * @param {readonly number[]} samples one per round
 * @returns {Summary}
 */
export function summarize(samples) {
  if (samples.length === 0) return { median: NaN, spread: NaN, min: NaN, max: NaN };
  const sorted = [...samples].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const width = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return {
    median,
    spread: samples.length < 3 ? NaN : width / Math.abs(median),
    min: sorted[0],
    max: sorted[sorted.length - 1],
  };
}

/**
 * @typedef {"PASS" | "below" | "FAIL" | "noisy" | "none"} Verdict
 *   PASS reaches the bar; below: over the floor only; FAIL: under the floor, or under a bar without one;
 *   noisy: spread above MAX_SPREAD or rounds too few, not judged; none: a figure is missing
 */

/**
 * @param {number} value larger is better
 * @param {number} bar
 * @param {number | undefined} floor
 * @returns {Verdict}
 */
function grade(value, bar, floor) {
  if (value >= bar) return "PASS";
  return floor !== undefined && value >= floor ? "below" : "FAIL";
}

/**
 * Judges one bar of a trial.
 *
 * @param {import("./trials.mjs").Bar} bar
 * @param {(entry: string, figure: string) => readonly number[]} samplesOf empty when there is no such figure
 * @returns {{ verdict: Verdict, value: number }} the ratio for a bar against another entry, else the figure
 */
export function judge(bar, samplesOf) {
  const own = summarize(samplesOf(bar.of, bar.figure));
  if (bar.max !== undefined) {
    if (Number.isNaN(own.median)) return { verdict: "none", value: NaN };
    if (own.spread > MAX_SPREAD) return { verdict: "noisy", value: own.median };
    return { verdict: grade(-own.median, -bar.max, negated(bar.floor)), value: own.median };
  }
  if (bar.against === undefined) {
    if (Number.isNaN(own.median)) return { verdict: "none", value: NaN };
    if (!(own.spread <= MAX_SPREAD)) return { verdict: "noisy", value: own.median };
    return { verdict: grade(own.median, bar.min, bar.floor), value: own.median };
  }
  const other = summarize(samplesOf(bar.against, bar.figure));
  const value = other.median / own.median;
  if (Number.isNaN(value)) return { verdict: "none", value };
  if (!(Math.max(own.spread, other.spread) <= MAX_SPREAD)) return { verdict: "noisy", value };
  return { verdict: grade(value, bar.min, bar.floor), value };
}

/** @param {number | undefined} x */
const negated = (x) => (x === undefined ? undefined : -x);

/**
 * The median, and where the true one lies with a probability of 95 % whatever the samples are distributed like: so many of
 * them lie on either side of it as a coin falls on either side. Infinite ends for fewer than six samples.
 * @param {readonly number[]} samples
 */
export function medianInterval(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  let [below, chance, tail] = [0, 2 ** -n, 2 ** -n];
  // How many on either side may be left out: fewer lie on one side of the true median once in forty times.
  while (tail <= 0.025) {
    below++;
    chance *= (n - below + 1) / below;
    tail += chance;
  }
  return {
    median: summarize(sorted).median,
    low: below > 0 ? sorted[below - 1] : -Infinity,
    high: below > 0 ? sorted[n - below] : Infinity,
  };
}

/**
 * Judges a cost that may be `most` at most.
 * @param {{ low: number, high: number }} interval
 * @param {number} most
 * @returns {Verdict} noisy: the interval holds it
 */
export function judgeInterval({ low, high }, most) {
  if (high <= most) return "PASS";
  return low > most ? "FAIL" : "noisy";
}
