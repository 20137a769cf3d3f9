// Times are told apart to one percent.
const STEP = Math.log(1.01);
// The shortest time, in milliseconds: the kernel's clock has nanoseconds, and a logarithm needs something.
const SMALLEST = 1e-6;

/** How often each time occurred: what percentiles need, in a few kilobytes however long a run is. */
export class Histogram {
  // By place; the times of one host are near each other, so few places are taken.
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** One more time, in milliseconds. */
  add(time: number): void {
    const place = Math.floor(Math.log(Math.max(time, SMALLEST)) / STEP);
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
    this.#total++;
  }

  /** The time that `p` percent of all did not exceed: the middle of its step. There is one time at least. */
  percentile(p: number): number {
    // Nearest rank: the value is one that occurred.
    const rank = Math.max(Math.ceil((p / 100) * this.#total), 1);
    const places = [...this.#counts].sort(([a], [b]) => a - b);
    let seen = 0;
    const found = places.find(([, count]) => (seen += count) >= rank);
    return Math.exp((found![0] + 0.5) * STEP);
  }
}
