// Go: encoding (TextMarshaler, TextAppender, BinaryMarshaler, BinaryAppender)
import { appendTo, concat, encodeText } from "../addr/text.js";
import { invalidArgType, outOfRange } from "../errors/index.js";

/**
 * What an address, an address with port and a prefix have in common: an immutable value, of which there may be
 * several equal copies. `===` tells copies apart, and a deep comparison, such as `assert.deepEqual`, sees no difference
 * at all, since what they hold is private. So compare with `equals`, or by `key`, which is also what a Map or Set needs.
 */
export abstract class Value {
  /**
   * A short string that is the same for equal values and no others, of one type: made for Map and Set.
   * Its characters are the bytes of {@link marshalBinary} (a zone stands there as it is), so it is not for reading.
   */
  abstract get key(): string;

  /** Canonical text; of an invalid value, a word for that. Go: String. */
  abstract toString(): string;

  /** The text as {@link marshalText} has it, for `JSON.stringify`. */
  abstract toJSON(): string;

  /** The bytes from which `unmarshalBinary` makes an equal value. Go: MarshalBinary. */
  abstract marshalBinary(): Uint8Array;

  /**
   * The text in UTF-8, from which `unmarshalText` makes an equal value: that of `toString`, but empty for the zero
   * value. Go: MarshalText.
   */
  marshalText(): Uint8Array {
    return encodeText(this.toJSON());
  }

  /**
   * A new array: the bytes of `b`, then the text. `b` stays as it is. Go: AppendTo.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is no Uint8Array.
   */
  appendTo(b: Uint8Array): Uint8Array {
    return appendTo(b, this.toJSON());
  }

  /** The same as {@link appendTo}. Go: AppendText. */
  appendText(b: Uint8Array): Uint8Array {
    return this.appendTo(b);
  }

  /**
   * A new array: the bytes of `b`, then those of {@link marshalBinary}. `b` stays as it is. Go: AppendBinary.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is no Uint8Array.
   */
  appendBinary(b: Uint8Array): Uint8Array {
    return concat(b, this.marshalBinary());
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `${this.constructor.name} ${this.toString()}`;
  }
}

/** An integer of any size, or the error that says so. */
export function checkInteger(name: string, value: number): number {
  if (typeof value !== "number") throw invalidArgType(name, "an integer", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  return value;
}
