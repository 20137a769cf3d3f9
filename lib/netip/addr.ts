// Go: net/netip/netip.go (Addr)
import * as kind from "../addr/ip-kind.js";
import { expandIPv6, formatIPv4, formatIPv6, scanIPv4, scanIPv6, scannedWord } from "../addr/ip-text.js";
import { checkBytes, concat, decodeText, encodeText } from "../addr/text.js";
import { compareWords, mask, putWord, wordAt } from "../addr/words.js";
import { invalidArgType, withCode } from "../errors/index.js";
import { explainAddr } from "./explain.js";
import { key16, key4 } from "./key.js";
import { LiteralError } from "./literal-error.js";
import type { Prefix } from "./prefix.js";
import { checkInteger, Value } from "./value.js";

/** How many bits an address has: 32 of IPv4, 128 of IPv6, 0 of the zero Addr. */
export type BitLen = 0 | 32 | 128;

/**
 * An IP address, of IPv6 perhaps with a zone: an immutable value. Go: netip.Addr.
 *
 * The zero value, `new Addr()`, is no address; it is neither `0.0.0.0` nor `::`. An IPv4 address mapped into IPv6,
 * `::ffff:1.2.3.4`, is an IPv6 address and differs from `1.2.3.4`; {@link unmap} leads from one to the other.
 * Make addresses with {@link parseAddr}, `addrFrom4`, `addrFrom16` and `addrFromSlice`.
 */
export class Addr extends Value {
  // Four big-endian words instead of an array: one small object per address. They are kept signed,
  // because V8 stores a signed 32-bit number in place and boxes most unsigned ones. Fields have a first value,
  // because those that begin undefined are looked at for their type at each use.
  // IPv4 stands in its mapped form; only #bitLen tells the two apart.
  readonly #bitLen: BitLen = 0;
  readonly #w0: number = 0;
  readonly #w1: number = 0;
  readonly #w2: number = 0;
  readonly #w3: number = 0;
  readonly #zone: string = "";

  /** The zero value, which is no address. Go: Addr{}. */
  constructor();
  /** @internal The address of four signed words, for which the caller answers. */
  constructor(bitLen: BitLen, w0: number, w1: number, w2: number, w3: number, zone: string);
  constructor(bitLen?: BitLen, w0?: number, w1?: number, w2?: number, w3?: number, zone?: string) {
    super();
    // No default values: they were a fifth of this code, too much for V8 to inline it wherever addresses are made.
    if (bitLen === undefined) return;
    if (zone === undefined || (bitLen !== 32 && bitLen !== 128 && bitLen !== 0))
      throw invalidArgType("new Addr()", "nothing (parseAddr reads text)", bitLen);
    this.#bitLen = bitLen;
    this.#w0 = w0!;
    this.#w1 = w1!;
    this.#w2 = w2!;
    this.#w3 = w3!;
    this.#zone = zone;
  }

  /** @internal Whether this is an Addr, and not an object that merely inherits from one. */
  static is(x: unknown): x is Addr {
    // Without typeof, which would be a sixth of what Prefix.contains takes.
    try {
      return #bitLen in (x as object);
    } catch {
      return false; // no object at all
    }
  }

  /** @internal The IPv4 address of a 32-bit number, signed or not. */
  static of4(word: number): Addr {
    return new Addr(32, 0, 0, kind.mapped, word | 0, "");
  }

  /** @internal The IPv6 address that the last scan read. */
  static ofScan(zone: string): Addr {
    return new Addr(128, scannedWord(0), scannedWord(2), scannedWord(4), scannedWord(6), zone);
  }

  /** @internal The address of 4 or 16 bytes; the zero value for any other number of them. */
  static ofBytes(bytes: Uint8Array, zone = ""): Addr {
    if (bytes.length === 4) return Addr.of4(wordAt(bytes, 0));
    const word = (i: number): number => wordAt(bytes, 4 * i);
    return bytes.length === 16 ? new Addr(128, word(0), word(1), word(2), word(3), zone) : zeroAddr;
  }

