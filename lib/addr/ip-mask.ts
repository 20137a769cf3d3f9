// Go: net/ip.go (IPMask)
import { isUint8Array } from "node:util/types";
import { checkInt, invalidArgType, invalidArgValue } from "../errors/index.js";

const WORD = 32;
const IPV6_BITS = 128;

/**
 * Which bits of an IP address name its network: an immutable value of 4 or 16 bytes. Go: net.IPMask.
 *
 * Go's nil, and masks of other lengths, which fit no address, are `null` here.
 * Make one with {@link cidrMask}, {@link ipv4Mask} or {@link IPMask.from}.
 */
export class IPMask {
  // Four big-endian words, as in IP. A mask of 4 bytes stands in the last one, and the others keep
  // all bits: applied to an IPv4 address in its mapped form it leaves the prefix as it is.
  readonly #words: Int32Array;
  readonly #length: 4 | 16;

  private constructor(words: Int32Array, length: 4 | 16) {
    this.#words = words;
    this.#length = length;
  }

  /**
   * The mask made of 4 or 16 bytes in network order, which are copied. Go: the conversion net.IPMask(b).
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but a Uint8Array, `ERR_INVALID_ARG_VALUE` for
   * another length.
   */
  static from(bytes: Uint8Array): IPMask {
    if (!isUint8Array(bytes)) throw invalidArgType("bytes", "a Uint8Array", bytes);
    const { length } = bytes;
    if (length !== 4 && length !== 16) throw invalidArgValue("bytes", "4 or 16 bytes", bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const words = Int32Array.of(-1, -1, -1, -1);
    for (let end = 4, at = length - 4; at >= 0; at -= 4) words[--end] = view.getInt32(at);
    return new IPMask(words, length);
  }

  /** @internal The mask of the first `ones` bits, for an address of so many bytes; the caller checks the range. */
  static ofPrefix(ones: number, length: 4 | 16): IPMask {
    const kept = ones + IPV6_BITS - 8 * length;
    const words = new Int32Array(4);
    for (let i = 0; i < 4; i++) words[i] = prefixWord(kept - i * WORD);
    return new IPMask(words, length);
  }

  /** How many bytes it has, 4 or 16. Go: len(m). */
  get length(): 4 | 16 {
    return this.#length;
  }

  /** The bytes in network order: 4 or 16, a fresh array at each call. Go: the slice itself. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    this.#words.forEach((word, i) => view.setInt32(4 * i, word));
    return bytes.slice(16 - this.#length);
  }

  /** @internal The `i`th of four words, signed. */
  word(i: 0 | 1 | 2 | 3): number {
    return this.#words[i]!;
  }

  /** @internal Whether it says something about the last 4 bytes only. */
  get keepsPrefix(): boolean {
    return (this.#words[0]! & this.#words[1]! & this.#words[2]!) === -1;
  }

  /** @internal The last 4 bytes, whatever stands before them. */
  get tail(): IPMask {
    return this.#length === 4 ? this : new IPMask(Int32Array.of(-1, -1, -1, this.#words[3]!), 4);
  }

  /**
   * How many bits it has, 32 or 128, and how many of them, from the first on, are ones.
   * Both are 0 when a one stands behind a zero. Go: IPMask.Size.
   */
  size(): { ones: number; bits: number } {
    let ones = 0;
    for (const [i, word] of this.#words.entries()) {
      const here = Math.clz32(~word);
      const isPrefix = word === prefixWord(here) && (here === 0 || ones === i * WORD);
      if (!isPrefix) return { ones: 0, bits: 0 };
      ones += here;
    }
    const bits = 8 * this.#length;
    return { ones: ones - (IPV6_BITS - bits), bits };
  }

  /** Two hex digits for each byte: `ffffff00`. Go: IPMask.String. */
  toString(): string {
    return Buffer.from(this.bytes).toString("hex");
  }

  /** The text, for `JSON.stringify`. */
  toJSON(): string {
    return this.toString();
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `IPMask ${this.toString()}`;
  }
}

/** The word whose first bits are ones: none below 1, all from 32 on. */
function prefixWord(ones: number): number {
  if (ones <= 0) return 0;
  return ones >= WORD ? -1 : -1 << (WORD - ones);
}

/**
 * The mask of `bits` bits, 32 or 128, whose first `ones` bits are ones: `cidrMask(24, 32)` is `ffffff00`.
 * `null` for other numbers. Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when one is no number. Go: net.CIDRMask.
 */
export function cidrMask(ones: number, bits: number): IPMask | null {
  if (typeof ones !== "number") throw invalidArgType("ones", "a number", ones);
  if (typeof bits !== "number") throw invalidArgType("bits", "a number", bits);
  if (bits !== 32 && bits !== IPV6_BITS) return null;
  if (!Number.isInteger(ones) || ones < 0 || ones > bits) return null;
  return IPMask.ofPrefix(ones, bits === 32 ? 4 : 16);
}

/**
 * The mask `a.b.c.d` of 4 bytes. Go: net.IPv4Mask.
 * Each is an integer from 0 to 255, else a TypeError (`ERR_INVALID_ARG_TYPE`) or a RangeError (`ERR_OUT_OF_RANGE`).
 */
export function ipv4Mask(a: number, b: number, c: number, d: number): IPMask {
  const octets = Object.entries({ a, b, c, d }).map(([name, octet]) => checkInt(name, octet, 0, 255));
  return IPMask.from(Uint8Array.from(octets));
}
