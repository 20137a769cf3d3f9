// PEP 383; unix(7)
import { isUtf8 } from "node:buffer";

// The system takes any bytes for a name, and text has none for some of them. Such a byte becomes half a surrogate pair,
// which no UTF-8 holds, so that every name there is can be shown, sent back, and compared.
const BYTE = 0xdc00;
const escapes = /([\udc80-\udcff])/u;

const encoder = new TextEncoder();
const decode = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");

/** The bytes of a name as text; what is no UTF-8 as U+DC80 to U+DCFF, one for each byte. */
export function nameOf(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return decode(bytes);
  let name = "";
  for (let at = 0; at < bytes.length;) {
    const char = firstChar(bytes.subarray(at));
    name += char === null ? String.fromCharCode(BYTE + bytes[at]!) : decode(char);
    at += char?.length ?? 1;
  }
  return name;
}

// The shortest beginning that is UTF-8 is one character.
function firstChar(bytes: Uint8Array): Uint8Array | null {
  for (let length = 1; length <= Math.min(4, bytes.length); length++) {
    const char = bytes.subarray(0, length);
    if (isUtf8(char)) return char;
  }
  return null;
}

/** The bytes that {@link nameOf} shows so, and the UTF-8 of any other text. */
export function bytesOf(name: string): Uint8Array {
  if (!escapes.test(name)) return encoder.encode(name);
  return Buffer.concat(
    name
      .split(escapes)
      .map((part, i) => (i % 2 === 1 ? Uint8Array.of(part.charCodeAt(0) - BYTE) : encoder.encode(part))),
  );
}
