// Go: internal/poll/fd_unix.go, fd_mutex.go
import { onAbort } from "./aborts.js";
import { canceled } from "./canceled.js";
import { binding } from "../binding.js";
import { ErrClosed, ErrDeadlineExceeded, SyscallError } from "../../errors/index.js";
import { setNonblock } from "./nonblock.js";
import { type Op, promiseOf } from "./op.js";
import { EAGAIN, ReadOp } from "./ops.js";
import {
  CORKED,
  DISTRUST,
  LAST_TURN,
  type Mode,
  OUT_OF_TURN,
  poller,
  READ,
  READABLE,
  WRITABLE,
  WRITE,
} from "./poller.js";
import { WriteOp, WriteVOp } from "./write-ops.js";

/**
 * Owns a descriptor. Tries a system call at once and waits only when the kernel says so; one operation at a
 * time on each side, the others queue in order of arrival; close wakes all of them. Every method that can wait
 * rejects with what {@link FD.wrap} makes of the cause.
 */
export class FD {
  /** The descriptor's number; -1 once it is closed. */
  fd: number;
  /** Whether it carries a stream: then a write goes in pieces. */
  readonly stream: boolean;
  /** Whether zero bytes mean its end, rather than an empty packet. */
  readonly ends: boolean;
  /** Whether a short read means that nothing is left. */
  readonly drains: boolean;
  /** Whether a waiting operation keeps the event loop alive. */
  keepsLoop = true;
  /** Whether others have what the number stands for as well, and may have its flags changed. */
  shared = false;
  /** Set by close, for good. */
  closing = false;
  readonly slot: number;
  // Who may still use the number: the owner, and every callback it is lent to.
  #users = 1;

  constructor(fd: number, stream: boolean, ends = stream, drains = stream) {
    this.fd = fd;
    this.stream = stream;
    this.ends = ends;
    this.drains = drains && shortReadDrains;
    this.slot = poller.open(fd, this);
  }

  /** Tells which operation of which connection failed; NetFD makes an OpError of it. */
  wrap(_op: string, cause: Error, _n?: number): Error {
    return cause;
  }

  /** Reads what is there, once. Resolves the number of bytes, or null at the end of a stream. */
  read(p: Uint8Array): Promise<number | null> {
    // As in Go: nothing is asked of an empty buffer but that the descriptor is open.
    if (p.length === 0 && !this.closing) return Promise.resolve(0);
    if (!this.mayTry(READ)) return this.start(READ, new ReadOp(this, p));
    const n = binding.recv(this.fd, p);
    if (n > 0) {
      this.took(n, p.length);
      return Promise.resolve(n);
    }
    const op = new ReadOp(this, p);
    if (n === EAGAIN) {
      this.notReady(READ);
      return this.start(READ, op);
    }
    const promise = promiseOf(op);
    op.settle(n);
    return promise;
  }

  /** Writes every byte. Resolves their number, or rejects with an error that has `n`, how many went. */
  write(p: Uint8Array): Promise<number> {
    if (!this.mayTry(WRITE)) return this.start(WRITE, new WriteOp(this, p, 0));
    if (this.stream && poller.bursts(this.slot)) return this.#cork(p);
    const n = binding.send(this.fd, p, 0);
    if (n > 0) poller.charge(n);
    if (n === p.length) return Promise.resolve(n);
    if (n === EAGAIN) this.notReady(WRITE);
    if (n === EAGAIN || n > 0) return this.start(WRITE, new WriteOp(this, p, Math.max(n, 0)));
    const op = new WriteOp(this, p, 0);
    const promise = promiseOf(op);
    op.refuse(n);
    return promise;
  }

  /** Writes every byte of several pieces, in order, in as few calls as can be; as {@link FD.write} otherwise. */
  writev(pieces: Uint8Array[]): Promise<number> {
    return this.start(WRITE, new WriteVOp(this, pieces));
  }

  /** Begins an operation: tries it, parks it, or lines it up. An abort of `signal` takes it out again. */
  start<T>(mode: Mode, op: Op<T>, signal?: AbortSignal): Promise<T> {
    const promise = promiseOf(op);
    if (this.closing) op.fail(ErrClosed);
    else if (signal?.aborted) op.fail(canceled(signal));
    else this.#enter(mode, op as Op<unknown>, signal);
    return promise;
  }

  /** The poller: this side became ready. */
  resume(mode: Mode): void {
    const side = this.slot * 2 + mode;
    const bit = READABLE << mode;
    if (mode === WRITE) poller.ready[this.slot]! &= ~OUT_OF_TURN;
    let op: Op<unknown> | null = poller.waiting[side]!;
    while (op !== null && poller.ready[this.slot]! & bit) {
      if (!attempt(op)) {
        // It gave way although there is more to do: a long row of accepts, say.
        if (poller.ready[this.slot]! & bit) poller.defer(side);
        return;
      }
      op = this.#next(mode, op);
      // Each may have moved many bytes, and the line be long.
      if (op !== null && poller.turn < 0 && !op.over) {
        poller.defer(side);
        return;
      }
    }
  }

