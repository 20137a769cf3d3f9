import { SyscallError } from "../../../errors/index.js";
import { littleEndian } from "../sockaddr.js";

const ALIGN = 4;

/** Why something of netlink failed, under the name that Go gives to the step. */
export type Step = "netlinkrib" | "parsenetlinkrouteattr";

/**
 * The one way to read what netlink sent: a place in some bytes that moves forward and never beyond their end.
 * Numbers are in this machine's order of bytes. Every method throws a SyscallError with `EINVAL` where there are
 * fewer bytes than it needs.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #step: Step;
  #at = 0;

  constructor(bytes: Uint8Array, step: Step) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#step = step;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#claim(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#claim(2), littleEndian);
  }

  u32(): number {
    return this.#view.getUint32(this.#claim(4), littleEndian);
  }

  i32(): number {
    return this.#view.getInt32(this.#claim(4), littleEndian);
  }

  /** The next `n` bytes, as a view. */
  take(n: number): Uint8Array {
    const at = this.#claim(n);
    return this.#bytes.subarray(at, at + n);
  }

  /** Passes over the next `n` bytes. */
  pass(n: number): void {
    this.#claim(n);
  }

  /** Passes over what fills up to the next multiple of four; at the very end it may be missing. */
  align(): void {
    this.#at = Math.min((this.#at + ALIGN - 1) & -ALIGN, this.#bytes.length);
  }

  // The place of the next n bytes, which are then behind us. A length of less than its own header comes as n < 0.
  #claim(n: number): number {
    if (n < 0 || n > this.left) throw new SyscallError(this.#step, "EINVAL");
    const at = this.#at;
    this.#at += n;
    return at;
  }
}
