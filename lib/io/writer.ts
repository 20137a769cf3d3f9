// Go: bufio/bufio.go (Writer)
import { asError, checkInt, ErrNoProgress } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { readOnce, type Reader as IOReader, type Writer as IOWriter } from "../limited-reader.js";
import { partially, sentBy, writeAll } from "./partial.js";
import { type BufferOptions, sizeOf } from "./reader.js";
import {
  checkCount,
  checkReader,
  checkWriter,
  type CopySource,
  isReaderFrom,
  MAX_EMPTY_READS,
  ReaderFrom,
} from "./stream.js";
import { Turns } from "./turns.js";

const DONE = Promise.resolve();

/**
 * Collects small pieces, and writes them in large ones: when its buffer is full, and by {@link flush}, without which the last
 * ones stay where they are. A piece no longer than the buffer is copied at once, and while there is room for it the promise
 * is resolved already.
 *
 * An error of what it writes to is kept: that call and all that come after it reject. So only `flush` need be awaited, when
 * memory does not matter; a promise of another method that nobody looks at may reject unseen. Go: bufio.Writer.
 */
export class Writer extends ReaderFrom implements IOWriter {
  /** Bytes of the buffer. Go: Writer.Size. */
  readonly size: number;
  readonly #wr: IOWriter;
  readonly #buf: Buffer;
  #n = 0;
  #error: Error | null = null;
  readonly #turns = new Turns();

  /** Throws a TypeError or RangeError for what is no writer, or no size. Go: bufio.NewWriter, bufio.NewWriterSize. */
  constructor(wr: IOWriter, options?: BufferOptions) {
    super();
    checkWriter("wr", wr);
    this.#wr = wr;
    this.size = sizeOf(options);
    this.#buf = Buffer.allocUnsafeSlow(this.size);
  }

  /** How many bytes wait in the buffer. Go: Writer.Buffered. */
  get buffered(): number {
    return this.#n;
  }

  /** How many more fit into it. Go: Writer.Available. */
  get available(): number {
    return this.size - this.#n;
  }

  /**
   * Takes all of `p`, a string as UTF-8; one longer than the buffer goes past it, and must not change before the promise
   * settles. Resolves the number of bytes. Rejects with what the stream rejects with, now or before; as a PartialError when `n`
   * bytes were taken first. Go: Writer.Write, Writer.WriteString.
   */
  write(p: Uint8Array | string): Promise<number> {
    try {
      if (typeof p === "string") return this.#writeText(p);
      checkBytes("p", p, "a string, Uint8Array or Buffer");
      if (!this.#fits(p.length)) {
        const kept = p.length > this.size ? p : Buffer.from(p);
        return this.#later(() => this.#write(kept));
      }
      this.#buf.set(p, this.#n);
      this.#n += p.length;
      return Promise.resolve(p.length);
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** Takes one byte. Rejects as {@link write}, and for what is no byte. Go: Writer.WriteByte. */
  writeByte(c: number): Promise<void> {
    try {
      checkInt("c", c, 0, 255);
      if (!this.#fits(1)) return this.#later(async () => void (await this.#write(Uint8Array.of(c))));
      this.#buf[this.#n++] = c;
      return DONE;
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  /** Writes what the buffer holds. Rejects as {@link write}. Go: Writer.Flush. */
  flush(): Promise<void> {
    if (this.#n === 0 && this.#fits(0)) return DONE;
    return this.#later(() => this.#flush());
  }

  /**
   * Takes all that `r` gives until it ends; resolves the number of bytes. What is under the buffer is let do it when that
   * knows how, as a TCPConn does. Rejects as {@link write} and {@link copy}. Go: Writer.ReadFrom.
   */
  async readFrom(r: CopySource): Promise<number> {
    checkReader("r", r);
    return this.#later(() => this.#readFrom(r));
  }

  #fits(length: number): boolean {
    return length <= this.available && this.#error === null && !this.#turns.busy;
  }

  // The error is kept for the next call, so nobody has to look at this one.
  #later<T>(operation: () => Promise<T>): Promise<T> {
    const promise = this.#turns.run(operation);
    promise.catch(() => {});
    return promise;
  }

  #writeText(p: string): Promise<number> {
    // UTF-8 takes at most three bytes for each unit of a string: mostly nobody has to count.
    if (!this.#fits(p.length * 3)) {
      const bytes = Buffer.from(p);
      return this.write(bytes);
    }
    const n = this.#buf.write(p, this.#n);
    this.#n += n;
    return Promise.resolve(n);
  }

  async #write(p: Uint8Array): Promise<number> {
    let taken = 0;
    try {
      this.#check();
      while (p.length - taken > this.available) {
        const rest = p.subarray(taken);
        if (this.#n > 0) {
          taken += this.#put(rest);
          await this.#flush();
        } else {
          await this.#kept(() => writeAll(this.#wr, rest));
          taken = p.length;
        }
      }
      return taken + this.#put(p.subarray(taken));
    } catch (error) {
      throw partially(error, Math.min(p.length, taken + (this.#n === 0 ? sentBy(error, p.length) : 0)));
    }
  }

  // As much as there is room for.
  #put(p: Uint8Array): number {
    const n = Math.min(p.length, this.available);
    this.#buf.set(n < p.length ? p.subarray(0, n) : p, this.#n);
    this.#n += n;
    return n;
  }

  async #flush(): Promise<void> {
    this.#check();
    const n = this.#n;
    if (n === 0) return;
    try {
      await this.#kept(() => writeAll(this.#wr, this.#buf.subarray(0, n)));
      this.#n = 0;
    } catch (error) {
      // What did not go is counted, as in Go, and goes nowhere any more.
      this.#n = n - sentBy(error, n);
      throw error;
    }
  }

  async #readFrom(r: CopySource): Promise<number> {
    let total = 0;
    this.#check();
    try {
      for (;;) {
        if (this.available === 0) await this.#flush();
        const under = this.#wr;
        if (this.#n === 0 && isReaderFrom(under))
          return total + (await this.#kept(() => under.readFrom(r as IOReader)));
        const n = await this.#fill(r);
        if (n === null) break;
        total += n;
      }
      if (this.available === 0) await this.#flush();
      return total;
    } catch (error) {
      throw partially(error, total);
    }
  }

  // One read into the room that is left, which gives something.
  async #fill(r: CopySource): Promise<number | null> {
    const room = this.#buf.subarray(this.#n);
    for (let i = 0; i < MAX_EMPTY_READS; i++) {
      const n = checkCount(await readOnce(r, room), room.length);
      this.#n += n ?? 0;
      if (n !== 0) return n;
    }
    throw ErrNoProgress;
  }

  #check(): void {
    if (this.#error !== null) throw this.#error;
  }

  async #kept<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      this.#error = asError(error);
      throw this.#error;
    }
  }
}