  /**
   * Sends what was held back for others to go along; the rest waits as usual. A callback among it may close the
   * descriptor.
   */
  uncork(): void {
    if (this.closing || (poller.ready[this.slot]! & CORKED) === 0) return;
    poller.ready[this.slot]! &= ~CORKED;
    this.resume(WRITE);
    const left = poller.unpark(this.slot, WRITE);
    if (left !== null) this.#park(WRITE, left);
  }

  /**
   * Has every write go that wants for nothing but the next turn of the loop, as far as there is room for it, before what
   * follows makes it too late.
   */
  flush(): void {
    this.uncork();
    if (this.closing || (poller.ready[this.slot]! & OUT_OF_TURN) === 0) return;
    // What an attempt calls may close the descriptor: then it is under way already.
    poller.ready[this.slot]! &= ~OUT_OF_TURN;
    const { turn } = poller;
    // As far as the kernel has room: there is no other turn for it.
    poller.turn = LAST_TURN;
    let op = poller.waiting[this.slot * 2 + WRITE]!;
    while (op !== null && (poller.ready[this.slot]! & WRITABLE) !== 0 && attempt(op))
      op = this.#next(WRITE, op)!;
    poller.turn = turn;
  }

  /** The poller: this side's deadline has passed. */
  expire(mode: Mode): void {
    this.#evict(mode, ErrDeadlineExceeded);
    if (mode === READ) this.mayBeReady(READ);
  }

  /** The kernel said EAGAIN: nothing is tried on this side before the poller tells. */
  notReady(mode: Mode): void {
    poller.ready[this.slot]! &= ~(READABLE << mode);
  }

  /**
   * There may be something to do of which no event tells. A reader that gives up leaves it so: it may have waited for
   * something else, an error queue or what a callback looks at, and the event for the others has passed.
   */
  mayBeReady(mode: Mode): void {
    const side = this.slot * 2 + mode;
    poller.ready[this.slot]! |= READABLE << mode;
    if (poller.waiting[side] !== null) poller.defer(side);
  }

  /** A read of `n` bytes into room for `room` went through: a short one may have drained a stream. */
  took(n: number, room: number): void {
    if (n < room && this.drains && (poller.ready[this.slot]! & DISTRUST) === 0) this.notReady(READ);
  }

  /** Sets the deadline of a side: epoch milliseconds, or Infinity for none. */
  setDeadline(mode: Mode, at: number): void {
    if (mode === WRITE) this.uncork();
    if (this.closing) throw ErrClosed;
    poller.deadlines.set(this.slot * 2 + mode, at);
  }

  /** Whether waiting operations keep the event loop alive from now on. */
  keepLoop(keeps: boolean): void {
    if (this.closing || keeps === this.keepsLoop) return;
    this.keepsLoop = keeps;
    for (const mode of [READ, WRITE] as const) {
      if (poller.waiting[this.slot * 2 + mode] === null) continue;
      if (keeps) poller.hold();
      else poller.release();
    }
  }

  /** Lends the number for the length of a callback; it is not closed before the last borrower is done. */
  borrow<T>(use: (fd: number) => T): T {
    this.uncork();
    if (this.closing) throw ErrClosed;
    this.#users++;
    try {
      return use(this.fd);
    } finally {
      this.#leave();
    }
  }

  /** Ends it: everything that waits fails with ErrClosed, then the descriptor goes. Throws the second time. */
  close(): void {
    this.flush();
    if (this.closing) throw ErrClosed;
    this.closing = true;
    this.#evict(READ, ErrClosed);
    this.#evict(WRITE, ErrClosed);
    this.#leave();
  }

  /**
   * Ends it as {@link FD.close} does, and gives up the descriptor instead of closing it: its number, which is the caller's,
   * or minus errno when it is a stranger's by now.
   */
  detach(): number {
    this.flush();
    if (this.closing) throw ErrClosed;
    this.closing = true;
    this.#evict(READ, ErrClosed);
    this.#evict(WRITE, ErrClosed);
    // The owner stays among the users, so that no borrower is the last and closes it.
    this.fd = -1;
    return poller.detach(this.slot);
  }

