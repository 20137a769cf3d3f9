// Go: bufio/bufio.go (Reader)
import {
  asError,
  checkInt,
  ErrBufferFull,
  ErrNoProgress,
  invalidArgType,
  PartialError,
} from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import type { Reader as IOReader, Writer as IOWriter } from "../limited-reader.js";
import { AsciiText } from "./ascii-text.js";
import { delimiterOf, NEWLINE, RETURN } from "./delimiter.js";
import { partially, sentBy, writeAll } from "./partial.js";
import {
  checkCount,
  checkReader,
  checkWriter,
  isReaderFrom,
  isWriterTo,
  MAX_EMPTY_READS,
  WriterTo,
} from "./stream.js";
import { Turns } from "./turns.js";

/** What {@link Reader.readLine} gives. */
export interface Line {
  /** The line without its end, as a view into the buffer: good until the next call. */
  line: Uint8Array;
  /** Whether the line did not fit into the buffer, and goes on with the next call. */
  isPrefix: boolean;
}

/** How a {@link Reader} or Writer is made. */
export interface BufferOptions {
  /** Bytes of its buffer; 4096 if left out, and at least 16. */
  size?: number | undefined;
}

/** The size that was asked for, or the error that says what is wrong with it. */
export function sizeOf(options: BufferOptions | undefined): number {
  if (options === undefined) return DEFAULT_SIZE;
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "an object", options);
  const { size = DEFAULT_SIZE } = options;
  return Math.max(checkInt("options.size", size, 1, 0x7fffffff), MIN_SIZE);
}

const DEFAULT_SIZE = 4096;
const MIN_SIZE = 16;
const MAX = Number.MAX_SAFE_INTEGER;

// A promise that is settled can be had by many: a byte costs none of its own.
const bytes: Promise<number>[] = [];

/**
 * Reads in large pieces, and gives out small ones. What lies in the buffer is given at once, by a promise that is resolved
 * already, or by the methods that begin with `try` without any. Views into the buffer are good until the next call.
 *
 * Calls that wait are served in order. At the end of the stream every method gives what there is left, and then null. An
 * error of what it reads from rejects, and takes nothing out of the buffer: after a deadline that passed set a later one
 * and ask again. Go: bufio.Reader.
 */
export class Reader extends WriterTo implements IOReader {
  /** Bytes of the buffer. Go: Reader.Size. */
  readonly size: number;
  readonly #rd: IOReader;
  // Longer than `size` only while one piece of `readBytes` is.
  #buf: Buffer;
  // What lies between has been read, and not been given out.
  #r = 0;
  #w = 0;
  readonly #ascii = new AsciiText();
  readonly #turns = new Turns();

  /** Throws a TypeError or RangeError for what is no reader, or no size. Go: bufio.NewReader, bufio.NewReaderSize. */
  constructor(rd: IOReader, options?: BufferOptions) {
    super();
    checkReader("rd", rd);
    this.#rd = rd;
    this.size = sizeOf(options);
    this.#buf = Buffer.allocUnsafeSlow(this.size);
  }

  /** How many bytes can be read without waiting. Go: Reader.Buffered. */
  get buffered(): number {
    return this.#w - this.#r;
  }

