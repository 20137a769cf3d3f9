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

/** A new array: the bytes of `b`, then those of the text. A TypeError (`ERR_INVALID_ARG_TYPE`) when `b` is none. */
export function appendTo(b: Uint8Array, text: string): Uint8Array {
  if (!isUint8Array(b)) throw invalidArgType("b", "a Uint8Array", b);
  const more = encoder.encode(text);
  const joined = new Uint8Array(b.length + more.length);
  joined.set(b);
  joined.set(more, b.length);
  return joined;
}

/** What `unmarshalText` was given, as a string; what is no UTF-8 becomes U+FFFD. */
export function decodeText(text: Uint8Array | string): string {
  if (typeof text === "string") return text;
  if (!isUint8Array(text)) throw invalidArgType("text", "a Uint8Array or a string", text);
  return decoder.decode(text);
}