  /** @internal The address that `s[from, to)` writes; null for other text. */
  static read(s: string, from: number, to: number): Addr | null {
    const word = scanIPv4(s, from, to);
    if (word !== null) return Addr.of4(word);
    if (scanIPv6(s, from, to)) return Addr.ofScan("");
    const percent = s.indexOf("%", from);
    const hasZone = percent >= 0 && percent < to - 1;
    return hasZone && scanIPv6(s, from, percent) ? Addr.ofScan(s.slice(percent + 1, to)) : null;
  }

  /**
   * The address that {@link marshalText} wrote; the zero value for empty text. A value cannot change, so this makes
   * one, where Go's method sets one. Errors as of {@link parseAddr}. Go: Addr.UnmarshalText.
   */
  static unmarshalText(text: Uint8Array | string): Addr {
    const s = decodeText(text);
    return s === "" ? zeroAddr : parseAddr(s);
  }

  /**
   * The address that {@link marshalBinary} wrote: 0, 4 or 16 bytes, and a zone after 16. A value cannot change, so
   * this makes one, where Go's method sets one. Go: Addr.UnmarshalBinary.
   * Throws a `LiteralError` (`ERR_PARSE`, text `unexpected slice size`),
   * a TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is no Uint8Array.
   */
  static unmarshalBinary(b: Uint8Array): Addr {
    const { length } = checkBytes("b", b);
    if (length > 16) return Addr.ofBytes(b.subarray(0, 16), decodeText(b.subarray(16)));
    if (length !== 0 && length !== 4 && length !== 16) throw new LiteralError("unexpected slice size");
    return Addr.ofBytes(b);
  }

  /** 32 for IPv4, 128 for IPv6 and so for mapped IPv4, 0 for the zero Addr. Go: Addr.BitLen. */
  get bitLen(): BitLen {
    return this.#bitLen;
  }

  /** The IPv6 scope zone (RFC 4007), an interface's name or number, or "". Go: Addr.Zone. */
  get zone(): string {
    return this.#zone;
  }

