// A world with two clocks and one timer, for deadlines to live in.

import { type DeadlineHost, Deadlines } from "#lib/internal/poll/deadlines.js";

/** The native timer's bound: whoever waits longer is asked again. */
const YEAR = 365 * 24 * 3600 * 1000;

/**
 * How late a deadline may be, so many milliseconds off when it is filed: the step it is filed in, and the millisecond
 * that the wall clock cuts off.
 */
export function lateness(wait: number): number {
  return Math.min(Math.max(4, wait / 256), 64) + 1;
}

/** A side's end: which, and when by both clocks. */
export interface Expiry {
  side: number;
  wall: number;
  monotonic: number;
}

export class World implements DeadlineHost {
  readonly deadlines: Deadlines;
  readonly expired: Expiry[] = [];
  /** How often the timer was set. */
  arms = 0;
  /** What goes by between the reading of one clock and of the other: a pause of the process, say. */
  pause = 0;
  readonly #waiting = new Set<number>();
  // Fractions of a millisecond, as the real clocks have them; both begin anywhere.
  #wall = 1_700_000_000_000.25;
  #monotonic = 5_000.5;
  #rate = 1;
  #armed = Infinity;

  /** Even, as between batches; whoever lets time pass begins another turn. */
  readonly turns = new Int32Array(1);
  readonly #laters: (() => void)[] = [];

  constructor(sides = 16) {
    this.deadlines = new Deadlines(this);
    this.deadlines.grow(sides);
  }

  arm(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new Error(`the timer was set to ${milliseconds}`);
    this.arms++;
    this.#armed = this.#monotonic + Math.min(milliseconds, YEAR);
  }

  waits(side: number): boolean {
    return this.#waiting.has(side);
  }

  expire(side: number): void {
    if (!this.#waiting.delete(side)) throw new Error(`side ${side} expired although nothing waits there`);
    this.expired.push({ side, wall: this.#wall, monotonic: this.#monotonic });
  }

  wall(): number {
    const wall = Math.floor(this.#wall);
    const { pause } = this;
    this.pause = 0;
    this.#wall += pause;
    this.#monotonic += pause;
    return wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  later(f: () => void): void {
    this.#laters.push(f);
  }

  /** This turn of the event loop is over. */
  nextTurn(): void {
    this.turns[0] += 2;
    for (const f of this.#laters.splice(0)) f();
  }

  /** An operation begins to wait on a side. */
  park(side: number): void {
    this.#waiting.add(side);
    this.deadlines.park(side);
  }

  /** The operation is over. */
  unpark(side: number): void {
    this.#waiting.delete(side);
  }

  /** The descriptor is closed. */
  close(side: number): void {
    this.#waiting.delete(side);
    this.deadlines.clear(side);
  }

  /** What the poller does with an event for a side: false when its deadline came first. */
  event(side: number): boolean {
    const now = this.deadlines.now();
    if (this.waits(side) && this.deadlines.at[side] <= now) this.expire(side);
    return this.#waiting.delete(side);
  }

  /** Time goes by, by the monotonic clock. The timer fires when it is due. */
  pass(milliseconds: number): void {
    const end = this.#monotonic + milliseconds;
    while (this.#armed <= end) {
      this.#advance(this.#armed - this.#monotonic);
      this.#armed = Infinity;
      this.deadlines.fire();
    }
    this.#advance(end - this.#monotonic);
  }

  /** Time goes by while the loop is blocked: the timer fires afterwards. */
  block(milliseconds: number): void {
    this.#advance(milliseconds);
    this.pass(0);
  }

  /** Somebody sets the wall clock. */
  step(milliseconds: number): void {
    this.#wall += milliseconds;
    this.nextTurn();
  }

  /** The wall clock runs faster or slower from now on, by parts per million. */
  slew(ppm: number): void {
    this.#rate = 1 + ppm / 1e6;
  }

  #advance(milliseconds: number): void {
    this.nextTurn();
    this.#monotonic += milliseconds;
    this.#wall += milliseconds * this.#rate;
  }
}
