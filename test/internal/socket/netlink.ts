// Messages of netlink, built by hand.
import { littleEndian } from "#lib/internal/socket/sockaddr.js";

/** Numbers of so many bytes each, in this machine's order: `[2, 5]` is 5 in two bytes. Bytes stay as they are. */
export function pack(...parts: ([1 | 2 | 4, number] | Uint8Array)[]): Uint8Array {
  const packed = parts.map((part) => {
    if (part instanceof Uint8Array) return part;
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, part[1], true);
    const bytes = Buffer.from(view.buffer, 0, part[0]);
    return littleEndian ? bytes : bytes.reverse();
  });
  return Uint8Array.from(Buffer.concat(packed));
}

const padded = (bytes: Uint8Array) => pack(bytes, new Uint8Array(-bytes.length & 3));

/** A struct nlattr with its value, filled up. */
export function attribute(type: number, value: Uint8Array, length = value.length + 4): Uint8Array {
  return padded(pack([2, length], [2, type], value));
}

/** A message with its struct nlmsghdr, filled up. */
export function message(
  type: number,
  body: Uint8Array,
  { flags = 2, seq = 1, port = 77, length = body.length + 16 } = {},
): Uint8Array {
  return padded(pack([4, length], [2, type], [2, flags], [4, seq], [4, port], body));
}

/** A struct ifinfomsg with attributes. */
export function link(type: number, index: number, flags: number, ...attributes: Uint8Array[]): Uint8Array {
  return pack([1, 0], [1, 0], [2, type], [4, index], [4, flags], [4, 0xffffffff], ...attributes);
}

/** A struct ifaddrmsg with attributes. */
export function addr(family: number, ones: number, index: number, ...attributes: Uint8Array[]): Uint8Array {
  return pack([1, family], [1, ones], [1, 0], [1, 0], [4, index], ...attributes);
}

/** Text with its NUL. */
export const text = (s: string) => Buffer.from(`${s}\0`);
