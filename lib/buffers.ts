// Go: net/net.go (Buffers)
import { Conn } from "./conn.js";
import { invalidArgType } from "./errors/index.js";
import { checkBytes } from "./internal/poll/buffers.js";
import type { Writer } from "./limited-reader.js";

/** A list of byte slices to be written in one go. Writing and reading consume it. Go: net.Buffers. */
export class Buffers {
  readonly #pieces: Uint8Array[];

  /** Throws a TypeError (`ERR_INVALID_ARG_TYPE`) unless all of `pieces` are Uint8Arrays. The bytes are not copied. */
  constructor(pieces: Iterable<Uint8Array>) {
    const iterable = pieces as Partial<Iterable<Uint8Array>> | null;
    // Bytes are iterable, too, and no list of bytes.
    if (typeof iterable?.[Symbol.iterator] !== "function" || pieces instanceof Uint8Array)
      throw invalidArgType("pieces", "an iterable of Uint8Arrays", pieces);
    this.#pieces = [...pieces];
    for (const piece of this.#pieces) checkBytes("pieces", piece);
  }

  /** How many slices are left. */
  get length(): number {
    return this.#pieces.length;
  }

  /** The slices that are left. */
  [Symbol.iterator](): IterableIterator<Uint8Array> {
    return this.#pieces[Symbol.iterator]();
  }

  /**
   * Writes all of it: to a connection by writev(2), at most 1024 slices a call, to another writer one by one. Resolves the
   * number of bytes. Rejects with what the writer rejects with; `n` tells how many bytes went, and these are gone from the
   * list. Go: Buffers.WriteTo.
   */
  async writeTo(w: Writer): Promise<number> {
    if (typeof (w as Partial<Writer> | null)?.write !== "function") throw invalidArgType("w", "a writer", w);
    let total = 0;
    try {
      if (w instanceof Conn) total = await w.writev(this.#pieces);
      else for (const piece of this.#pieces) total += await w.write(piece);
    } catch (error) {
      const n = (error as { n?: unknown } | null | undefined)?.n;
      this.#consume(total + (typeof n === "number" ? n : 0));
      throw error;
    }
    this.#consume(Infinity);
    return total;
  }

  /** Moves bytes from the front of the list into `p`. Returns their number, or null when nothing is left. Go: Buffers.Read. */
  read(p: Uint8Array): number | null {
    checkBytes("p", p);
    let n = 0;
    for (const piece of this.#pieces) {
      if (n > 0 && n === p.length) break;
      const part = piece.subarray(0, p.length - n);
      p.set(part, n);
      n += part.length;
    }
    const isEmpty = this.#pieces.length === 0;
    this.#consume(n);
    return isEmpty || (n === 0 && this.#pieces.length === 0) ? null : n;
  }

  // Drops so many bytes from the front, and slices without any.
  #consume(bytes: number): void {
    const pieces = this.#pieces;
    let left = bytes;
    let whole = 0;
    while (whole < pieces.length && pieces[whole]!.length <= left) left -= pieces[whole++]!.length;
    // All at once, since each shift of a long list moves the rest.
    pieces.splice(0, whole);
    if (pieces.length > 0 && left > 0) pieces[0] = pieces[0]!.subarray(left);
  }
}
