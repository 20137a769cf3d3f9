// Go: net/ip.go
import { checkInt, invalidArgType, invalidArgValue, ParseError } from "../errors/index.js";
import * as kind from "./ip-kind.js";
import { IPMask } from "./ip-mask.js";
import { formatIPv4, formatIPv6, scanIPv4, scanIPv6, scannedWord } from "./ip-text.js";
import { appendTo, checkBytes, decodeText, encodeText } from "./text.js";
import { putWord, wordAt } from "./words.js";

/** Bytes in an IPv4 address. Go: net.IPv4len. */
export const ipv4len = 4;

/** Bytes in an IPv6 address. Go: net.IPv6len. */
export const ipv6len = 16;

/**
 * An IP address: an immutable value of 4 or 16 bytes. Go: net.IP.
 *
 * An IPv4 address has two forms, as in Go: 4 bytes, or 16 bytes with the prefix `::ffff:0:0/96`.
 * {@link parseIP} and {@link ipv4} give the 16-byte form, `to4()` the other; both print as `a.b.c.d`,
 * and `equal` takes them for the same address. Go's nil is `null` here.
 *
 * Make one with {@link parseIP}, {@link ipv4} or {@link IP.from}.
 */
export class IP {
  // Four big-endian words instead of an array: one small object per address. They are kept signed,
  // because V8 stores a signed 32-bit number in place and boxes most unsigned ones.
  // The 4-byte form holds the words of its mapped form; only #length tells them apart.
  readonly #w0: number;
  readonly #w1: number;
  readonly #w2: number;
  readonly #w3: number;
  readonly #length: 4 | 16;

  private constructor(w0: number, w1: number, w2: number, w3: number, length: 4 | 16) {
    this.#w0 = w0;
    this.#w1 = w1;
    this.#w2 = w2;
    this.#w3 = w3;
    this.#length = length;
  }

  /**
   * The address made of 4 or 16 bytes in network order, which are copied. Go: the conversion net.IP(b).
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but a Uint8Array, `ERR_INVALID_ARG_VALUE` for
   * another length.
   */
  static from(bytes: Uint8Array): IP {
    const { length } = checkBytes("bytes", bytes);
    if (length !== ipv4len && length !== ipv6len) throw invalidArgValue("bytes", "4 or 16 bytes", bytes);
    return IP.at(bytes, 0, length);
  }

  /**
   * The address that {@link marshalText} wrote, or any that {@link parseIP} takes; `null` for empty text. An address
   * cannot change, so this makes one, where Go's method sets one. Go: IP.UnmarshalText.
   * Throws a {@link ParseError} (`ERR_PARSE`) of type `IP address`; a TypeError (`ERR_INVALID_ARG_TYPE`) for anything
   * but a Uint8Array or a string.
   */
  static unmarshalText(text: Uint8Array | string): IP | null {
    const s = decodeText(text);
    if (s === "") return null;
    const ip = parseIP(s);
    if (ip === null) throw new ParseError("IP address", s);
    return ip;
  }

  /** @internal The address at `offset` of a larger array, such as a socket address; the caller checks the room. */
  static at(bytes: Uint8Array, offset: number, length: 4 | 16): IP {
    if (length === ipv4len) return new IP(0, 0, kind.mapped, wordAt(bytes, offset), length);
    return new IP(
      wordAt(bytes, offset),
      wordAt(bytes, offset + 4),
      wordAt(bytes, offset + 8),
      wordAt(bytes, offset + 12),
      length,
    );
  }

  /** @internal The 16-byte form of a 32-bit IPv4 address. */
  static ofIPv4(word: number): IP {
    return new IP(0, 0, kind.mapped, word | 0, ipv6len);
  }

  /** @internal The IPv6 address that the last scan read. */
  static ofScan(): IP {
    return new IP(scannedWord(0), scannedWord(2), scannedWord(4), scannedWord(6), ipv6len);
  }

  /** How many bytes this form has, 4 or 16. Go: len(ip). */
  get length(): 4 | 16 {
    return this.#length;
  }

