import { isAscii } from "node:buffer";
import { indexOfByte, NEWLINE } from "./delimiter.js";

// As much as is decoded at once. The engine keeps strings of 128 KB and more elsewhere, where they cost three times as much.
const PIECE = 64 << 10;

/**
 * The bytes of a buffer as text, many lines at once, as long as they are ASCII: then a place in the one is a place in the other,
 * and finding and cutting lines costs a fraction of what it costs by bytes.
 */
export class AsciiText {
  #text = "";
  // The bytes that it stands for; none while nothing is known.
  #base = 0;
  #end = 0;
  #refused = false;

  /** The buffer has changed. */
  forget(): void {
    this.#text = "";
    this.#end = 0;
    this.#refused = false;
  }

  /** Where `byte` first stands in a buffer from `start` on and before `limit`; -1 where it does not. */
  indexOf(buf: Buffer, byte: number, start: number, limit: number): number {
    const known = this.find(byte === NEWLINE ? "\n" : String.fromCharCode(byte), start);
    return known < 0 ? indexOfByte(buf, byte, Math.max(start, this.#end), limit) : known;
  }

  /** Where `char` first stands from `start` on, in as much as there is text of: -1 means that the bytes have to be asked. */
  find(char: string, start: number): number {
    const found = this.#text.indexOf(char, start - this.#base);
    return found < 0 ? -1 : found + this.#base;
  }

  /** The text from `start` up to and with the first `char`; null where there is no text of that. */
  through(char: string, start: number): string | null {
    const from = start - this.#base;
    const found = this.#text.indexOf(char, from);
    return found < 0 ? null : this.#text.substring(from, found + 1);
  }

  /** The text from `start` to `end` of a buffer that holds bytes up to `limit`. */
  slice(buf: Buffer, start: number, end: number, limit: number): string {
    if (end > this.#end && !this.#learn(buf, start, end, limit)) return buf.toString("utf8", start, end);
    return this.#text.substring(start - this.#base, end - this.#base);
  }

  #learn(buf: Buffer, start: number, end: number, limit: number): boolean {
    const stop = Math.min(limit, start + PIECE);
    // For a single line it does not pay.
    if (this.#refused || stop - end < end - start) return false;
    this.#refused = !isAscii(buf.subarray(start, stop));
    if (this.#refused) return false;
    this.#text = buf.toString("latin1", start, stop);
    this.#base = start;
    this.#end = stop;
    return true;
  }
}