  /**
   * Reads what is there into `p`, by one read of the stream at most; one as long as the buffer goes past it. Resolves
   * the number of bytes, null at the end. Go: Reader.Read.
   */
  read(p: Uint8Array): Promise<number | null> {
    try {
      checkBytes("p", p);
      if (this.#turns.busy || this.#r === this.#w) return this.#turns.run(() => this.#read(p));
      return Promise.resolve(this.#take(p));
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** The next byte; null at the end. Go: Reader.ReadByte. */
  readByte(): Promise<number | null> {
    const byte = this.tryReadByte();
    if (byte !== null) return (bytes[byte] ??= Promise.resolve(byte));
    return this.#turns.run(async () => ((await this.#has(1)) > 0 ? this.#buf[this.#r++]! : null));
  }

  /** The next byte if it is in the buffer, else null: then {@link readByte} waits for it. */
  tryReadByte(): number | null {
    return this.#turns.busy || this.#r === this.#w ? null : this.#buf[this.#r++]!;
  }

  /**
   * A view of the next `n` bytes, which stay to be read; of less at the end of the stream, and null there. Rejects with
   * a PartialError `ERR_BUFFER_FULL`, whose `partial` has all that fits, when `n` is more than `size`. Go: Reader.Peek.
   */
  async peek(n: number): Promise<Uint8Array | null> {
    checkInt("n", n, 0, MAX);
    if (n <= this.size && this.#holds(n)) return this.#view(n);
    return this.#turns.run(async () => {
      const has = await this.#has(Math.min(n, this.size));
      const fits = Math.min(has, this.size);
      if (n > this.size) throw partially(ErrBufferFull, fits, this.#view(fits));
      return has === 0 && n > 0 ? null : this.#view(Math.min(n, has));
    });
  }

  /**
   * Skips `n` bytes, and resolves their number: less at the end of the stream, and null there. Rejects with a PartialError
   * when some were skipped before the stream failed. Go: Reader.Discard.
   */
  async discard(n: number): Promise<number | null> {
    checkInt("n", n, 0, MAX);
    return this.#holds(n) ? this.#consume(n).length : this.#turns.run(() => this.#discard(n));
  }

  /**
   * All up to and with the first `delim`, a byte or a character of ASCII, as a view; what is left at the end of the
   * stream, and then null. Rejects with a PartialError `ERR_BUFFER_FULL`, whose `partial` are the bytes that are taken out
   * then, when the buffer is full before. Go: Reader.ReadSlice.
   */
  async readSlice(delim: number | string): Promise<Uint8Array | null> {
    const byte = delimiterOf(delim);
    return this.#turns.run(async () => {
      const length = await this.#until(byte, this.size);
      if (length === 0) return null;
      const slice = this.#consume(length);
      if (length === this.size && slice.at(-1) !== byte) throw new PartialError(ErrBufferFull, length, slice);
      return slice;
    });
  }

  /** The same if it is in the buffer, else null. */
  tryReadSlice(delim: number | string): Uint8Array | null {
    const length = this.#ready(delimiterOf(delim), this.size);
    return length === 0 ? null : this.#consume(length);
  }

  /**
   * All up to and with the first `delim`, however long, in memory of its own; what is left at the end of the stream,
   * and then null. There is no cap: of a peer who is not trusted read by a Scanner. Go: Reader.ReadBytes.
   */
  async readBytes(delim: number | string): Promise<Uint8Array | null> {
    const byte = delimiterOf(delim);
    return this.#turns.run(async () => {
      const length = await this.#until(byte, MAX);
      return length === 0 ? null : Buffer.from(this.#consume(length));
    });
  }

  /**
   * The same as text, decoded from UTF-8. Text that is kept may keep as much of the stream as the buffer held, 64 KiB at
   * most, as parts of a string do. Go: Reader.ReadString.
   */
  readString(delim: number | string): Promise<string | null> {
    try {
      const text = this.tryReadString(delim);
      if (text !== null) return Promise.resolve(text);
      return this.#turns.run(() => this.#readString(delimiterOf(delim)));
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** The same if it is in the buffer, else null. */
  tryReadString(delim: number | string): string | null {
    const text = this.#known(delim);
    if (text !== null) return text;
    const length = this.#ready(delimiterOf(delim), MAX);
    return length === 0 ? null : this.#text(length);
  }

  /**
   * The next line without its end, `\n` or `\r\n`, as a view. One that does not fit into the buffer comes in pieces. The last
   * one need not have an end; then null. Go: Reader.ReadLine.
   */
  readLine(): Promise<Line | null> {
    const line = this.tryReadLine();
    if (line !== null) return Promise.resolve({ line, isPrefix: false });
    return this.#turns.run(async () => {
      const length = await this.#until(NEWLINE, this.size);
      return length === 0 ? null : this.#line(length);
    });
  }

  /** The next line without its end, as a view, if all of it is in the buffer; else null. */
  tryReadLine(): Uint8Array | null {
    const length = this.#ready(NEWLINE, this.size);
    return length === 0 ? null : this.#line(length).line;
  }

  /**
   * Copies all that is to come to `w`, as {@link copy} does and with its errors. Resolves the number of bytes.
   * Go: Reader.WriteTo.
   */
  async writeTo(w: IOWriter): Promise<number> {
    checkWriter("w", w);
    return this.#turns.run(() => this.#writeTo(w));
  }

  // How many bytes lie ready up to and with a delimiter; 0 when it is not there or too far, or others wait for it.
  #ready(delim: number, cap: number): number {
    const found = this.#turns.busy ? -1 : this.#find(delim, this.#r);
    const length = found - this.#r + 1;
    return found < 0 || length > cap ? 0 : length;
  }

