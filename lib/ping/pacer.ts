import { performance } from "node:perf_hooks";

// How far behind its schedule it may fall and still make up for it: what a timer of whole milliseconds is off.
const SLACK = 2;
// Calls in one turn of the event loop, for intervals shorter than a timer can count.
const MAX_BURST = 64;
// With an interval of 0 somebody else says when to go on, and this is how long to wait for that.
const IDLE = 10;

/**
 * Calls a function in even steps of the monotonic clock. Steps do not add up their delays, and what a blocked event
 * loop has missed is left out: requests in a burst would measure nothing but each other.
 */
export class Pacer {
  readonly #step: number;
  readonly #floor: number;
  readonly #call: () => void;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #last = -Infinity;
  #running = false;

  /**
   * @param interval milliseconds; 0 for as soon as {@link hurry} is called, or after 10
   * @param floor how soon {@link hurry} may call after the call before; Infinity when it changes nothing
   */
  constructor(interval: number, call: () => void, floor = interval === 0 ? 0 : Infinity) {
    this.#floor = floor;
    this.#step = interval || IDLE;
    this.#call = call;
  }

  /** Calls at once, and goes on. */
  start(): void {
    this.#running = true;
    this.#due = performance.now();
    this.#tick();
  }

  /** What was waited for is there: the next call comes as soon as it may. */
  hurry(): void {
    const soonest = this.#last + this.#floor;
    if (!this.#running || soonest >= this.#due) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#due = Math.max(soonest, now);
    // Not from inside the caller: it may be in the middle of its own work.
    if (this.#due === now) setImmediate(() => this.#tick());
    else this.#timer = setTimeout(() => this.#tick(), this.#due - now);
  }

  /** No more calls. */
  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    for (let calls = 0; this.#running && this.#due <= now && calls < MAX_BURST; calls++) {
      this.#due = Math.max(this.#due, now - SLACK) + this.#step;
      this.#last = now;
      this.#call();
    }
    if (!this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tick(), Math.max(this.#due - performance.now(), 0));
  }
}
