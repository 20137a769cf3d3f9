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
  /** A word that changes when a batch of events begins, to an odd number, and when all it led to is done. */
  readonly turns: Int32Array;
  /** Calls back when this turn of the event loop is over. */
  later(f: () => void): void;
}

// Deadlines are filed together in steps, rounded up: never early, and at most a step late. A step is 4 ms, and more for
// a deadline that is far off when it is filed: each costs a turn of the loop. Lateness stays below 1/256 of the wait.
const MIN_STEP = 4;
const MAX_STEP = 64;
const PRECISION = 256;

// The two clocks drift apart slowly when the wall clock is slewed. A jump beyond this was somebody setting it.
const JUMP = 20;

// Between the readings of the two clocks the process may be stopped, which looks like a jump. Read again, then.
const STEADY = 1;
const MAX_TRIES = 8;

// So many entries that mean nothing any more, and at least as many as there are sides, and the files are made anew.
const MIN_DEAD = 4096;

const NO_TURN = -1;

/**
 * Absolute deadlines, two a slot, as numbers in an array.
 *
 * Setting one is a store. An operation that begins to wait files its side under the deadline's step, unless it
 * stands filed for an earlier one; when that comes, the side fails, or is filed again if its deadline has moved.
 * So a server that moves a deadline with every message touches the timer once a deadline, not once a message.
 *
 * The numbers are wall-clock milliseconds, as the caller gave them, since reading a clock would cost several
 * times the store. Both clocks are read once a turn of the event loop in which deadlines are set; when the wall clock
 * is found to have been set by somebody, the deadlines from before move along with it.
 */
export class Deadlines {
  /** Per side: when its operations fail; Infinity for never. */
  at = new Float64Array(0);
  // Per side: the step it is filed under, or Infinity.
  #filed = new Float64Array(0);
  // The turn of the loop in which the clocks were last compared for the sake of a new deadline.
  #turn = NO_TURN;
  #dead = 0;
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
    this.at.fill(Infinity, old);
    this.#filed.fill(Infinity, old);
  }

  /** Sets one: epoch milliseconds, or Infinity for none. */
  set(side: number, at: number): void {
    if (this.#turn !== this.#host.turns[0]) this.#enterTurn();
    this.at[side] = at;
    if (at < this.#filed[side]! && this.#host.waits(side)) this.#fileOrFail(side);
  }

  /** Forgets a side whose descriptor is gone. */
  clear(side: number): void {
    this.at[side] = Infinity;
    if (this.#filed[side] === Infinity) return;
    this.#filed[side] = Infinity;
    this.#bury();
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
    let wall = this.#host.wall();
    let offset = wall - this.#host.monotonic();
    if (Math.abs(offset - this.#offset) > JUMP) {
      [wall, offset] = this.#readSteadily();
      const jump = offset - this.#offset;
      if (Math.abs(jump) > JUMP) this.#move(jump);
    }
    this.#offset = offset;
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

  // The deadlines set in the rest of this turn are of the clock as it is now.
  #enterTurn(): void {
    this.now();
    this.#turn = this.#host.turns[0]!;
    // Between batches the word does not change, though the loop may turn many times.
    if ((this.#turn & 1) === 0) {
      this.#host.later(() => {
        this.#turn = NO_TURN;
      });
    }
  }

  #readSteadily(): [wall: number, offset: number] {
    for (let tries = 1; ; tries++) {
      const before = this.#host.monotonic();
      const wall = this.#host.wall();
      const after = this.#host.monotonic();
      if (after - before <= STEADY || tries === MAX_TRIES) return [wall, wall - after];
    }
  }

  #come(side: number, step: number, now: number): void {
    if (this.#filed[side] !== step) return;
    this.#filed[side] = Infinity;
    if (!this.#host.waits(side)) return;
    if (this.at[side]! <= now) this.#host.expire(side);
    else if (this.at[side] !== Infinity) this.#enter(side, now);
  }

  // A deadline set while an operation waits applies to it, at once if it lies in the past.
  #fileOrFail(side: number): void {
    const now = this.now();
    if (this.at[side]! <= now) this.#host.expire(side);
    else this.#file(side, now);
  }

  #file(side: number, now: number): void {
    const before = this.#order.least;
    this.#enter(side, now);
    if (this.#order.least < before) this.#arm(this.now());
  }

  // An entry stays where it is when its side goes or is filed elsewhere, and finds nothing to do when its time comes.
  // When too many have gathered, all that waits is filed anew; true then.
  #bury(): boolean {
    if (++this.#dead <= Math.max(MIN_DEAD, this.at.length)) return false;
    this.#refile();
    return true;
  }

  #enter(side: number, now: number): void {
    // Before 1970 is as past as 1970, and keeps the numbers small.
    const at = Math.max(this.at[side]!, 0);
    const width = stepWidth(at - now);
    const step = Math.ceil(at / width) * width;
    // A deadline that moved within its step stands where it belongs.
    if (step >= this.#filed[side]!) return;
    if (this.#filed[side] !== Infinity && this.#bury()) return;
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

  // The wall clock was set. A deadline meant a stretch of time when it was given, so it moves along.
  #move(jump: number): void {
    for (let side = 0; side < this.at.length; side++) this.at[side]! += jump;
    this.#refile();
  }

  // Files anew what waits, and nothing else.
  #refile(): void {
    this.#steps.clear();
    this.#order.clear();
    this.#filed.fill(Infinity);
    this.#dead = 0;
    const now = this.#host.wall();
    for (let side = 0; side < this.at.length; side++) {
      if (this.at[side] !== Infinity && this.#host.waits(side)) this.#enter(side, now);
    }
    this.#arm(now);
  }
}

// How far apart the steps are for a deadline so many milliseconds off: a power of two, so that coarse ones are fine ones.
function stepWidth(left: number): number {
  let width = MIN_STEP;
  while (width < MAX_STEP && 2 * width * PRECISION <= left) width *= 2;
  return width;
}

/** A larger array that begins with the old one. */
export function extended<A extends Float64Array | Int32Array | Int8Array | Uint8Array>(
  old: A,
  length: number,
): A {
  const array = new (old.constructor as new (length: number) => A)(length);
  array.set(old);
  return array;
}
