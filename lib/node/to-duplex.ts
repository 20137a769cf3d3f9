import { Duplex } from "node:stream";
import { type Addr, TCPAddr } from "../addr/index.js";
import { checkBoolean, checkDuration, outOfRange } from "../errors/index.js";
import { checkOptions, checkStream, type StreamConn } from "./stream-conn.js";
import type { BridgeOptions, StreamOptions } from "./to-socket.js";

type Done = (error?: Error | null) => void;

// Buffers begin small, so that a thousand idle connections cost little, and grow with what comes.
const SMALLEST = 4 << 10;
const LARGEST = 64 << 10;
// What may wait to be written before the stream asks for a pause: less, since what is on its way comes on top. A pipe of large
// chunks pauses after each one anyway.
const WAITING = 32 << 10;
// Less room than this at the end of a buffer is left unused.
const LEAST = 512;
// The longest that a timer of Node waits, in milliseconds.
const MAX_TIMEOUT = 2 ** 31 - 1;
// A write tells nothing before its end, so one whose progress somebody watches goes in pieces.
const PIECE = 128 << 10;

/**
 * A connection as a Duplex of Node's. One read of the connection is under way at a time, and none while the stream holds
 * `readableHighWaterMark` bytes that nobody took; a write is called back when the connection has taken it. `end` is
 * `closeWrite`; where there is none, it closes the connection, since the peer would not hear of it otherwise. An error of
 * the connection destroys the stream with it, and `destroy` closes the connection.
 */
export class ConnDuplex extends Duplex {
  /** The connection under it. */
  readonly conn: StreamConn;
  #room = SMALLEST;
  #free: Buffer = Buffer.alloc(0);
  // By this stream: a read that waited then is over, and no failure.
  #closed = false;
  readonly #carriesTLS: boolean;
  #timer: NodeJS.Timeout | null = null;
  // Made once, or every read would make two functions.
  readonly #onRead = (n: number | null) => this.#took(n);
  readonly #onError = (error: Error) => {
    if (!this.#closed) this.destroy(error);
  };