  #cork(p: Uint8Array): Promise<number> {
    const op = new WriteOp(this, p, 0);
    const promise = promiseOf(op);
    poller.cork(this.slot, op as Op<unknown>);
    return promise;
  }

  #leave(): void {
    if (--this.#users > 0) return;
    this.fd = -1;
    poller.close(this.slot);
  }

  /** Before a call that has no flag which says so: nothing may wait inside the kernel. Throws a SyscallError. */
  neverBlock(): void {
    if (this.shared) setNonblock(this.fd);
  }

  /** Whether a system call may be made this instant, ahead of any operation object. */
  mayTry(mode: Mode): boolean {
    const side = this.slot * 2 + mode;
    return (
      (poller.ready[this.slot]! & (READABLE << mode)) !== 0 &&
      !this.closing &&
      poller.waiting[side] === null &&
      poller.spend() &&
      !poller.deadlines.passed(side)
    );
  }

  #enter(mode: Mode, op: Op<unknown>, signal: AbortSignal | undefined): void {
    if (signal !== undefined) this.#watch(mode, op, signal);
    const side = this.slot * 2 + mode;
    // The deadline may have passed since the others were held back: they were in time, and this one is not.
    if (mode === WRITE && poller.ready[this.slot]! & CORKED && poller.deadlines.passed(side)) this.uncork();
    if (poller.waiting[side] === null && this.#tryNow(mode, op)) return;
    // Asked again: its own attempt may have run a callback that began another operation, which waits already, or that
    // closed the descriptor, whose slot is somebody else's then.
    const head = poller.waiting[side]!;
    if (head === null || this.closing) this.#park(mode, op);
    else append(head, op);
  }

  // False when the operation has to wait: nothing is ready, or others have their turn first.
  #tryNow(mode: Mode, op: Op<unknown>): boolean {
    if (op.asksFirst) this.mayBeReady(mode);
    if ((poller.ready[this.slot]! & (READABLE << mode)) === 0) return false;
    if (poller.deadlines.passed(this.slot * 2 + mode)) {
      op.fail(ErrDeadlineExceeded);
      return true;
    }
    return poller.spend() && attempt(op);
  }

  // `op` may have others in line behind it.
  #park(mode: Mode, op: Op<unknown>): void {
    if (this.closing) {
      op.fail(ErrClosed);
      return;
    }
    try {
      const result = poller.park(this.slot, mode, op);
      if (result < 0) failAll(op, new SyscallError("epoll_ctl", result));
    } catch (error) {
      // The poller itself could not be made: no descriptors left, say. The next one to wait tries again.
      failAll(op, error as Error);
    }
  }

  // Steps to the next in line after `op`, which is done. It may have been evicted meanwhile.
  #next(mode: Mode, op: Op<unknown>): Op<unknown> | null {
    const side = this.slot * 2 + mode;
    if (poller.waiting[side] !== op) return null;
    const { next } = op;
    if (next === null) {
      poller.unpark(this.slot, mode);
    } else {
      next.last = op.last === next ? null : op.last;
      poller.waiting[side] = next;
      if (next.asksFirst) this.mayBeReady(mode);
    }
    return next;
  }

  #evict(mode: Mode, cause: Error): void {
    failAll(poller.unpark(this.slot, mode), cause);
  }

  // Fails `op` when the signal aborts, and lets go of the signal when it settles.
  #watch(mode: Mode, op: Op<unknown>, signal: AbortSignal): void {
    const abort = () => {
      if (this.#remove(mode, op)) op.fail(canceled(signal));
    };
    const { resolve, reject } = op;
    const forget = onAbort(signal, abort);
    op.resolve = (value) => {
      forget();
      resolve(value);
    };
    op.reject = (error) => {
      forget();
      reject(error);
    };
  }

  // Takes one operation out of the line; false when it is no longer there.
  #remove(mode: Mode, op: Op<unknown>): boolean {
    const head = poller.waiting[this.slot * 2 + mode]!;
    if (head === op) {
      this.#next(mode, op);
      if (mode === READ) this.mayBeReady(READ);
      return true;
    }
    let before = head as Op<unknown> | null;
    while (before !== null && before.next !== op) before = before.next;
    if (before === null) return false;
    before.next = op.next;
    if (head.last === op) head.last = before === head ? null : before;
    return true;
  }
}

// Elsewhere a read is always tried before it waits: only Linux promises a new edge after a short read.
const shortReadDrains = process.platform === "linux";

function append(head: Op<unknown>, op: Op<unknown>): void {
  (head.last ?? head).next = op;
  head.last = op;
}

function failAll(line: Op<unknown> | null, cause: Error): void {
  for (let op = line; op !== null; op = op.next) op.fail(cause);
}

// A bug in one operation must not lose the rest of a batch.
function attempt(op: Op<unknown>): boolean {
  try {
    return op.attempt();
  } catch (error) {
    op.fail(error as Error);
    return true;
  }
}
