// Go: net/netip/netip.go (AddrPort)
import { checkBytes, concat, decodeText } from "../addr/text.js";
import { compareWords } from "../addr/words.js";
import { checkInt, invalidArgType } from "../errors/index.js";
import { Addr, checkAddr, zeroAddr } from "./addr.js";
import { explainAddr } from "./explain.js";
import { LiteralError } from "./literal-error.js";
import { quote } from "./quote.js";
import { Value } from "./value.js";

/** An IP address and a port: an immutable value. The zero value is `new AddrPort()`. Go: netip.AddrPort. */
export class AddrPort extends Value {
  readonly #addr: Addr;
  readonly #port: number;

  /**
   * An address and a port from 0 to 65535; without arguments the zero value. Go: netip.AddrPortFrom, AddrPort{}.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `ip` is no Addr or `port` no number,
   * a RangeError (`ERR_OUT_OF_RANGE`) when `port` is none from 0 to 65535.
   */
  constructor(ip: Addr = zeroAddr, port = 0) {
    super();
    this.#addr = checkAddr("ip", ip);
    this.#port = checkInt("port", port, 0, 65535);
  }

  /** @internal Whether this is an AddrPort, and not an object that merely inherits from one. */
  static is(x: unknown): x is AddrPort {
    try {
      return #port in (x as object);
    } catch {
      return false; // no object at all
    }
  }

  /**
   * The value that {@link marshalText} wrote; the zero value for empty text. A value cannot change, so this makes
   * one, where Go's method sets one. Errors as of {@link parseAddrPort}. Go: AddrPort.UnmarshalText.
   */
  static unmarshalText(text: Uint8Array | string): AddrPort {
    const s = decodeText(text);
    return s === "" ? new AddrPort() : parseAddrPort(s);
  }

  /**
   * The value that {@link marshalBinary} wrote: an address and the port. A value cannot change, so this makes one,
   * where Go's method sets one. Errors as of `Addr.unmarshalBinary`. Go: AddrPort.UnmarshalBinary.
   */
  static unmarshalBinary(b: Uint8Array): AddrPort {
    const end = checkBytes("b", b).length - 2;
    if (end < 0) throw new LiteralError("unexpected slice size");
    return new AddrPort(Addr.unmarshalBinary(b.subarray(0, end)), b[end]! | (b[end + 1]! << 8));
  }

  /** The address. Go: AddrPort.Addr. */
  get addr(): Addr {
    return this.#addr;
  }

  /** The port, from 0 to 65535. Go: AddrPort.Port. */
  get port(): number {
    return this.#port;
  }

  get key(): string {
    return this.#addr.key + String.fromCharCode(this.#port & 255, this.#port >>> 8);
  }

  /** Whether the address is valid. Every port is. Go: AddrPort.IsValid. */
  isValid(): boolean {
    return this.#addr.isValid();
  }

  /**
   * -1, 0 or 1: how this stands to `p2` in the order of addresses, then of ports. Go: AddrPort.Compare.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an AddrPort.
   */
  compare(p2: AddrPort): -1 | 0 | 1 {
    checkAddrPort("p2", p2);
    return this.#addr.compare(p2.#addr) || compareWords(this.#port, p2.#port);
  }

  /**
   * Whether both have the same address and the same port. Go: `==`.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an AddrPort.
   */
  equals(other: AddrPort): boolean {
    return checkAddrPort("other", other).#port === this.#port && this.#addr.equals(other.#addr);
  }

  /** `1.2.3.4:80`, `[::1]:80` or `[::1%zone]:80`; `invalid AddrPort` without an address. Go: AddrPort.String. */
  override toString(): string {
    if (!this.isValid()) return "invalid AddrPort";
    const host = this.#addr.toString();
    return this.#addr.is4() ? `${host}:${this.#port}` : `[${host}]:${this.#port}`;
  }

  toJSON(): string {
    return this.isValid() ? this.toString() : "";
  }

  /** The bytes of the address, then the port in two bytes, the *lower* one first. Go: AddrPort.MarshalBinary. */
  marshalBinary(): Uint8Array {
    return concat(this.#addr.marshalBinary(), Uint8Array.of(this.#port, this.#port >>> 8));
  }
}

/** The same as `new AddrPort(ip, port)`, with its errors. Go: netip.AddrPortFrom. */
export function addrPortFrom(ip: Addr, port: number): AddrPort {
  return new AddrPort(checkAddr("ip", ip), checkInt("port", port, 0, 65535));
}

/**
 * The value that `s` writes: `1.2.3.4:80`, `[::1]:80` or `[::1%zone]:80`. Both parts are numbers; no name is looked up.
 * Brackets must be around IPv6, and not around IPv4. Go: netip.ParseAddrPort.
 * Throws a `LiteralError` (`ERR_PARSE`) with Go's text, a TypeError (`ERR_INVALID_ARG_TYPE`) when `s` is no string.
 */
export function parseAddrPort(s: string): AddrPort {
  if (typeof s !== "string") throw invalidArgType("s", "a string", s);
  const colon = s.lastIndexOf(":");
  if (colon < 0) throw new LiteralError("not an ip:port");
  if (colon === 0) throw new LiteralError("no IP");
  if (colon === s.length - 1) throw new LiteralError("no port");
  const bracketed = s.startsWith("[");
  if (bracketed && s[colon - 1] !== "]") throw new LiteralError("missing ]");
  const port = readPort(s, colon + 1);
  if (port < 0) throw new LiteralError(`invalid port ${quote(s.slice(colon + 1))} parsing ${quote(s)}`);
  const [from, to] = bracketed ? [1, colon - 1] : [0, colon];
  const addr = Addr.read(s, from, to);
  if (addr === null) throw new LiteralError(explainAddr(s.slice(from, to)));
  if (bracketed === addr.is6()) return new AddrPort(addr, port);
  const rule = bracketed
    ? "square brackets can only be used with IPv6 addresses"
    : "IPv6 addresses must be surrounded by square brackets";
  throw new LiteralError(`invalid ip:port ${quote(s)}, ${rule}`);
}

/** The same as {@link parseAddrPort}, which throws already. Go: netip.MustParseAddrPort. */
export const mustParseAddrPort = parseAddrPort;

/** The port in digits from `from` on, which may have leading zeros; -1 for other text and larger numbers. */
function readPort(s: string, from: number): number {
  let port = 0;
  for (let i = from; i < s.length; i++) {
    const digit = s.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > 65535) return -1;
  }
  return port;
}

/** An AddrPort, or the error that says so. */
export function checkAddrPort(name: string, addrPort: unknown): AddrPort {
  if (!AddrPort.is(addrPort)) throw invalidArgType(name, "an AddrPort", addrPort);
  return addrPort;
}
