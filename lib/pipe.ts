// Go: net/pipe.go
import type { Addr } from "./addr/index.js";
import { type Deadline, deadlineOf } from "./conn.js";
import { ErrClosedPipe } from "./errors/index.js";
import { checkBytes } from "./internal/poll/buffers.js";
import { setImmediate } from "./internal/timers.js";
import { Line, Reading, Writing } from "./pipe-line.js";

const pipeAddr: Addr = Object.freeze({ network: "pipe", toString: () => "pipe" });

// So many meetings of a read and a write, and the event loop gets its turn: two ends that always have something for each
// other would otherwise keep everything else out, their own deadlines too.
const TURN = 256;

/** One direction of a pipe: where the reads of one end and the writes of the other meet. */
class Direction {
  readonly readers = new Line<Reading>();
  readonly writers = new Line<Writing>();
  // Which of its two ends is closed.
  #readerClosed = false;
  #writerClosed = false;
  #turn = TURN;

  get closed(): boolean {
    return this.#readerClosed || this.#writerClosed;
  }

  read(p: Uint8Array): Promise<number | null> {
    const reading = new Reading(p);
    if (this.#readerClosed) reading.fail(ErrClosedPipe);
    else if (this.#writerClosed) reading.resolve(null);
    else this.#enter(this.readers, reading);
    return reading.promise;
  }

  write(p: Uint8Array): Promise<number> {
    const writing = new Writing(p);
    if (this.closed) writing.fail(ErrClosedPipe);
    else this.#enter(this.writers, writing);
    return writing.promise;
  }

  closeReader(): void {
    this.#readerClosed = true;
    this.readers.clear((reading) => reading.fail(ErrClosedPipe));
    this.writers.clear((writing) => writing.fail(ErrClosedPipe));
  }

  closeWriter(): void {
    this.#writerClosed = true;
    this.readers.clear((reading) => reading.resolve(null));
    this.writers.clear((writing) => writing.fail(ErrClosedPipe));
  }

  #enter<W extends Reading | Writing>(line: Line<W>, member: W): void {
    line.push(member);
    this.#meet();
    line.arm();
  }

  // Lets those at the heads of both lines meet until one line is empty. A deadline that has passed wins over a partner.
  #meet(): void {
    this.readers.expire();
    this.writers.expire();
    while (this.readers.head !== null && this.writers.head !== null && this.#turn > 0) {
      if (this.readers.head.lost()) this.readers.shift();
      else if (this.writers.head.lost()) this.writers.shift();
      else this.#move(this.readers.head, this.writers.head);
    }
  }

  // From the writer's bytes straight into the reader's. A write is done when all its bytes went, and not before one read.
  #move(reading: Reading, writing: Writing): void {
    const n = Math.min(reading.p.length, writing.p.length - writing.n);
    reading.p.set(writing.p.subarray(writing.n, writing.n + n));
    writing.n += n;
    this.readers.shift();
    reading.resolve(n);
    if (writing.n === writing.p.length) {
      this.writers.shift();
      writing.resolve(writing.n);
    }
    if (--this.#turn === 0) setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#turn = TURN;
    this.#meet();
  }
}

/**
 * One end of a {@link pipe}. It has what every `Conn` has but the kernel's buffers, and differs from a socket in this:
 * a write waits for its readers; an empty read waits, too; `close` may be called again; and what was closed is told by
 * `ERR_CLOSED_PIPE`. Go: net.Conn as net.Pipe makes it.
 */
export class PipeConn {
  readonly #in: Direction;
  readonly #out: Direction;

  /** @internal Pipes have two ends: {@link pipe} makes both. */
  constructor(incoming: Direction, outgoing: Direction) {
    this.#in = incoming;
    this.#out = outgoing;
  }

  /** Network and text are `pipe`, as of every end of every pipe. Go: Conn.LocalAddr. */
  get localAddr(): Addr {
    return pipeAddr;
  }

