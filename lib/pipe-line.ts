// Go: net/pipe.go (pipeDeadline)
import { ErrClosedPipe, ErrDeadlineExceeded, NetError, OpError } from "./errors/index.js";
import { detached, isDetached, isShorter } from "./internal/poll/buffers.js";

// The longest that a timer of Node waits, in milliseconds. For what lies beyond it is set again.
const LONGEST = 2 ** 31 - 1;

/** {@link ErrClosedPipe} of a write: that one is shared by all, and cannot say how many bytes went. */
class ClosedPipeError extends NetError {
  override readonly name = "ClosedPipeError";
  readonly code = ErrClosedPipe.code;
  readonly n: number;

  constructor(n: number) {
    super(ErrClosedPipe.message, { cause: ErrClosedPipe });
    this.n = n;
  }
}

/** A read or a write until it settles: the caller's bytes and the promise. */
export abstract class Waiting<T> {
  /** The next in line. */
  next: this | null = null;
  readonly p: Uint8Array;
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  protected reject!: (error: Error) => void;
  readonly #length: number;

  constructor(p: Uint8Array) {
    if (isDetached(p)) throw detached("p");
    // A view of our own keeps the length that was asked for when its buffer grows, and has none when that is gone.
    this.p = new Uint8Array(p.buffer, p.byteOffset, p.byteLength);
    this.#length = this.p.length;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Whether the bytes were taken away: transferred, or cut off by a resize. Rejects, then. */
  lost(): boolean {
    if (!isShorter(this.p, this.#length)) return false;
    this.fail(detached("p"));
    return true;
  }

  /** Rejects, with the whole story. */
  abstract fail(cause: Error): void;
}

/** A read that waits for a write. */
export class Reading extends Waiting<number | null> {
  override fail(cause: Error): void {
    this.reject(cause === ErrDeadlineExceeded ? new OpError({ op: "read", net: "pipe", cause }) : cause);
  }
}

/** A write that waits for reads, as many as it takes. */
export class Writing extends Waiting<number> {
  /** How many bytes went. */
  n = 0;

  override fail(cause: Error): void {
    const { n } = this;
    if (cause === ErrClosedPipe) this.reject(new ClosedPipeError(n));
    else if (cause === ErrDeadlineExceeded) this.reject(new OpError({ op: "write", net: "pipe", cause, n }));
    else this.reject(Object.assign(cause, { n }));
  }
}

/** What can stand in a line. */
interface Member {
  next: this | null;
  fail(cause: Error): void;
}

/**
 * The reads, or the writes, that wait on one end of a pipe, first come first served, and the deadline they share.
 * The timer runs only while one waits: nothing else of a pipe keeps the event loop alive.
 */
export class Line<W extends Member> {
  head: W | null = null;
  #last: W | null = null;
  // By the clock that nobody sets, so that the deadline moves along when somebody sets the other one.
  #deadline = Infinity;
  #timer: NodeJS.Timeout | null = null;
  #keepsLoop = true;

  /** Puts one at the end. What still waits when all was tried needs {@link arm}. */
  push(member: W): void {
    if (this.#last === null) this.head = member;
    else this.#last.next = member;
    this.#last = member;
  }

  /** Takes off the head, which is settled. */
  shift(): void {
    this.head = this.head!.next;
    if (this.head !== null) return;
    this.#last = null;
    this.#disarm();
  }

  /** Takes one out wherever it stands, if it still does. */
  remove(member: W): void {
    if (member === this.head) return this.shift();
    let before = this.head;
    while (before !== null && before.next !== member) before = before.next;
    if (before === null) return;
    before.next = member.next;
    if (member === this.#last) this.#last = before;
  }

  /** Settles and removes all. */
  clear(settle: (member: W) => void): void {
    for (; this.head !== null; this.shift()) settle(this.head);
  }

  /** Sets the deadline, epoch milliseconds or Infinity for none; it applies to what waits already. */
  setDeadline(at: number): void {
    // This order of the two clocks errs on the late side when time passes between them.
    const left = at - Date.now();
    this.#deadline = performance.now() + left;
    this.#disarm();
    this.arm();
  }

  /** Fails all that waits if the deadline has passed. */
  expire(): void {
    if (this.head === null || this.#deadline === Infinity) return;
    if (this.#deadline <= performance.now()) this.clear((member) => member.fail(ErrDeadlineExceeded));
  }

  /** Sees to it that what waits fails when the deadline comes. */
  arm(): void {
    this.expire();
    if (this.head === null || this.#timer !== null || this.#deadline === Infinity) return;
    const left = Math.min(Math.ceil(this.#deadline - performance.now()), LONGEST);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.arm();
    }, left);
    if (!this.#keepsLoop) this.#timer.unref();
  }

  /** Whether what waits for a deadline keeps the event loop alive. */
  keepLoop(keeps: boolean): void {
    this.#keepsLoop = keeps;
    if (keeps) this.#timer?.ref();
    else this.#timer?.unref();
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