  /** @internal {@link toDuplex} makes them. */
  constructor(conn: StreamConn, { allowHalfOpen = false, carriesTLS = false }: StreamOptions = {}) {
    checkStream(conn);
    checkBoolean("options.allowHalfOpen", allowHalfOpen);
    // When both directions have ended here, TLS may hold what its reader has not taken. It destroys this at its own end.
    super({
      allowHalfOpen,
      readableHighWaterMark: LARGEST,
      writableHighWaterMark: WAITING,
      autoDestroy: !carriesTLS,
    });
    this.conn = conn;
    this.#carriesTLS = carriesTLS;
    // A method that the connection lacks must be absent here, too.
    const writev = (chunks: { chunk: Buffer }[], done: Done) =>
      this.#give(
        chunks.map(({ chunk }) => chunk),
        done,
      );
    if (conn.writev !== undefined) Object.assign(this, { _writev: writev });
  }

  /** The peer's IP address as text; undefined where it has none, as in node:net. */
  get remoteAddress(): string | undefined {
    return partsOf(this.conn.remoteAddr).host;
  }

  /** The peer's port. */
  get remotePort(): number | undefined {
    return partsOf(this.conn.remoteAddr).port;
  }

  /** This end's IP address as text. */
  get localAddress(): string | undefined {
    return partsOf(this.conn.localAddr).host;
  }

  /** This end's port. */
  get localPort(): number | undefined {
    return partsOf(this.conn.localAddr).port;
  }

  /**
   * Emits `timeout` when nothing was read or written for so many milliseconds, and again after as many; 0 for never, and no
   * more than 2147483647. As `net.Socket.setTimeout`, which servers and agents of http call. Does nothing once the stream is
   * destroyed. Throws `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE`.
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    if (this.destroyed) return this;
    const limit = checkDuration("milliseconds", milliseconds);
    if (limit < 0 || limit === Infinity) throw outOfRange("milliseconds", "a finite number from 0", limit);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (limit > 0) {
      this.#timer = setTimeout(
        () => {
          this.#timer?.refresh();
          this.emit("timeout");
        },
        Math.min(limit, MAX_TIMEOUT),
      ).unref();
    }
    if (callback !== undefined && milliseconds > 0) this.once("timeout", callback);
    if (callback !== undefined && milliseconds === 0) this.off("timeout", callback);
    return this;
  }

  /** Passed on to a connection that has it, unless the stream is destroyed. */
  setNoDelay(noDelay = true): this {
    if (!this.destroyed) (this.conn as { setNoDelay?(on: boolean): void }).setNoDelay?.(noDelay);
    return this;
  }

  /** Passed on as well; `initialDelay` in milliseconds, 0 leaves it. */
  setKeepAlive(enable = false, initialDelay = 0): this {
    if (this.destroyed) return this;
    const conn = this.conn as { setKeepAlive?(on: boolean): void; setKeepAlivePeriod?(d: number): void };
    conn.setKeepAlive?.(enable);
    if (initialDelay > 0) conn.setKeepAlivePeriod?.(initialDelay);
    return this;
  }

  /** What waits keeps the event loop alive: the default. */
  ref(): this {
    (this.conn as { ref?(): void }).ref?.();
    return this;
  }

  /** What waits does not keep it alive. */
  unref(): this {
    (this.conn as { unref?(): void }).unref?.();
    return this;
  }

  /** Ends what is written, and destroys the stream when all of it went. As of `net.Socket`; servers of http call it. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  /** @internal */
  override _read(): void {
    this.#fill();
  }

  #fill(): void {
    if (this.#free.length < LEAST) this.#free = Buffer.allocUnsafeSlow(this.#room);
    this.conn.read(this.#free).then(this.#onRead, this.#onError);
  }

  /** @internal */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#give([chunk], done);
  }

  /** @internal */
  override _final(done: Done): void {
    const { conn } = this;
    try {
      // TLS has told its peer of the end itself, and may have an answer to read.
      if (conn.closeWrite !== undefined) conn.closeWrite();
      else if (!this.#carriesTLS) this.#closeWhole();
    } catch (error) {
      // The peer is gone: then the end is nothing that it could be told.
      if ((error as { code?: string }).code !== "ENOTCONN") return done(error as Error);
    }
    done();
  }

  /** @internal */
  override _destroy(error: Error | null, done: Done): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#closed = true;
    this.conn[Symbol.dispose]();
    done(error);
  }

  #closeWhole(): void {
    this.#closed = true;
    this.conn[Symbol.dispose]();
    this.push(null);
  }

  #give(chunks: Buffer[], settled: Done): void {
    this.#send(chunks).then(
      () => settled(),
      (error: Error) => {
        settled(error);
        this.destroy(error);
      },
    );
  }

  async #send(chunks: Buffer[]): Promise<void> {
    for (const pieces of this.#timer === null ? [chunks] : inPieces(chunks)) {
      this.#timer?.refresh();
      await (pieces.length === 1 ? this.conn.write(pieces[0]!) : this.conn.writev!(pieces));
    }
    this.#timer?.refresh();
  }

  // What is left of the buffer is for the next read. A read that filled it asks for a larger one.
  #took(n: number | null): void {
    // By then the stream has had its end.
    if (this.#closed) return;
    this.#timer?.refresh();
    if (n === null) {
      // TLS has something to write after the peer's end: its own.
      if (this.#carriesTLS) this.allowHalfOpen = true;
      this.push(null);
    } else if (n === 0) {
      // An empty write at the other end of a pipe.
      this.#fill();
    } else {
      const got = this.#free.subarray(0, n);
      if (n === this.#free.length) this.#room = Math.min(this.#room * 2, LARGEST);
      this.#free = this.#free.subarray(n);
      this.push(got);
    }
  }
}

// Lists of chunks, and of parts of them, that are no longer than a piece together.
function* inPieces(chunks: Buffer[]): Generator<Buffer[]> {
  let piece: Buffer[] = [];
  let room = PIECE;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + room);
      piece.push(part);
      at += part.length;
      room -= part.length;
      if (room > 0) continue;
      yield piece;
      piece = [];
      room = PIECE;
    }
  }
  if (piece.length > 0) yield piece;
}

/**
 * Any stream connection as a Duplex: an end of a `pipe`, TLS over TLS, or a socket that stays ours. `toSocket` is faster
 * where there is a descriptor to give away. Throws `ERR_INVALID_ARG_TYPE` for what is no stream connection.
 */
export function toDuplex(conn: StreamConn, options: BridgeOptions = {}): ConnDuplex {
  const { allowHalfOpen } = checkOptions(options);
  return new ConnDuplex(conn, { allowHalfOpen });
}

/** @internal Host and port as node:net tells them: undefined where there is no such thing. */
export function partsOf(addr: Addr | null): { host: string | undefined; port: number | undefined } {
  if (!(addr instanceof TCPAddr)) return { host: undefined, port: undefined };
  return { host: addr.ip?.toString(), port: addr.port };
}
