// Go: net/interface.go (Flags)
import { checkInt } from "../errors/index.js";

/** The interface is administratively up. Go: net.FlagUp. */
export const flagUp = 1;

/** The interface can broadcast. Go: net.FlagBroadcast. */
export const flagBroadcast = 2;

/** The interface leads back to this host. Go: net.FlagLoopback. */
export const flagLoopback = 4;

/** The interface has one peer. Go: net.FlagPointToPoint. */
export const flagPointToPoint = 8;

/** The interface can multicast. Go: net.FlagMulticast. */
export const flagMulticast = 16;

/** The interface is operationally up: there is a carrier. Go: net.FlagRunning. */
export const flagRunning = 32;

// By bit, from the lowest on.
const names = ["up", "broadcast", "loopback", "pointtopoint", "multicast", "running"];

/** What an interface is and can do: an immutable set of bits, such as {@link flagUp}. Go: net.Flags. */
export class Flags {
  /** The bits, as an integer. */
  readonly bits: number;

  /**
   * @param bits `flagUp | flagMulticast`, say.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) or a RangeError (`ERR_OUT_OF_RANGE`) unless it is a 31-bit integer.
   */
  constructor(bits: number) {
    this.bits = checkInt("bits", bits, 0, 0x7fffffff);
  }

  /** Whether all the bits of `flag` are set. Throws as the constructor. Go: f&flag == flag. */
  has(flag: number): boolean {
    const bits = checkInt("flag", flag, 0, 0x7fffffff);
    return (this.bits & bits) === bits;
  }

  /** The names of the bits with bars between them: `up|loopback|running`; `0` for none. Go: Flags.String. */
  toString(): string {
    return names.filter((_, i) => this.has(1 << i)).join("|") || "0";
  }

  /** The text, for `JSON.stringify`. */
  toJSON(): string {
    return this.toString();
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Flags ${this.toString()}`;
  }
}