  #find(delim: number, start: number): number {
    return this.#ascii.indexOf(this.#buf, delim, start, this.#w);
  }

  #holds(n: number): boolean {
    return n <= this.buffered && !this.#turns.busy;
  }

  #view(length: number): Uint8Array {
    return this.#buf.subarray(this.#r, this.#r + length);
  }

  #consume(length: number): Uint8Array {
    const view = this.#view(length);
    this.#r += length;
    return view;
  }

  // What is text already: by far the most lines of a stream of them, so nothing that a line can do without is done here.
  #known(delim: number | string): string | null {
    if (typeof delim !== "string" || delim.length !== 1 || this.#turns.busy) return null;
    const text = this.#ascii.through(delim, this.#r);
    if (text !== null) this.#r += text.length;
    return text;
  }

  #text(length: number): string {
    const start = this.#r;
    this.#r += length;
    return this.#ascii.slice(this.#buf, start, this.#r, this.#w);
  }

  #take(p: Uint8Array): number {
    const n = Math.min(p.length, this.buffered);
    p.set(this.#consume(n));
    return n;
  }

  async #read(p: Uint8Array): Promise<number | null> {
    if (p.length === 0 || this.buffered > 0) return this.#take(p);
    if (p.length >= this.size) return checkCount(await this.#rd.read(p), p.length);
    this.#r = this.#w = 0;
    this.#ascii.forget();
    const n = checkCount(await this.#rd.read(this.#buf), this.#buf.length);
    this.#w = n ?? 0;
    return n === null ? null : this.#take(p);
  }

  async #readString(delim: number): Promise<string | null> {
    const length = await this.#until(delim, MAX);
    return length === 0 ? null : this.#text(length);
  }

  async #discard(n: number): Promise<number | null> {
    let left = n;
    try {
      while (left > 0 && (await this.#has(1)) > 0) {
        left -= this.#consume(Math.min(left, this.buffered)).length;
      }
    } catch (error) {
      throw partially(error, n - left);
    }
    return left === n && n > 0 ? null : n - left;
  }

  // Sees to it that `n` bytes lie in the buffer, which has room for them; how many do.
  async #has(n: number): Promise<number> {
    while (this.buffered < n && (await this.#fill()));
    return this.buffered;
  }

  // How many bytes to take: with the delimiter last; or without it, all there are, at the end or when they reach `cap`.
  async #until(delim: number, cap: number): Promise<number> {
    for (let scanned = 0; ;) {
      const found = this.#find(delim, this.#r + scanned);
      if (found >= 0) return Math.min(found - this.#r + 1, cap);
      scanned = this.buffered;
      if (scanned >= cap || !(await this.#fill())) return Math.min(this.buffered, cap);
    }
  }

  // One read of the stream, behind what is there; false at its end.
  async #fill(): Promise<boolean> {
    this.#makeRoom();
    for (let i = 0; i < MAX_EMPTY_READS; i++) {
      const room = this.#buf.subarray(this.#w);
      const n = checkCount(await this.#rd.read(room), room.length);
      if (n === null) return false;
      this.#w += n;
      if (n > 0) return true;
    }
    throw ErrNoProgress;
  }

  #makeRoom(): void {
    this.#ascii.forget();
    const [length, held] = [this.#buf.length, this.buffered];
    const needed = held < this.size ? this.size : Math.max(length, held * 2);
    if (needed === length) {
      if (this.#r > 0) this.#buf.copyWithin(0, this.#r, this.#w);
    } else {
      const larger = Buffer.allocUnsafeSlow(needed);
      this.#buf.copy(larger, 0, this.#r, this.#w);
      this.#buf = larger;
    }
    this.#r = 0;
    this.#w = held;
  }

  #line(length: number): Line {
    const end = this.#r + length;
    if (this.#buf[end - 1] === NEWLINE) {
      const drop = length > 1 && this.#buf[end - 2] === RETURN ? 2 : 1;
      return { line: this.#consume(length).subarray(0, length - drop), isPrefix: false };
    }
    const isPrefix = length === this.size;
    // A return at the end of a piece may belong to the end of the line: the next piece will tell.
    const keep = isPrefix && this.#buf[end - 1] === RETURN ? 1 : 0;
    return { line: this.#consume(length - keep), isPrefix };
  }

  async #writeTo(w: IOWriter): Promise<number> {
    let total = 0;
    // How much of what is on its way out may have gone when that fails.
    let atMost = 0;
    try {
      do {
        atMost = this.buffered;
        if (atMost > 0) await writeAll(w, this.#view(atMost));
        this.#r += atMost;
        total += atMost;
        atMost = MAX;
        if (isWriterTo(this.#rd)) return total + (await this.#rd.writeTo(w));
        if (isReaderFrom(w)) return total + (await w.readFrom(this.#rd));
        atMost = 0;
      } while (await this.#fill());
      return total;
    } catch (error) {
      const sent = sentBy(error, atMost);
      this.#r += Math.min(sent, this.buffered);
      throw partially(error, total + sent);
    }
  }
}
