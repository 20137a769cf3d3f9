// Go: encoding (TextMarshaler, TextAppender, TextUnmarshaler)
import { isUint8Array } from "node:util/types";
import { invalidArgType } from "../errors/index.js";

const encoder = new TextEncoder();
// Without "ignoreBOM" a byte order mark would vanish, and nonsense become an address.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A Uint8Array, or the error that says so. */
export function checkBytes(name: string, bytes: Uint8Array): Uint8Array {
  if (!isUint8Array(bytes)) throw invalidArgType(name, "a Uint8Array", bytes);
  return bytes;
}

/** A new array: the bytes of `b`, then those of the text. A TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is none. */
export function appendTo(b: Uint8Array, text: string): Uint8Array {
  return concat(b, encodeText(text));
}

/** A new array: the bytes of `b`, then the others. A TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is none. */
export function concat(b: Uint8Array, more: Uint8Array): Uint8Array {
  checkBytes("b", b);
  const joined = new Uint8Array(b.length + more.length);
  // What was transferred has no bytes left, and cannot even be asked for them.
  if (b.length > 0) joined.set(b);
  joined.set(more, b.length);
  return joined;
}

/** What `unmarshalText` was given, as a string; what is no UTF-8 becomes U+FFFD. */
export function decodeText(text: Uint8Array | string): string {
  if (typeof text === "string") return text;
  if (!isUint8Array(text)) throw invalidArgType("text", "a Uint8Array or a string", text);
  return decoder.decode(text);
}
