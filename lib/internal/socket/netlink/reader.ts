import { SyscallError } from "../../../errors/index.js";
import { littleEndian } from "../sockaddr.js";

const ALIGN = 4;
// To V8 a module's own constant is one; what it imports may change.
const LITTLE = littleEndian;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Why something of netlink failed, under the name that Go gives to the step. */
export type Step = "netlinkrib" | "parsenetlinkrouteattr";

/**
 * The one way to read what netlink sent: a place in some bytes that moves forward and never beyond their end.
 * Numbers are in this machine's order of bytes. Every method throws a SyscallError with `EINVAL` where there are
 * fewer bytes than it needs.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  // Of the same bytes. Parts share it, since to make one takes longer than to read a message.
  readonly #view: DataView;
  readonly #step: Step;
  #at = 0;
  readonly #end: number = 0;

  constructor(bytes: Uint8Array, step: Step, view = viewOf(bytes), at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = view;
    this.#step = step;
    this.#at = at;
    this.#end = end;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#claim(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#claim(2), LITTLE);
  }

  u32(): number {
    return this.#view.getUint32(this.#claim(4), LITTLE);
  }

  i32(): number {
    return this.#view.getInt32(this.#claim(4), LITTLE);
  }

  /**
   * The next `n` bytes, with a reader of their own, whose failures are of another step perhaps. What fills them up to a
   * multiple of four is passed over; at the very end it may be missing.
   */
  part(n: number, step: Step = this.#step): Reader {
    const at = this.#claim(n);
    this.#align();
    return new Reader(this.#bytes, step, this.#view, at, at + n);
  }

  /** Passes over the next `n` bytes, and over what fills them up likewise. */
  pass(n: number): void {
    this.#claim(n);
    this.#align();
  }

  /** The bytes that are left, as a view. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  /** The text that is left, up to the first NUL, in UTF-8. */
  text(): string {
    let text = "";
    for (let i = this.#at; i < this.#end && this.#bytes[i] !== 0; i++) {
      // Most is ASCII, and asking Buffer for four letters takes ten times as long.
      if (this.#bytes[i]! > 127) return this.#decoded();
      text += String.fromCharCode(this.#bytes[i]!);
    }
    return text;
  }

  #decoded(): string {
    const bytes = this.rest();
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString();
  }

  // The place of the next n bytes, which are then behind us. A length of less than its own header comes as n < 0.
  #claim(n: number): number {
    if (n < 0 || n > this.left) throw new SyscallError(this.#step, "EINVAL");
    const at = this.#at;
    this.#at += n;
    return at;
  }

  #align(): void {
    this.#at = Math.min((this.#at + ALIGN - 1) & -ALIGN, this.#end);
  }
}
