import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const COOKIE = 8;
const COUNTING = Uint8Array.from({ length: 256 }, (_, i) => i);

/**
 * What the requests of one run carry. Where there is room it begins with a cookie that only this run can make, another
 * one for each request: who did not see the request cannot answer it.
 */
export class Payload {
  readonly #key = randomBytes(32);
  readonly #pattern: Uint8Array;

  /**
   * @param size bytes, 0 or more; from 8 on there is a cookie
   * @param pattern what fills the rest, over and over; by default each byte is its place
   */
  constructor(size: number, pattern: Uint8Array = COUNTING) {
    this.#pattern = Uint8Array.from({ length: size }, (_, i) => pattern[i % pattern.length]!);
  }

  /** The payload of a request. */
  of(number: number): Uint8Array {
    const data = this.#pattern.slice();
    if (this.#hasCookie) data.set(this.#cookie(number));
    return data;
  }

  /** Whether this is the payload of an answer to that request. */
  isAnswer(number: number, data: Uint8Array): boolean {
    return !this.#hasCookie || this.#begins(number, data);
  }

  /** Whether an error message can be about that request. It need not quote more than a header (RFC 792). */
  isQuote(number: number, data: Uint8Array): boolean {
    return data.length < COOKIE || this.isAnswer(number, data);
  }

  get #hasCookie(): boolean {
    return this.#pattern.length >= COOKIE;
  }

  #begins(number: number, data: Uint8Array): boolean {
    return data.length >= COOKIE && timingSafeEqual(data.subarray(0, COOKIE), this.#cookie(number));
  }

  #cookie(number: number): Uint8Array {
    return createHmac("sha256", this.#key).update(String(number)).digest().subarray(0, COOKIE);
  }
}
