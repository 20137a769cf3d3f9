import { invalidArgType, outOfRange } from "../errors/index.js";
import { Histogram } from "./histogram.js";

/** How a run has gone so far. Times are milliseconds, null before the first answer. */
export interface Statistics {
  /** Requests sent, those that failed on the way out included. */
  readonly transmitted: number;
  /** Requests answered. */
  readonly received: number;
  /** Further answers to requests that were answered before. */
  readonly duplicates: number;
  /** Reports of nodes on the way. */
  readonly errors: number;
  /** Requests that could not be sent. */
  readonly sendErrors: number;
  /** The part of the requests that has no answer: 0 to 1. */
  readonly loss: number;
  /** The shortest round-trip time, duplicates included as in the next three. */
  readonly min: number | null;
  /** The mean. */
  readonly avg: number | null;
  /** The longest. */
  readonly max: number | null;
  /** Their standard deviation. */
  readonly mdev: number | null;
  /** Moving average, in which each answer counts for an eighth. */
  readonly ewma: number | null;
  /** How much a round-trip time differs from the one before it, on average. */
  readonly jitter: number | null;
  /**
   * The time that `p` percent of the answers did not exceed, to one percent: `percentile(50)` is the median. Throws a
   * TypeError or a RangeError for anything but 0 to 100.
   */
  percentile(p: number): number | null;
}

/** The longest time that counts, in milliseconds. */
const MAX_RTT = 2 ** 31 / 1000;
// How far two clocks may be apart by what they are read one after the other, in milliseconds.
const SLACK = 1;

/**
 * A round-trip time in milliseconds: `wall` by the clock of the kernel's timestamps, in microseconds, unless somebody has
 * set that meanwhile. It cannot be more than the `elapsed` milliseconds of the monotonic clock, nor less than none: then
 * these are as near as can be told, and an hour that nobody has waited for spoils no figures.
 */
export function roundTrip(wall: number, elapsed: number): number {
  const time = wall / 1000;
  const isLikely = time >= -SLACK && time <= elapsed + SLACK;
  return Math.min(Math.max(isLikely ? time : elapsed, 0), MAX_RTT);
}

/** Counts, for those who keep figures of their own, of each host of a sweep say. Keeps mean and variance as Welford does: sums of squares would cancel. */
export class Tally implements Statistics {
  transmitted = 0;
  received = 0;
  duplicates = 0;
  errors = 0;
  sendErrors = 0;
  #times = 0;
  #min = Infinity;
  #max = 0;
  #mean = 0;
  #squares = 0;
  #ewma = 0;
  #last = 0;
  #changes = 0;
  // The larger part of a tally: made when there are two times to tell apart, which most hosts of a network never have.
  #histogram: Histogram | null = null;

  get loss(): number {
    return this.transmitted === 0 ? 0 : (this.transmitted - this.received) / this.transmitted;
  }

  get min(): number | null {
    return this.#told(this.#min);
  }

  get avg(): number | null {
    return this.#told(this.#mean);
  }

  get max(): number | null {
    return this.#told(this.#max);
  }

  get mdev(): number | null {
    return this.#told(Math.sqrt(this.#squares / this.#times));
  }

  get ewma(): number | null {
    return this.#told(this.#ewma);
  }

  get jitter(): number | null {
    return this.#times < 2 ? this.#told(0) : this.#changes / (this.#times - 1);
  }

  percentile(p: number): number | null {
    if (typeof p !== "number") throw invalidArgType("p", "a number", p);
    if (!(p >= 0 && p <= 100)) throw outOfRange("p", "0 to 100", p);
    const found = this.#histogram?.percentile(p) ?? this.#min;
    return this.#told(Math.min(Math.max(found, this.#min), this.#max));
  }

  /** One more round-trip time, in milliseconds. */
  time(rtt: number): void {
    this.#times++;
    this.#min = Math.min(this.#min, rtt);
    this.#max = Math.max(this.#max, rtt);
    const delta = rtt - this.#mean;
    this.#mean += delta / this.#times;
    this.#squares += delta * (rtt - this.#mean);
    this.#ewma = this.#times === 1 ? rtt : this.#ewma + (rtt - this.#ewma) / 8;
    if (this.#times > 1) this.#compare(rtt);
    this.#last = rtt;
  }

  // With the time before it, of which there is one.
  #compare(rtt: number): void {
    this.#changes += Math.abs(rtt - this.#last);
    if (this.#histogram === null) {
      this.#histogram = new Histogram();
      this.#histogram.add(this.#last);
    }
    this.#histogram.add(rtt);
  }

  #told(value: number): number | null {
    return this.#times === 0 ? null : value;
  }
}
