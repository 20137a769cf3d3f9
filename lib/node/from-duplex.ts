// Go: net/net.go (Conn), crypto/tls/conn.go (Close, a write that timed out)
import { Duplex } from "node:stream";
import { type Addr, TCPAddr } from "../addr/index.js";
import { type Deadline, deadlineOf } from "../conn.js";
import { asError, ErrClosed, Errno, invalidArgType, OpError } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { resting } from "../netutil/at-rest.js";
import { Line } from "../pipe-line.js";
import { Reading, Writing } from "./duplex-line.js";
import { checkOptions, type StreamConn } from "./stream-conn.js";

// How long close waits for what was written to go, in milliseconds: as long as Go's tls waits to say goodbye.
const GOODBYE = 5000;
const NOTHING = new Uint8Array();

/** What `fromDuplex` takes beside the stream. */
export interface DuplexConnOptions {
  /** What `localAddr` is; by default what the stream knows, as a socket does, or null. */
  localAddr?: Addr | null | undefined;
  /** What `remoteAddr` is. */
  remoteAddr?: Addr | null | undefined;
}

/**
 * A Duplex of Node's as a connection: reads and writes that are promises, with deadlines. Nothing is read ahead beyond the
 * stream's own high-water mark. Go: net.Conn.
 */
export class DuplexConn implements StreamConn {
  readonly localAddr: Addr | null;
  readonly remoteAddr: Addr | null;
  readonly #duplex: Duplex;
  readonly #readers = new Line<Reading>();
  readonly #writers = new Line<Writing>();
  // What the stream gave and no read has taken yet.
  #rest: Uint8Array = NOTHING;
  #sending = false;
  #closed = false;
  #finished = false;
  // The stream says that it has something, and has no byte: its end, which it tells only who reads.
  #ending = false;
  // False until the handshake is over: nothing goes to, or comes from, a peer that is not known yet.
  #ready: boolean;
  #failure: Error | null = null;
  #writeFailure: Error | null = null;
  // It failed a write of which the stream had the bytes.
  #cut: Error | null = null;
  readonly #wrap = (op: string, cause: Error, n?: number) => this.#error(op, cause, n);

