// How far behind its schedule it may fall and still make up for it, in milliseconds: what timers are late by. What a
// blocked event loop has missed is left out, or a burst would follow it.
const SLACK = 10;

/** When the next request may go, at so many a second. Times are the monotonic clock's, in milliseconds. */
export class Pace {
  readonly #step: number;
  /** When it may go. */
  due = -Infinity;

  /** @param rate Infinity for at once */
  constructor(rate: number) {
    this.#step = 1000 / rate;
  }

  /** One has gone. */
  spend(now: number): void {
    this.due = Math.max(this.due, now - SLACK) + this.#step;
  }
}
