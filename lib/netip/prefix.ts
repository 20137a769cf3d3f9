// Go: net/netip/netip.go (Prefix)
import { checkBytes, concat, decodeText } from "../addr/text.js";
import { compareWords } from "../addr/words.js";
import { invalidArgType } from "../errors/index.js";
import { Addr, checkAddr, setMakePrefix, zeroAddr } from "./addr.js";
import { explainAddr } from "./explain.js";
import { LiteralError } from "./literal-error.js";
import { quote } from "./quote.js";
import { checkInteger, Value } from "./value.js";

const maxInt64 = 2n ** 63n - 1n;

/**
 * A network: the addresses that share the first {@link bits} bits of {@link addr}. An immutable value, which keeps the
 * other bits of its address until {@link masked} clears them. Go: netip.Prefix.
 *
 * A prefix is invalid when the length does not suit the address, and so is the zero value, `new Prefix()`.
 */
export class Prefix extends Value {
  readonly #addr: Addr = zeroAddr;
  readonly #bits: number = -1;

  /**
   * The prefix of an address and a length, both as they are but for the zone, which is dropped. Without arguments it
   * is the zero value; a length that does not suit the address makes it invalid. Go: netip.PrefixFrom, Prefix{}.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `ip` is no Addr or `bits` no number,
   * a RangeError (`ERR_OUT_OF_RANGE`) when `bits` is no integer.
   */
  constructor(ip: Addr = zeroAddr, bits = -1) {
    super();
    checkInteger("bits", bits);
    this.#addr = checkAddr("ip", ip).withZone("");
    this.#bits = ip.isValid() && bits >= 0 && bits <= ip.bitLen ? bits : -1;
  }

  /** @internal Whether this is a Prefix, and not an object that merely inherits from one. */
  static is(x: unknown): x is Prefix {
    try {
      return #bits in (x as object);
    } catch {
      return false; // no object at all
    }
  }

  /**
   * The prefix that {@link marshalText} wrote; the zero value for empty text. A value cannot change, so this makes
   * one, where Go's method sets one. Errors as of {@link parsePrefix}. Go: Prefix.UnmarshalText.
   */
  static unmarshalText(text: Uint8Array | string): Prefix {
    const s = decodeText(text);
    return s === "" ? new Prefix() : parsePrefix(s);
  }

  /**
   * The prefix that {@link marshalBinary} wrote: an address and a byte of length. A value cannot change, so this makes
   * one, where Go's method sets one. Errors as of `Addr.unmarshalBinary`. Go: Prefix.UnmarshalBinary.
   */
  static unmarshalBinary(b: Uint8Array): Prefix {
    const end = checkBytes("b", b).length - 1;
    if (end < 0) throw new LiteralError("unexpected slice size");
    return new Prefix(Addr.unmarshalBinary(b.subarray(0, end)), b[end]);
  }

  /** The address, with all its bits and without a zone. Go: Prefix.Addr. */
  get addr(): Addr {
    return this.#addr;
  }

  /** How many bits are shared, from 0 to 32 or 128; -1 of an invalid prefix. Go: Prefix.Bits. */
  get bits(): number {
    return this.#bits;
  }

  get key(): string {
    return this.#addr.key + String.fromCharCode(this.#bits & 255);
  }

  /** Whether there is an address, and a length that suits it. Go: Prefix.IsValid. */
  isValid(): boolean {
    return this.#bits >= 0;
  }

  /** Whether this is one address alone: `/32` of IPv4 or `/128` of IPv6. Go: Prefix.IsSingleIP. */
  isSingleIP(): boolean {
    return this.#bits === this.#addr.bitLen;
  }

