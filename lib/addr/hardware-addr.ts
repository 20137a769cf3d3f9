// Go: net/mac.go
import { isUint8Array } from "node:util/types";
import { AddrError, invalidArgType } from "../errors/index.js";

/** A link-layer address, such as a MAC: an immutable value of any number of bytes. Go: net.HardwareAddr. */
export class HardwareAddr {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The address made of these bytes, which are copied. Go: the conversion net.HardwareAddr(b).
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but a Uint8Array.
   */
  static from(bytes: Uint8Array): HardwareAddr {
    if (!isUint8Array(bytes)) throw invalidArgType("bytes", "a Uint8Array", bytes);
    // What was transferred has no bytes left, and cannot even be asked for them.
    return new HardwareAddr(bytes.length === 0 ? new Uint8Array(0) : new Uint8Array(bytes));
  }

  /** How many bytes it has. Go: len(a). */
  get length(): number {
    return this.#bytes.length;
  }

  /** The bytes, a fresh array at each call. Go: the slice itself. */
  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  /** Lower-case hex with colons: `00:00:5e:00:53:01`; "" for no bytes. Go: HardwareAddr.String. */
  toString(): string {
    return Array.from(this.#bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
  }

  /** The text, for `JSON.stringify`. */
  toJSON(): string {
    return this.toString();
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `HardwareAddr ${this.toString()}`;
  }
}

// One separator throughout: pairs of digits with colons or dashes, or fours with dots.
const form = /^(?:[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2})*|[\da-f]{4}(?:\.[\da-f]{4})+)$/i;

// MAC-48 and EUI-48, EUI-64, IP over InfiniBand.
const lengths = new Set([6, 8, 20]);

/**
 * Reads a MAC-48, EUI-48, EUI-64 or a 20-byte InfiniBand address: `00:00:5e:00:53:01`, `00-00-5e-00-53-01` or
 * `0000.5e00.5301`. Go: net.ParseMAC.
 *
 * Throws an {@link AddrError} (`ERR_ADDRESS`) `invalid MAC address`; a TypeError (`ERR_INVALID_ARG_TYPE`) when `s`
 * is not a string.
 */
export function parseMAC(s: string): HardwareAddr {
  if (typeof s !== "string") throw invalidArgType("s", "a string", s);
  const bytes = form.test(s) ? Buffer.from(s.replace(/[:.-]/g, ""), "hex") : null;
  if (bytes === null || !lengths.has(bytes.length)) throw new AddrError("invalid MAC address", s);
  return HardwareAddr.from(bytes);
}