  /** @internal {@link fromDuplex} makes them. `ready` holds everything back until it resolves. */
  constructor(duplex: Duplex, options: DuplexConnOptions = {}, ready?: Promise<void>) {
    this.#duplex = duplex;
    this.localAddr = options.localAddr === undefined ? addrOf(duplex, "local") : options.localAddr;
    this.remoteAddr = options.remoteAddr === undefined ? addrOf(duplex, "remote") : options.remoteAddr;
    this.#ready = ready === undefined;
    ready?.then(
      () => this.#begin(),
      (error: unknown) => this.#fail(asError(error)),
    );
    duplex.on("error", (error) => this.#fail(error));
    duplex.on("close", () => this.#gone());
    duplex.on("end", () => this.#pull());
    duplex.on("readable", () => {
      this.#ending = duplex.readableLength === 0;
      this.#pull();
    });
    if (duplex.errored !== null) this.#fail(duplex.errored);
    else if (duplex.destroyed) this.#gone();
  }

  /**
   * As `Conn.read`: resolves what is there, `null` at the end. Rejects with an OpError `read`, after what came before the
   * stream failed.
   */
  read(p: Uint8Array): Promise<number | null> {
    try {
      checkBytes("p", p);
      if (p.length === 0 && !this.#closed) return Promise.resolve(0);
    } catch (error) {
      return Promise.reject(asError(error));
    }
    const reading = new Reading(p, this.#wrap);
    this.#readers.push(reading);
    this.#pull();
    this.#readers.arm();
    return reading.promise;
  }

  /**
   * As `Conn.write`: resolves when the stream has passed on all bytes, which it is given a copy of. Rejects with an OpError
   * `write`; its `n` is 0 then, since a stream does not tell. After one that ran into its deadline under way, all
   * fail: nobody knows where the next would begin.
   */
  write(p: Uint8Array | string): Promise<number> {
    try {
      const bytes = typeof p === "string" ? Buffer.from(p) : p;
      checkBytes("p", bytes, "a string, Uint8Array or Buffer");
      return this.enter("write", bytes);
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /**
   * Ends what is written, when all of it went. Throws an OpError `close` with `ERR_CLOSED`; and with what cut a write under way,
   * after which nothing goes any more: a peer that heard of the end would take what it has for all there was.
   */
  closeWrite(): void {
    if (this.#closed) throw this.#error("close", ErrClosed);
    if (this.#cut !== null) throw this.#error("close", this.#cut);
    this.#finished = true;
    this.#send();
  }

  /**
   * Closes it. What waits rejects with `ERR_CLOSED` first. The stream is ended, which of TLS tells the peer, and destroyed
   * when that went, after 5 seconds at the latest. A second call throws `ERR_CLOSED`.
   */
  close(): void {
    if (this.#closed) throw this.#error("close", ErrClosed);
    this.#closed = true;
    this.#readers.clear((reading) => reading.fail(ErrClosed));
    this.#writers.clear((writing) => writing.fail(ErrClosed));
    const duplex = this.#duplex;
    if (duplex.destroyed || !this.#ready || duplex.writableFinished) {
      duplex.destroy();
      return;
    }
    const timer = setTimeout(() => duplex.destroy(), GOODBYE);
    duplex.once("close", () => clearTimeout(timer));
    duplex.end(() => duplex.destroy());
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    if (!this.#closed) this.close();
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  /** Sets both deadlines. Throws an OpError `set` with `ERR_CLOSED`. Go: Conn.SetDeadline. */
  setDeadline(t: Deadline): void {
    this.setReadDeadline(t);
    this.setWriteDeadline(t);
  }

  /** As `Conn.setReadDeadline`. Go: Conn.SetReadDeadline. */
  setReadDeadline(t: Deadline): void {
    this.#readers.setDeadline(this.#deadlineOf(t));
  }

  /** As `Conn.setWriteDeadline`, with what {@link write} says of it. Go: Conn.SetWriteDeadline. */
  setWriteDeadline(t: Deadline): void {
    this.#writers.setDeadline(this.#deadlineOf(t));
  }

  /** What waits keeps the event loop alive: the default. */
  ref(): this {
    (this.#duplex as { ref?(): void }).ref?.();
    this.#readers.keepLoop(true);
    this.#writers.keepLoop(true);
    return this;
  }

  /** Lets the process end although something waits here. */
  unref(): this {
    (this.#duplex as { unref?(): void }).unref?.();
    this.#readers.keepLoop(false);
    this.#writers.keepLoop(false);
    return this;
  }

  /** @internal Whether the peer has neither ended it nor sent what nobody has read. */
  [resting](): boolean {
    const { readable, readableLength } = this.#duplex;
    return readable && readableLength === 0 && this.#rest.length === 0 && !this.#ending;
  }

  /** @internal Lines up a write, or what waits for its turn among them. */
  protected enter(op: string, p: Uint8Array): Promise<number> {
    const writing = new Writing(op, p, this.#wrap, (cause) => {
      if (this.#writeFailure === null) this.#writeFailure = this.#cut = cause;
    });
    if (this.#finished && op === "write") writing.fail(new Errno("EPIPE"));
    else this.#writers.push(writing);
    this.#send();
    this.#writers.arm();
    return writing.promise;
  }

  #deadlineOf(t: Deadline): number {
    const at = deadlineOf(t);
    if (this.#closed) throw this.#error("set", ErrClosed);
    return at;
  }

  #error(op: string, cause: Error, n?: number): Error {
    if (cause instanceof TypeError) return n === undefined ? cause : Object.assign(cause, { n });
    const { localAddr: source, remoteAddr: addr } = this;
    const net = addr?.network ?? source?.network ?? "duplex";
    return new OpError({ op, net, source, addr, cause, ...(n === undefined ? {} : { n }) });
  }

  #begin(): void {
    this.#ready = true;
    this.#pull();
    this.#send();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#writeFailure ??= error;
    this.#pull();
    this.#send();
  }

  // Destroyed, by whomever. Without an end before, the peer said nothing that could be taken for one.
  #gone(): void {
    if (!this.#duplex.readableEnded) this.#failure ??= ErrClosed;
    this.#writeFailure ??= ErrClosed;
    this.#pull();
    this.#send();
  }

  // Serves the reads in line with what the stream has.
  #pull(): void {
    this.#readers.expire();
    if (this.#closed) return this.#readers.clear((reading) => reading.fail(ErrClosed));
    for (let reading; (reading = this.#readers.head) !== null; this.#readers.shift()) {
      if (reading.lost()) continue;
      const chunk = this.#rest.length > 0 ? this.#rest : this.#take();
      if (chunk !== null) {
        const n = Math.min(chunk.length, reading.p.length);
        reading.p.set(chunk.subarray(0, n));
        this.#rest = chunk.subarray(n);
        reading.resolve(n);
      } else if (this.#failure !== null) {
        reading.fail(this.#failure);
      } else if (this.#duplex.readableEnded) {
        reading.resolve(null);
      } else {
        return;
      }
    }
  }

  #take(): Uint8Array | null {
    if (!this.#ready) return null;
    const chunk = this.#duplex.read() as Uint8Array | string | null;
    return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  }

  // Gives the stream one write at a time, so that one whose time is over before its turn has not begun.
  #send(): void {
    this.#writers.expire();
    const cause = this.#closed ? ErrClosed : this.#writeFailure;
    if (cause !== null) return this.#writers.clear((writing) => writing.fail(cause));
    while (this.#ready && !this.#sending && this.#writers.head !== null) {
      const writing = this.#writers.head;
      if (writing.lost()) this.#writers.shift();
      else if (writing.p.length === 0) this.#done(writing);
      else this.#give(writing);
    }
    if (this.#finished && this.#ready && this.#writers.head === null) this.#duplex.end();
  }

  #give(writing: Writing): void {
    this.#sending = true;
    writing.sent = true;
    this.#duplex.write(Buffer.from(writing.p), (error) => {
      this.#sending = false;
      // Of a stream that was destroyed, the reason says more than what that did to the write.
      if (error) this.#fail(this.#duplex.errored ?? error);
      else if (this.#writers.head === writing) this.#done(writing);
      this.#send();
    });
  }

  #done(writing: Writing): void {
    this.#writers.shift();
    writing.resolve(writing.p.length);
  }
}

/**
 * A Duplex as a connection with deadlines. The stream is the connection's from now on: nobody else may read from it, and it
 * does not end itself after its peer any more (`allowHalfOpen`). Throws `ERR_INVALID_ARG_TYPE` for what is no Duplex, or one
 * of objects rather than bytes.
 */
export function fromDuplex(duplex: Duplex, options: DuplexConnOptions = {}): DuplexConn {
  checkDuplex(duplex);
  checkOptions(options);
  duplex.allowHalfOpen = true;
  return new DuplexConn(duplex, options);
}

function checkDuplex(duplex: unknown): asserts duplex is Duplex {
  const isBytes = duplex instanceof Duplex && !duplex.readableObjectMode && !duplex.writableObjectMode;
  if (!isBytes) throw invalidArgType("duplex", "a Duplex of bytes", duplex);
}

// What a socket of Node's knows of its ends.
function addrOf(duplex: Duplex, side: "local" | "remote"): Addr | null {
  const known = duplex as unknown as Record<string, unknown>;
  const [ip, port] = [known[`${side}Address`], known[`${side}Port`]];
  return typeof ip === "string" && typeof port === "number" ? new TCPAddr({ ip, port }) : null;
}
