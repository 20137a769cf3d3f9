// Go: x/net/ipv4/genericopt.go, x/net/ipv4/dgramopt.go and their kin of x/net/ipv6
import { checkInt } from "../errors/index.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import { getInt, type Option, setInt } from "../internal/socket/options.js";

/** A socket option that is a number within bounds: a row of a family's table. */
export class NumberOption {
  readonly #name: string;
  readonly #option: Option;
  readonly #min: number;
  readonly #max: number;

  /** @param name what a RangeError calls the number. */
  constructor(name: string, option: Option, min: number, max: number) {
    this.#name = name;
    this.#option = option;
    this.#min = min;
    this.#max = max;
  }

  /** Asks for it. Throws an OpError `set`. */
  get(fd: NetFD): number {
    return fd.set((number) => getInt(number, this.#option));
  }

  /** Sets it. Throws a TypeError or a RangeError; an OpError `set`. */
  set(fd: NetFD, value: number): void {
    checkInt(this.#name, value, this.#min, this.#max);
    fd.set((number) => setInt(number, this.#option, value));
  }
}
