import { IP } from "../addr/index.js";
import { MessageError } from "./message-error.js";

/**
 * The one way to read what came from the network: a place in some bytes that moves forward and never beyond their
 * end. Every other file asks it for bytes and does no arithmetic with lengths that a packet claims.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /** @param what what is read, for the error: `message`, `header`. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#claim(1)]!;
  }

  u16(): number {
    const at = this.#claim(2);
    return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  ip(length: 4 | 16): IP {
    return IP.at(this.#bytes, this.#claim(length), length);
  }

  /** Passes over bytes. */
  pass(n: number): void {
    this.#claim(n);
  }

  /** The next bytes, as a view. */
  take(n: number): Uint8Array {
    const at = this.#claim(n);
    return this.#bytes.subarray(at, at + n);
  }

  /** All that is left, as a view. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  // The place of the next n bytes, which are then behind us. Throws when there are not so many.
  #claim(n: number): number {
    if (!(n >= 0 && n <= this.left)) throw new MessageError(`${this.#what} too short`);
    const at = this.#at;
    this.#at += n;
    return at;
  }
}