  /** The prefix with all bits after its length 0; the zero value of an invalid one. Go: Prefix.Masked. */
  masked(): Prefix {
    return this.isValid() ? new Prefix(this.#addr.masked(this.#bits), this.#bits) : new Prefix();
  }

  /**
   * Whether the address is one of this network's. An address of the other family is not, mapped IPv4 counting as IPv6;
   * neither is one with a zone, nor the zero value; and an invalid prefix has none. Go: Prefix.Contains.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an Addr.
   */
  contains(ip: Addr): boolean {
    return this.#addr.begins(ip, this.#bits);
  }

  /**
   * Whether the two have an address in common, that is, one contains the other. Those of different families, and
   * invalid ones, do not. Go: Prefix.Overlaps.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but a Prefix.
   */
  overlaps(o: Prefix): boolean {
    const { addr, bits } = checkPrefix("o", o);
    const shorter = Math.min(bits, this.#bits);
    return addr.bitLen === this.#addr.bitLen && shorter >= 0 && addr.agrees(this.#addr, shorter);
  }

  /**
   * -1, 0 or 1: how this stands to `p2` in the order of validity, invalid ones first, then family, then masked address,
   * then length, then address. That is the order in which IANA lists networks. Go: Prefix.Compare.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but a Prefix.
   */
  compare(p2: Prefix): -1 | 0 | 1 {
    checkPrefix("p2", p2);
    return (
      this.masked().#addr.compare(p2.masked().#addr) ||
      compareWords(this.#bits, p2.#bits) ||
      this.#addr.compare(p2.#addr)
    );
  }

  /**
   * Whether both have the same address, all its bits included, and the same length. Go: `==`.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but a Prefix.
   */
  equals(other: Prefix): boolean {
    return checkPrefix("other", other).#bits === this.#bits && this.#addr.equals(other.#addr);
  }

  /** `address/length`, or `invalid Prefix`. Go: Prefix.String. */
  override toString(): string {
    return this.isValid() ? `${this.#addr.toString()}/${this.#bits}` : "invalid Prefix";
  }

  toJSON(): string {
    return this.#addr.isValid() ? this.toString() : "";
  }

  marshalBinary(): Uint8Array {
    return concat(this.#addr.marshalBinary(), Uint8Array.of(this.#bits));
  }
}

setMakePrefix((addr, bits) => new Prefix(addr, bits));

/** The same as `new Prefix(ip, bits)`, with its errors. It never throws for a length out of range. Go: netip.PrefixFrom. */
export function prefixFrom(ip: Addr, bits: number): Prefix {
  return new Prefix(checkAddr("ip", ip), checkInteger("bits", bits));
}

/**
 * The prefix that `s` writes: an address without a zone, a slash, and a length in digits without leading zeros. Bits
 * after the length are kept. Go: netip.ParsePrefix.
 * Throws a `LiteralError` (`ERR_PARSE`) with Go's text, a TypeError (`ERR_INVALID_ARG_TYPE`) when `s` is no string.
 */
export function parsePrefix(s: string): Prefix {
  if (typeof s !== "string") throw invalidArgType("s", "a string", s);
  const slash = s.lastIndexOf("/");
  const addr = slash < 0 ? null : Addr.read(s, 0, slash);
  const bits = addr === null || addr.zone !== "" ? -1 : readBits(s, slash + 1);
  if (bits < 0 || bits > addr!.bitLen) throw new LiteralError(explain(s, slash, addr));
  return new Prefix(addr!, bits);
}

/** The same as {@link parsePrefix}, which throws already. Go: netip.MustParsePrefix. */
export const mustParsePrefix = parsePrefix;

/** The number of up to three digits from `from` on, without leading zeros; -1 for other text. */
function readBits(s: string, from: number): number {
  if (from === s.length || s.length - from > 3) return -1;
  let bits = 0;
  for (let i = from; i < s.length; i++) {
    const digit = s.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (bits === 0 && i > from)) return -1;
    bits = bits * 10 + digit;
  }
  return bits;
}

/** Why text is no prefix, as Go says it. */
function explain(s: string, slash: number, addr: Addr | null): string {
  const bits = s.slice(slash + 1);
  let reason = "prefix length out of range";
  if (slash < 0) reason = "no '/'";
  else if (addr === null) reason = explainAddr(s.slice(0, slash));
  else if (addr.zone !== "") reason = "IPv6 zones cannot be present in a prefix";
  // A number that Go's int can hold is one, if too large; another is none.
  else if (!/^(?:0|[1-9][0-9]*)$/.test(bits) || BigInt(bits) > maxInt64)
    reason = `bad bits after slash: ${quote(bits)}`;
  return `netip.ParsePrefix(${quote(s)}): ${reason}`;
}

/** A Prefix, or the error that says so. */
export function checkPrefix(name: string, prefix: unknown): Prefix {
  if (!Prefix.is(prefix)) throw invalidArgType(name, "a Prefix", prefix);
  return prefix;
}
