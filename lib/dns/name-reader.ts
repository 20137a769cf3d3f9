// Go: x/net/dns/dnsmessage (Name.unpack); RFC 1035 section 4.1.4, RFC 9267 section 2

const MAX_NAME = 255;
// As many labels as a name of that length can have; nobody needs more pointers either.
const MAX_JUMPS = 127;

/** A name as it was read. */
export interface ReadName {
  /** Rooted. */
  name: string;
  /** Where the next thing begins. */
  end: number;
}

/**
 * Where a name ends that begins at `at`, or -1 if it is none. What a pointer leads to is not looked at.
 * `limit` is where it must have ended.
 */
export function skipName(bytes: Uint8Array, at: number, limit: number): number {
  for (const start = at; at < limit && at - start < MAX_NAME;) {
    const length = bytes[at]!;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2 <= limit ? at + 2 : -1;
    if (length > 63) return -1;
    at += 1 + length;
  }
  return -1;
}

/**
 * Reads the name that begins at `at` and must have ended before `limit`, or null if it is none. A pointer leads strictly
 * backwards, to before the piece it stands in, so that none is followed twice; and there are only so many.
 */
export function readName(bytes: Uint8Array, at: number, limit: number): ReadName | null {
  let name = "";
  let end = -1;
  // Names that are pointed at may not reach into what points at them.
  let bound = limit;
  let start = at;
  for (let jumps = 0; at < bound;) {
    const length = bytes[at++]!;
    if (length === 0) return { name: name === "" ? "." : name, end: end < 0 ? at : end };
    if (length >= 0xc0) {
      if (at >= bound || ++jumps > MAX_JUMPS) return null;
      const target = ((length & 0x3f) << 8) | bytes[at]!;
      if (end < 0) end = at + 1;
      if (target >= start) return null;
      bound = start;
      at = start = target;
      continue;
    }
    if (length > 63 || at + length > bound || name.length + length + 1 >= MAX_NAME) return null;
    for (const stop = at + length; at < stop; at++) {
      // A dot inside a label would look like the end of one.
      if (bytes[at] === 0x2e) return null;
      name += String.fromCharCode(bytes[at]!);
    }
    name += ".";
  }
  return null;
}
