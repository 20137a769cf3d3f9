// Go: encoding/binary, by hand: a length in front of each message.
import { Conn } from "../conn.js";
import {
  checkBoolean,
  checkInt,
  ErrFrameTooLong,
  ErrUnexpectedEOF,
  invalidArgType,
  invalidArgValue,
  PartialError,
} from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import type { Reader as IOReader, Writer as IOWriter } from "../limited-reader.js";
import { writeAll } from "./partial.js";
import { readAtLeast } from "./read.js";
import { Reader } from "./reader.js";
import { checkWriter } from "./stream.js";
import { Turns } from "./turns.js";

/** How frames are written: the same at both ends. */
export interface FrameOptions {
  /** Bytes of the length in front of each: 1, 2 or 4; 4 if left out. */
  prefix?: 1 | 2 | 4 | undefined;
  /** Whether the length begins with its least byte; if not, which is how most protocols have it, with its greatest. */
  littleEndian?: boolean | undefined;
  /** The longest frame, in bytes without the length: 1 MiB if left out, and never more than the length can say. */
  max?: number | undefined;
}

interface Layout {
  readonly prefix: 1 | 2 | 4;
  readonly littleEndian: boolean;
  readonly max: number;
}

const DEFAULT_MAX = 1 << 20;
const LONG = 4096;

// What is announced need not come: so much is set aside for it, and more when it does.
const FIRST_ROOM = 64 << 10;

function layoutOf(options: FrameOptions): Layout {
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "an object", options);
  const { prefix = 4, littleEndian = false, max = DEFAULT_MAX } = options;
  if (![1, 2, 4].includes(prefix)) throw invalidArgValue("options.prefix", "1, 2 or 4", prefix);
  checkBoolean("options.littleEndian", littleEndian);
  checkInt("options.max", max, 0, 2 ** 32 - 1);
  return { prefix, littleEndian, max: Math.min(max, 2 ** (8 * prefix) - 1) };
}

/**
 * Messages with their length in front, read from a stream. One that is longer than the cap is refused before memory is set
 * aside for it, and one that stops half-way holds no more than twice what has come.
 */
export class FrameReader implements AsyncIterable<Uint8Array> {
  readonly #r: Reader;
  readonly #layout: Layout;
  // A frame that is too long for the buffer, as far as it has come: an error in between loses nothing.
  #frame: Uint8Array | null = null;
  #length = 0;
  #n = 0;
  readonly #turns = new Turns();

  /** Reads from `r`, by a {@link Reader} of its own unless it is one. Throws for arguments that make no sense. */
  constructor(r: IOReader, options: FrameOptions = {}) {
    this.#layout = layoutOf(options);
    this.#r = r instanceof Reader ? r : new Reader(r);
  }

  /**
   * The next frame, as a view that is good until the next call; null at the end of the stream. Rejects with
   * `ERR_FRAME_TOO_LONG`, with a PartialError `ERR_UNEXPECTED_EOF` when the stream ends inside a frame, with `n` bytes of
   * it read; or with what the stream rejects with: after a deadline that passed set a later one and ask again.
   */
  read(): Promise<Uint8Array | null> {
    return this.#turns.run(() => this.#read());
  }

  /** Every frame, as of {@link read}. Leaving the loop leaves the stream open. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    const end: IteratorResult<Uint8Array> = { done: true, value: undefined };
    return {
      next: async () => {
        const value = await this.read();
        return value === null ? end : { done: false, value };
      },
      return: () => Promise.resolve(end),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #read(): Promise<Uint8Array | null> {
    if (this.#frame !== null) return this.#rest(this.#frame);
    const { prefix, littleEndian, max } = this.#layout;
    const header = await this.#r.peek(prefix);
    if (header === null) return null;
    if (header.length < prefix) throw new PartialError(ErrUnexpectedEOF, header.length);
    const length = decode(header, littleEndian);
    if (length > max) throw ErrFrameTooLong;
    const whole = prefix + length;
    if (whole <= this.#r.size) {
      const bytes = (await this.#r.peek(whole))!;
      if (bytes.length < whole) throw new PartialError(ErrUnexpectedEOF, bytes.length);
      await this.#r.discard(whole);
      return bytes.subarray(prefix);
    }
    await this.#r.discard(prefix);
    this.#length = length;
    this.#n = 0;
    this.#frame = new Uint8Array(Math.min(length, FIRST_ROOM));
    return this.#rest(this.#frame);
  }

  async #rest(begun: Uint8Array): Promise<Uint8Array> {
    let frame = begun;
    while (this.#n < this.#length) {
      if (this.#n === frame.length) this.#frame = frame = grown(frame, this.#length);
      const n = await readAtLeast(this.#r, frame.subarray(this.#n), 1);
      if (n === null) throw new PartialError(ErrUnexpectedEOF, this.#layout.prefix + this.#n);
      this.#n += n;
    }
    this.#frame = null;
    return frame;
  }
}

/** Messages with their length in front, written to a stream: each in one write, so that they never mix. */
export class FrameWriter {
  readonly #w: IOWriter;
  readonly #layout: Layout;

  /** Throws a TypeError or RangeError for arguments that make no sense. */
  constructor(w: IOWriter, options: FrameOptions = {}) {
    checkWriter("w", w);
    this.#layout = layoutOf(options);
    this.#w = w;
  }

  /**
   * Writes `p`, a string as UTF-8, as one frame; it must not change before the promise settles. Resolves its bytes, without
   * the length. Rejects with `ERR_FRAME_TOO_LONG` before anything is written, or with what the stream rejects with.
   */
  async write(p: Uint8Array | string): Promise<number> {
    const bytes = typeof p === "string" ? Buffer.from(p) : p;
    checkBytes("p", bytes, "a string, Uint8Array or Buffer");
    const { prefix, littleEndian, max } = this.#layout;
    if (bytes.length > max) throw ErrFrameTooLong;
    const header = Buffer.allocUnsafe(prefix);
    if (littleEndian) header.writeUIntLE(bytes.length, 0, prefix);
    else header.writeUIntBE(bytes.length, 0, prefix);
    // A short one is copied sooner than the system is told of two pieces.
    if (bytes.length >= LONG && this.#w instanceof Conn) await this.#w.writev([header, bytes]);
    else await writeAll(this.#w, Buffer.concat([header, bytes]));
    return bytes.length;
  }
}

function decode(header: Uint8Array, littleEndian: boolean): number {
  const add = (length: number, byte: number) => length * 256 + byte;
  return littleEndian ? header.reduceRight(add, 0) : header.reduce(add, 0);
}

function grown(frame: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(Math.min(length, frame.length * 2));
  larger.set(frame);
  return larger;
}