  /** The same as {@link localAddr}. Go: Conn.RemoteAddr. */
  get remoteAddr(): Addr {
    return pipeAddr;
  }

  /**
   * Waits for a write of the other end, and takes as many of its bytes as `p` has room for. Resolves their number, 0 if
   * the write or `p` is empty, or `null` when the other end is closed. `p` is written to only before the promise settles.
   * Concurrent reads are served in order. Go: Conn.Read.
   *
   * Rejects with `ErrClosedPipe` when this end is closed, with an OpError `read` (`ERR_DEADLINE`), or with a TypeError
   * (`ERR_INVALID_ARG_TYPE`, `ERR_BUFFER_DETACHED`) for a `p` it cannot use. No byte is lost.
   */
  read(p: Uint8Array): Promise<number | null> {
    try {
      checkBytes("p", p);
      return this.#in.read(p);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Writes all of `p` (a string as UTF-8), waiting until reads of the other end have taken every byte; an empty `p` waits
   * for one read. Resolves the number of bytes. They are copied when a read takes them and not before, so `p` must not
   * change until the promise settles. Concurrent writes never mix. Go: Conn.Write.
   *
   * Rejects with an error whose `n` tells how many bytes went first: with `ERR_CLOSED_PIPE` (its `cause` is
   * `ErrClosedPipe`) when either end is closed, with an OpError `write` (`ERR_DEADLINE`), or with a TypeError
   * (`ERR_BUFFER_DETACHED`); or, before any byte went, with a TypeError (`ERR_INVALID_ARG_TYPE`).
   */
  write(p: Uint8Array | string): Promise<number> {
    try {
      const bytes = typeof p === "string" ? Buffer.from(p) : p;
      checkBytes("p", bytes, "a string, Uint8Array or Buffer");
      return this.#out.write(bytes);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Closes this end at once. What waits here rejects with `ERR_CLOSED_PIPE`; at the other end reads resolve `null` and
   * writes reject. Unlike a socket it may be closed again, which does nothing. Go: Conn.Close.
   */
  close(): void {
    this.#in.closeReader();
    this.#out.closeWriter();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Sets both deadlines. Throws `ErrClosedPipe` when either end is closed. Go: Conn.SetDeadline. */
  setDeadline(t: Deadline): void {
    const at = this.#deadlineOf(t);
    this.#in.readers.setDeadline(at);
    this.#out.writers.setDeadline(at);
  }

  /**
   * From this instant on reads fail with `ERR_DEADLINE`, also those that wait; a later deadline, or null, revives them.
   * Throws `ErrClosedPipe` when either end is closed. Go: Conn.SetReadDeadline.
   */
  setReadDeadline(t: Deadline): void {
    this.#in.readers.setDeadline(this.#deadlineOf(t));
  }

  /** The same for writes. A write that fails this way may have sent some of its bytes. Go: Conn.SetWriteDeadline. */
  setWriteDeadline(t: Deadline): void {
    this.#out.writers.setDeadline(this.#deadlineOf(t));
  }

  /** Operations that wait for a deadline keep the event loop alive again: the default. Others never do. */
  ref(): this {
    return this.#keepLoop(true);
  }

  /** Lets the process end although an operation waits here for its deadline. */
  unref(): this {
    return this.#keepLoop(false);
  }

  #keepLoop(keeps: boolean): this {
    this.#in.readers.keepLoop(keeps);
    this.#out.writers.keepLoop(keeps);
    return this;
  }

  #deadlineOf(t: Deadline): number {
    const at = deadlineOf(t);
    if (this.#in.closed) throw ErrClosedPipe;
    return at;
  }
}

/**
 * A connection in memory: what one end writes, the other reads, both ways. Nothing is kept in between: a write waits until
 * reads have taken all its bytes. An operation that nobody answers does not keep the process alive. Go: net.Pipe.
 */
export function pipe(): [PipeConn, PipeConn] {
  const there = new Direction();
  const back = new Direction();
  return [new PipeConn(back, there), new PipeConn(there, back)];
}
