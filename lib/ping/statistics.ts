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
  readonly min: number | null;
  readonly avg: number | null;
  readonly max: number | null;
  /** Standard deviation of the round-trip times, duplicates included as in the other three. */
  readonly mdev: number | null;
  /** Moving average, in which each answer counts for an eighth. */
  readonly ewma: number | null;
}

/** The longest time that counts, in microseconds. A clock that is set while we wait must not spoil the figures. */
const MAX_RTT = 2 ** 31;

/** A time that makes sense, in microseconds. */
export function clampRTT(microseconds: number): number {
  return microseconds >= 0 ? Math.min(microseconds, MAX_RTT) : 0;
}

/** Counts, and keeps mean and variance as Welford does: sums of squares would cancel. */
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

  /** One more round-trip time, in milliseconds. */
  time(rtt: number): void {
    this.#times++;
    this.#min = Math.min(this.#min, rtt);
    this.#max = Math.max(this.#max, rtt);
    const delta = rtt - this.#mean;
    this.#mean += delta / this.#times;
    this.#squares += delta * (rtt - this.#mean);
    this.#ewma = this.#times === 1 ? rtt : this.#ewma + (rtt - this.#ewma) / 8;
  }

  #told(value: number): number | null {
    return this.#times === 0 ? null : value;
  }
}
