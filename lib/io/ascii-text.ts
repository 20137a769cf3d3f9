import { isAscii } from "node:buffer";

/**
 * The bytes of a buffer as text, all at once, as long as they are ASCII: then a place in the one is a place in the other, and
 * finding and cutting lines costs a fraction of what it costs by bytes.
 */
export class AsciiText {
  // Empty while nothing is known.
  #text = "";
  #base = 0;
  #refused = false;

  /** The buffer has changed. */
  forget(): void {
    this.#text = "";
    this.#refused = false;
  }

  /** Whether all bytes that the buffer holds are known. */
  get known(): boolean {
    return this.#text !== "";
  }

  /** Where `char` stands from `start` on; -1 where it does not. */
  indexOf(char: string, start: number): number {
    const found = this.#text.indexOf(char, start - this.#base);
    return found < 0 ? -1 : found + this.#base;
  }

  /** The text from `start` to `end` of a buffer that holds bytes up to `limit`. */
  slice(buf: Buffer, start: number, end: number, limit: number): string {
    if (this.#text === "" && !this.#learn(buf, start, end, limit)) return buf.toString("utf8", start, end);
    return this.#text.substring(start - this.#base, end - this.#base);
  }

  #learn(buf: Buffer, start: number, end: number, limit: number): boolean {
    // For a single piece it does not pay.
    if (this.#refused || limit - end < end - start) return false;
    this.#refused = !isAscii(buf.subarray(start, limit));
    if (this.#refused) return false;
    this.#text = buf.toString("latin1", start, limit);
    this.#base = start;
    return true;
  }
}
