// Go: encoding (TextMarshaler, TextAppender, BinaryMarshaler, BinaryAppender)
import { isUint8Array } from "node:util/types";
import { invalidArgType, outOfRange } from "../errors/index.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

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
    return encoder.encode(this.toJSON());
  }

  /**
   * A new array: the bytes of `b`, then the text. `b` stays as it is. Go: AppendTo.
   * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is no Uint8Array.
   */
  appendTo(b: Uint8Array): Uint8Array {
    return concat(b, this.marshalText());
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

/** The bytes of both, in a new array; a TypeError when `b` is no Uint8Array. */
export function concat(b: Uint8Array, more: Uint8Array): Uint8Array {
  const joined = new Uint8Array(checkBytes("b", b).length + more.length);
  joined.set(b);
  joined.set(more, b.length);
  return joined;
}

/** A Uint8Array, or the error that says so. */
export function checkBytes(name: string, bytes: Uint8Array): Uint8Array {
  if (!isUint8Array(bytes)) throw invalidArgType(name, "a Uint8Array", bytes);
  return bytes;
}

/** An integer of any size, or the error that says so. */
export function checkInteger(name: string, value: number): number {
  if (typeof value !== "number") throw invalidArgType(name, "an integer", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  return value;
}

/** The string that text in UTF-8 stands for. What is no UTF-8 becomes U+FFFD. */
export function decode(text: Uint8Array): string {
  return decoder.decode(text);
}

/** The bytes of a string in UTF-8. */
export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/** What `unmarshalText` was given, as a string. */
export function checkText(text: Uint8Array | string): string {
  if (typeof text === "string") return text;
  if (!isUint8Array(text)) throw invalidArgType("text", "a Uint8Array or a string", text);
  return decode(text);
}
