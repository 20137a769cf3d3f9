// Go: internal/poll/fd_poll_runtime.go (setDeadlineImpl), runtime/netpoll.go
import { MinHeap } from "./min-heap.js";

/** What deadlines need of the world; tests bring their own. */
export interface DeadlineHost {
  /** Sets the one timer, in milliseconds from now. */
  arm(milliseconds: number): void;
  /** Whether an operation waits on this side. */
  waits(side: number): boolean;
  /** Fails what waits on this side. */
  expire(side: number): void;
  /** The wall clock in milliseconds, whole ones: Date.now. */
  wall(): number;
  /** A clock that nobody sets, in milliseconds: performance.now. */
  monotonic(): number;
}

// Deadlines are filed together in steps of this many milliseconds, rounded up: never early, at most so late.
const STEP = 4;

// The two clocks drift apart slowly when the wall clock is slewed. A jump beyond this was somebody setting it.
const JUMP = 20;

/**
 * Absolute deadlines, two a slot, as numbers in an array.
 *
 * Setting one is a store. An operation that begins to wait files its side under the deadline's step, unless it
 * stands filed for an earlier one; when that comes, the side fails, or is filed again if its deadline has moved.
 * So a server that moves a deadline with every message touches the timer once a deadline, not once a message.
 *
 * The numbers are wall-clock milliseconds, as the caller gave them, since reading a clock would cost several
 * times the store. When the wall clock is found to have been set, the deadlines from before move along with it.
 */
export class Deadlines {
  /** Per side: when its operations fail; Infinity for never. */
  at = new Float64Array(0);
  // Per side: the step it is filed under, or Infinity.
  #filed = new Float64Array(0);
  // Per side: in which epoch the deadline was set. An epoch ends whenever both clocks are read.
  #setIn = new Int32Array(0);
  #epoch = 0;
  #offset: number;
  readonly #steps = new Map<number, number[]>();
  readonly #order = new MinHeap();
  readonly #host: DeadlineHost;

  constructor(host: DeadlineHost) {
    this.#host = host;
    this.#offset = host.wall() - host.monotonic();
  }

  /** Makes room for so many sides. */
  grow(sides: number): void {
    const old = this.at.length;
    this.at = extended(this.at, sides);
    this.#filed = extended(this.#filed, sides);
    this.#setIn = extended(this.#setIn, sides);
    this.at.fill(Infinity, old);
    this.#filed.fill(Infinity, old);
  }

  /** Sets one: epoch milliseconds, or Infinity for none. */
  set(side: number, at: number): void {
    this.at[side] = at;
    this.#setIn[side] = this.#epoch;
    if (at < this.#filed[side]! && this.#host.waits(side)) this.#fileOrFail(side);
  }

  /** Forgets a side whose descriptor is gone. What is still filed for it finds nothing to do. */
  clear(side: number): void {
    this.at[side] = Infinity;
    this.#filed[side] = Infinity;
  }

  /** Whether a side's deadline has come, by the clock of this instant. */
  passed(side: number): boolean {
    const at = this.at[side]!;
    if (at === Infinity || at > this.#host.wall()) return false;
    const now = this.now();
    return this.at[side]! <= now;
  }

  /** An operation begins to wait here. Two reads of arrays, unless its deadline is nearer than the last one was. */
  park(side: number): void {
    if (this.at[side]! < this.#filed[side]!) this.#fileOrFail(side);
  }

  /** The wall clock, having made sure that nobody set it since the last time. */
  now(): number {
    const wall = this.#host.wall();
    const offset = wall - this.#host.monotonic();
    const jump = offset - this.#offset;
    this.#offset = offset;
    if (jump > JUMP || jump < -JUMP) this.#move(jump);
    this.#epoch = (this.#epoch + 1) | 0;
    return wall;
  }

  /** The timer fired. */
  fire(): void {
    const now = this.now();
    while (this.#order.least <= now) {
      const step = this.#order.least;
      const sides = this.#steps.get(step)!;
      this.#order.pop();
      this.#steps.delete(step);
      for (const side of sides) this.#come(side, step, now);
    }
    this.#arm(now);
  }

  #come(side: number, step: number, now: number): void {
    if (this.#filed[side] !== step) return;
    this.#filed[side] = Infinity;
    if (!this.#host.waits(side)) return;
    if (this.at[side]! <= now) this.#host.expire(side);
    else if (this.at[side] !== Infinity) this.#enter(side);
  }

  // A deadline set while an operation waits applies to it, at once if it lies in the past.
  #fileOrFail(side: number): void {
    const now = this.now();
    if (this.at[side]! <= now) this.#host.expire(side);
    else this.#file(side);
  }

  #file(side: number): void {
    const before = this.#order.least;
    this.#enter(side);
    if (this.#order.least < before) this.#arm(this.now());
  }

  #enter(side: number): void {
    // Before 1970 is as past as 1970, and keeps the numbers small.
    const step = Math.ceil(Math.max(this.at[side]!, 0) / STEP) * STEP;
    this.#filed[side] = step;
    const sides = this.#steps.get(step);
    if (sides !== undefined) {
      sides.push(side);
    } else {
      this.#steps.set(step, [side]);
      this.#order.push(step);
    }
  }

  #arm(now: number): void {
    const { least } = this.#order;
    if (least !== Infinity) this.#host.arm(Math.max(least - now, 0));
  }

  // The wall clock was set. A deadline meant a stretch of time when it was given, so it moves along; one given
  // since the clocks were last compared is taken as given by the new clock.
  #move(jump: number): void {
    this.#steps.clear();
    this.#order.clear();
    this.#filed.fill(Infinity);
    for (let side = 0; side < this.at.length; side++) {
      if (this.at[side] === Infinity) continue;
      if (this.#setIn[side] !== this.#epoch) this.at[side]! += jump;
      if (this.#host.waits(side)) this.#enter(side);
    }
    this.#arm(this.#host.wall());
  }
}

/** A larger array that begins with the old one. */
export function extended<A extends Float64Array | Int32Array | Uint8Array>(old: A, length: number): A {
  const array = new (old.constructor as new (length: number) => A)(length);
  array.set(old);
  return array;
}