  /** The bytes in network order: 4 or 16, a fresh array at each call. Go: the slice itself. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    this.copyTo(bytes, 0);
    return bytes;
  }

  /** @internal Writes the `length` bytes of this form at `offset`; the caller checks the room. */
  copyTo(bytes: Uint8Array, offset: number): void {
    if (this.#length === ipv6len) {
      putWord(bytes, offset, this.#w0);
      putWord(bytes, offset + 4, this.#w1);
      putWord(bytes, offset + 8, this.#w2);
      offset += 12;
    }
    putWord(bytes, offset, this.#w3);
  }

  get #isIPv4(): boolean {
    return kind.isMapped(this.#w0, this.#w1, this.#w2);
  }

  /** The 4-byte form, or `null` when this is not an IPv4 address. Go: IP.To4. */
  to4(): IP | null {
    if (this.#length === ipv4len) return this;
    return this.#isIPv4 ? new IP(0, 0, kind.mapped, this.#w3, ipv4len) : null;
  }

  /** The 16-byte form. Go: IP.To16. */
  to16(): IP {
    return this.#length === ipv6len ? this : IP.ofIPv4(this.#w3);
  }

  /**
   * Whether both are the same address, in whichever form; never equal to `null`. Go: IP.Equal.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an IP or `null`.
   */
  equal(x: IP | null): boolean {
    if (x === null) return false;
    if (!(x instanceof IP)) throw invalidArgType("x", "an IP or null", x);
    return this.#w3 === x.#w3 && this.#w2 === x.#w2 && this.#w1 === x.#w1 && this.#w0 === x.#w0;
  }

  /**
   * The address with only the bits that `mask` has; `null` when they do not suit: a mask of 4 bytes for IPv6, one of
   * 16 bytes that does not keep the first 12 for 4 bytes of IPv4, or none. The result has 4 bytes unless both have
   * 16. Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an IPMask or `null`. Go: IP.Mask.
   */
  mask(mask: IPMask | null): IP | null {
    if (mask === null) return null;
    if (!(mask instanceof IPMask)) throw invalidArgType("mask", "an IPMask or null", mask);
    const ip = mask.length === ipv4len ? this.to4() : this;
    if (ip === null || (ip.#length === ipv4len && !mask.keepsPrefix)) return null;
    return new IP(
      ip.#w0 & mask.word(0),
      ip.#w1 & mask.word(1),
      ip.#w2 & mask.word(2),
      ip.#w3 & mask.word(3),
      ip.#length,
    );
  }

  /** The mask of the address's class, A, B or the rest: 8, 16 or 24 bits; `null` for IPv6. Go: IP.DefaultMask. */
  defaultMask(): IPMask | null {
    if (!this.#isIPv4) return null;
    const first = this.#w3 >>> 24;
    return IPMask.ofPrefix(first < 128 ? 8 : first < 192 ? 16 : 24, ipv4len);
  }

  /** `0.0.0.0` or `::`. Go: IP.IsUnspecified. */
  isUnspecified(): boolean {
    return this.#w3 === 0 && this.#w1 === 0 && this.#w0 === 0 && (this.#w2 === 0 || this.#w2 === kind.mapped);
  }

  /** `127.0.0.0/8` or `::1`. Go: IP.IsLoopback. */
  isLoopback(): boolean {
    return kind.isLoopback(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918) or `fc00::/7` (RFC 4193). Go: IP.IsPrivate. */
  isPrivate(): boolean {
    return kind.isPrivate(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `224.0.0.0/4` or `ff00::/8`. Go: IP.IsMulticast. */
  isMulticast(): boolean {
    return kind.isMulticast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `ff01::/16` whatever its flag bits; IPv6 only (RFC 4291 section 2.7). Go: IP.IsInterfaceLocalMulticast. */
  isInterfaceLocalMulticast(): boolean {
    return kind.isInterfaceLocalMulticast(this.#w0);
  }

  /** `224.0.0.0/24`, or `ff02::/16` whatever its flag bits. Go: IP.IsLinkLocalMulticast. */
  isLinkLocalMulticast(): boolean {
    return kind.isLinkLocalMulticast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** `169.254.0.0/16` (RFC 3927) or `fe80::/10`. Go: IP.IsLinkLocalUnicast. */
  isLinkLocalUnicast(): boolean {
    return kind.isLinkLocalUnicast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /**
   * None of the special kinds: not unspecified, loopback, multicast, link-local or `255.255.255.255`.
   * Private addresses are global unicast in this sense. Go: IP.IsGlobalUnicast.
   */
  isGlobalUnicast(): boolean {
    return kind.isGlobalUnicast(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** Canonical text: dotted decimal for both forms of IPv4, else RFC 5952. Go: IP.String. */
  toString(): string {
    return this.#isIPv4 ? formatIPv4(this.#w3) : formatIPv6(this.#w0, this.#w1, this.#w2, this.#w3);
  }

  /** The text in UTF-8. Go: IP.MarshalText. */
  marshalText(): Uint8Array {
    return encodeText(this.toString());
  }

  /**
   * A new array: the bytes of `b`, then the text in UTF-8. `b` stays as it is.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is no Uint8Array. Go: IP.AppendText.
   */
  appendText(b: Uint8Array): Uint8Array {
    return appendTo(b, this.toString());
  }

  /** The text, for `JSON.stringify`. */
  toJSON(): string {
    return this.toString();
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `IP ${this.toString()}`;
  }
}

/**
 * The address that `s` writes: IPv4 dotted decimal, IPv6 (RFC 4291), or IPv6 with an IPv4 tail.
 * `null` for all other text: zones, blanks, leading zeros in an octet, octal, hex and short IPv4 forms.
 * IPv4 gives the 16-byte form. Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `s` is not a string. Go: net.ParseIP.
 */
export function parseIP(s: string): IP | null {
  if (typeof s !== "string") throw invalidArgType("s", "a string", s);
  const word = scanIPv4(s, 0, s.length);
  if (word !== null) return IP.ofIPv4(word);
  return scanIPv6(s, 0, s.length) ? IP.ofScan() : null;
}

/**
 * The IPv4 address `a.b.c.d` in its 16-byte form. Go: net.IPv4.
 * Each is an integer from 0 to 255, else a TypeError (`ERR_INVALID_ARG_TYPE`) or a RangeError (`ERR_OUT_OF_RANGE`).
 */
export function ipv4(a: number, b: number, c: number, d: number): IP {
  const high = (checkInt("a", a, 0, 255) << 8) | checkInt("b", b, 0, 255);
  const low = (checkInt("c", c, 0, 255) << 8) | checkInt("d", d, 0, 255);
  return IP.ofIPv4((high << 16) | low);
}

/** `255.255.255.255`, every host on the link. Go: net.IPv4bcast. */
export const ipv4bcast = ipv4(255, 255, 255, 255);

/** `224.0.0.1`, every system. Go: net.IPv4allsys. */
export const ipv4allsys = ipv4(224, 0, 0, 1);

/** `224.0.0.2`, every router. Go: net.IPv4allrouter. */
export const ipv4allrouter = ipv4(224, 0, 0, 2);

/** `0.0.0.0`. Go: net.IPv4zero. */
export const ipv4zero = ipv4(0, 0, 0, 0);

/** `::`. Go: net.IPv6zero. */
export const ipv6zero = parseIP("::")!;

/** `::`, the same address as {@link ipv6zero}. Go: net.IPv6unspecified. */
export const ipv6unspecified = ipv6zero;

/** `::1`. Go: net.IPv6loopback. */
export const ipv6loopback = parseIP("::1")!;

/** `ff01::1`, every node on this interface. Go: net.IPv6interfacelocalallnodes. */
export const ipv6interfacelocalallnodes = parseIP("ff01::1")!;

/** `ff02::1`, every node on the link. Go: net.IPv6linklocalallnodes. */
export const ipv6linklocalallnodes = parseIP("ff02::1")!;

/** `ff02::2`, every router on the link. Go: net.IPv6linklocalallrouters. */
export const ipv6linklocalallrouters = parseIP("ff02::2")!;