  get key(): string {
    if (this.#bitLen !== 128) return this.#bitLen === 0 ? "" : key4(this.#w3);
    return key16(this.#w0, this.#w1, this.#w2, this.#w3) + this.#zone;
  }

  /** Whether this is an address, and not the zero value. Go: Addr.IsValid. */
  isValid(): boolean {
    return this.#bitLen !== 0;
  }

  /** Whether this is IPv4, and not in its mapped form. Go: Addr.Is4. */
  is4(): boolean {
    return this.#bitLen === 32;
  }

  /** Whether this is IPv6, which mapped IPv4 is, too. Go: Addr.Is6. */
  is6(): boolean {
    return this.#bitLen === 128;
  }

  /** Whether this is IPv6 in `::ffff:0:0/96`, that is mapped IPv4. Go: Addr.Is4In6. */
  is4In6(): boolean {
    return this.#bitLen === 128 && kind.isMapped(this.#w0, this.#w1, this.#w2);
  }

  /** Mapped IPv4 as IPv4, without its zone; any other address as it is. Go: Addr.Unmap. */
  unmap(): Addr {
    return this.is4In6() ? Addr.of4(this.#w3) : this;
  }

  /**
   * This IPv6 address with another zone, or with none for ""; IPv4 and the zero value as they are. Go: Addr.WithZone.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `zone` is not a string.
   */
  withZone(zone: string): Addr {
    if (typeof zone !== "string") throw invalidArgType("zone", "a string", zone);
    if (this.#bitLen !== 128 || zone === this.#zone) return this;
    return new Addr(128, this.#w0, this.#w1, this.#w2, this.#w3, zone);
  }

  /**
   * -1, 0 or 1: how this stands to `ip2` in the order of `bitLen`, then of the address as a number, then of the zone.
   * `Array.prototype.sort` takes it as `(a, b) => a.compare(b)`. Go: Addr.Compare.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an Addr.
   */
  compare(ip2: Addr): -1 | 0 | 1 {
    checkAddr("ip2", ip2);
    return (
      compareWords(this.#bitLen, ip2.#bitLen) ||
      compareWords(this.#w0, ip2.#w0) ||
      compareWords(this.#w1, ip2.#w1) ||
      compareWords(this.#w2, ip2.#w2) ||
      compareWords(this.#w3, ip2.#w3) ||
      compareZones(this.#zone, ip2.#zone)
    );
  }

  /** Whether this comes before `ip2` in the order of {@link compare}. Errors as there. Go: Addr.Less. */
  less(ip2: Addr): boolean {
    return this.compare(ip2) < 0;
  }

  /**
   * Whether both are the same address of the same kind, with the same zone. Go: `==`.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an Addr.
   */
  equals(other: Addr): boolean {
    checkAddr("other", other);
    return this.#bitLen === other.#bitLen && this.#zone === other.#zone && this.agrees(other, this.#bitLen);
  }

  /** @internal Whether the first so many bits are those of an address of the same length. */
  agrees(other: Addr, bits: number): boolean {
    if (this.#bitLen === 32) return bits === 0 || (this.#w3 ^ other.#w3) >>> (32 - bits) === 0;
    return (
      ((this.#w0 ^ other.#w0) & mask(bits)) === 0 &&
      ((this.#w1 ^ other.#w1) & mask(bits - 32)) === 0 &&
      ((this.#w2 ^ other.#w2) & mask(bits - 64)) === 0 &&
      ((this.#w3 ^ other.#w3) & mask(bits - 96)) === 0
    );
  }

  /** @internal Whether `ip` is an address of the same length, without a zone, and begins with the same bits. */
  begins(ip: Addr, bits: number): boolean {
    if (!Addr.is(ip)) throw invalidArgType("ip", "an Addr", ip);
    return this.#bitLen === ip.#bitLen && ip.#zone === "" && bits >= 0 && this.agrees(ip, bits);
  }

  /** @internal The first so many bits, all others 0, without the zone. */
  masked(bits: number): Addr {
    const n = this.#bitLen === 32 ? bits + 96 : bits;
    const [w0, w1, w2] = [this.#w0 & mask(n), this.#w1 & mask(n - 32), this.#w2 & mask(n - 64)];
    return new Addr(this.#bitLen, w0, w1, w2, this.#w3 & mask(n - 96), "");
  }

  /** The following address, with the same zone; the zero Addr after the last one. Go: Addr.Next. */
  next(): Addr {
    const w3 = (this.#w3 + 1) | 0;
    if (this.#bitLen !== 128) return w3 === 0 || this.#bitLen === 0 ? zeroAddr : Addr.of4(w3);
    const w2 = w3 === 0 ? (this.#w2 + 1) | 0 : this.#w2;
    const w1 = (w3 | w2) === 0 ? (this.#w1 + 1) | 0 : this.#w1;
    const w0 = (w3 | w2 | w1) === 0 ? (this.#w0 + 1) | 0 : this.#w0;
    return kind.isZero(w0, w1, w2, w3) ? zeroAddr : new Addr(128, w0, w1, w2, w3, this.#zone);
  }

  /** The preceding address, with the same zone; the zero Addr before the first one. Go: Addr.Prev. */
  prev(): Addr {
    const w3 = (this.#w3 - 1) | 0;
    if (this.#bitLen !== 128) return w3 === -1 || this.#bitLen === 0 ? zeroAddr : Addr.of4(w3);
    const w2 = w3 === -1 ? (this.#w2 - 1) | 0 : this.#w2;
    const w1 = (w3 & w2) === -1 ? (this.#w1 - 1) | 0 : this.#w1;
    const w0 = (w3 & w2 & w1) === -1 ? (this.#w0 - 1) | 0 : this.#w0;
    return (w0 & w1 & w2 & w3) === -1 ? zeroAddr : new Addr(128, w0, w1, w2, w3, this.#zone);
  }

  /**
   * The prefix of the first `b` bits, the others 0, without the zone; the zero Prefix of the zero Addr. Go: Addr.Prefix.
   * Throws a RangeError (`ERR_OUT_OF_RANGE`) when `b` is less than 0, more than {@link bitLen} or no integer,
   * a TypeError (`ERR_INVALID_ARG_TYPE`) when it is no number.
   */
  prefix(b: number): Prefix {
    checkInteger("b", b);
    if (b < 0) throw withCode(new RangeError("negative Prefix bits"), "ERR_OUT_OF_RANGE");
    if (b <= this.#bitLen || this.#bitLen === 0) return makePrefix(this.masked(b), b);
    const family = this.#bitLen === 32 ? "IPv4" : "IPv6";
    throw withCode(new RangeError(`prefix length ${b} too large for ${family}`), "ERR_OUT_OF_RANGE");
  }

  /**
   * The 4 bytes of IPv4, mapped or not, in network order. Go: Addr.As4.
   * Throws a TypeError (`ERR_INVALID_ARG_VALUE`) for other addresses and the zero value.
   */
  as4(): Uint8Array {
    if (this.is4() || this.is4In6()) return this.unmap().asSlice()!;
    const what = this.#bitLen === 0 ? "IP zero value" : "IPv6 address";
    throw withCode(new TypeError(`As4 called on ${what}`), "ERR_INVALID_ARG_VALUE");
  }

  /** The 16 bytes in network order: IPv4 mapped, IPv6 without its zone, the zero value as zeros. Go: Addr.As16. */
  as16(): Uint8Array {
    const bytes = new Uint8Array(16);
    putWord(bytes, 0, this.#w0);
    putWord(bytes, 4, this.#w1);
    putWord(bytes, 8, this.#w2);
    putWord(bytes, 12, this.#w3);
    return bytes;
  }

  /** The 4 or 16 bytes in network order, without the zone; null of the zero value. Go: Addr.AsSlice. */
  asSlice(): Uint8Array | null {
    if (this.#bitLen !== 32) return this.#bitLen === 0 ? null : this.as16();
    const bytes = new Uint8Array(4);
    putWord(bytes, 0, this.#w3);
    return bytes;
  }

  /** @internal Puts the address where a table looks for it, from `at` on: one word of IPv4, four of IPv6. */
  copyTo(words: Int32Array, at = 0): void {
    if (this.#bitLen === 32) words[at] = this.#w3;
    else {
      words[at] = this.#w0;
      words[at + 1] = this.#w1;
      words[at + 2] = this.#w2;
      words[at + 3] = this.#w3;
    }
  }

  /** `0.0.0.0`, or `::` without a zone; mapped or not makes a difference. Go: Addr.IsUnspecified. */
  isUnspecified(): boolean {
    if (this.#bitLen === 32) return this.#w3 === 0;
    return this.#bitLen === 128 && this.#zone === "" && kind.isZero(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `127.0.0.0/8`, mapped or not, or `::1`. Go: Addr.IsLoopback. */
  isLoopback(): boolean {
    return kind.isLoopback(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** The networks of RFC 1918, mapped or not, or `fc00::/7` (RFC 4193). Go: Addr.IsPrivate. */
  isPrivate(): boolean {
    return kind.isPrivate(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `224.0.0.0/4`, mapped or not, or `ff00::/8`. Go: Addr.IsMulticast. */
  isMulticast(): boolean {
    return kind.isMulticast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `ff01::/16` whatever its flag bits; IPv6 only (RFC 4291 section 2.7). Go: Addr.IsInterfaceLocalMulticast. */
  isInterfaceLocalMulticast(): boolean {
    return kind.isInterfaceLocalMulticast(this.#w0);
  }

  /** `224.0.0.0/24`, mapped or not, or `ff02::/16` whatever its flag bits. Go: Addr.IsLinkLocalMulticast. */
  isLinkLocalMulticast(): boolean {
    return kind.isLinkLocalMulticast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `169.254.0.0/16` (RFC 3927), mapped or not, or `fe80::/10`. Go: Addr.IsLinkLocalUnicast. */
  isLinkLocalUnicast(): boolean {
    return kind.isLinkLocalUnicast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /**
   * An address of none of the special kinds: not unspecified, loopback, multicast, link-local or `255.255.255.255`.
   * Private addresses are, and so is `::` with a zone, which is not unspecified. Go: Addr.IsGlobalUnicast.
   */
  isGlobalUnicast(): boolean {
    if (kind.isZero(this.#w0, this.#w1, this.#w2, this.#w3)) return this.#zone !== "";
    return kind.isGlobalUnicast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /**
   * Canonical text: dotted decimal, RFC 5952, `::ffff:1.2.3.4` for mapped IPv4, with `%zone`;
   * `invalid IP` of the zero value. Go: Addr.String.
   */
  override toString(): string {
    if (this.#bitLen !== 128) return this.#bitLen === 0 ? "invalid IP" : formatIPv4(this.#w3);
    const text = this.is4In6()
      ? `::ffff:${formatIPv4(this.#w3)}`
      : formatIPv6(this.#w0, this.#w1, this.#w2, this.#w3);
    return this.#zone === "" ? text : `${text}%${this.#zone}`;
  }

  /** As {@link toString}, but IPv6 with all its eight groups of four digits. Go: Addr.StringExpanded. */
  stringExpanded(): string {
    if (this.#bitLen !== 128) return this.toString();
    const text = expandIPv6(this.#w0, this.#w1, this.#w2, this.#w3);
    return this.#zone === "" ? text : `${text}%${this.#zone}`;
  }

  toJSON(): string {
    return this.#bitLen === 0 ? "" : this.toString();
  }

  marshalBinary(): Uint8Array {
    const bytes = this.asSlice() ?? new Uint8Array();
    return this.#zone === "" ? bytes : concat(bytes, encodeText(this.#zone));
  }
}

/** The zero value. */
export const zeroAddr = new Addr();

/**
 * The address that `s` writes: dotted decimal, or IPv6 (RFC 4291 section 2.2), perhaps with a zone after `%`. There are
 * no leading zeros in IPv4, no short, octal or hex forms of it, and no blanks. Go: netip.ParseAddr.
 * Throws a `LiteralError` (`ERR_PARSE`) with Go's text, a TypeError (`ERR_INVALID_ARG_TYPE`) when `s` is no string.
 */
export function parseAddr(s: string): Addr {
  if (typeof s !== "string") throw invalidArgType("s", "a string", s);
  const addr = Addr.read(s, 0, s.length);
  if (addr === null) throw new LiteralError(explainAddr(s));
  return addr;
}

/** An Addr, or the error that says so. */
export function checkAddr(name: string, addr: unknown): Addr {
  if (!Addr.is(addr)) throw invalidArgType(name, "an Addr", addr);
  return addr;
}

let makePrefix: (addr: Addr, bits: number) => Prefix;

/** prefix.ts hands in how a prefix is made: addresses make prefixes and prefixes addresses, but files import one way. */
export function setMakePrefix(make: typeof makePrefix): void {
  makePrefix = make;
}

/** The order of their UTF-8, as in Go; where that is the same, as of text with lone surrogates, that of UTF-16. */
function compareZones(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const order = Buffer.compare(encodeText(a), encodeText(b)) || (a < b ? -1 : 1);
  return order < 0 ? -1 : 1;
}
