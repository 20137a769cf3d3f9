// Go: net/netip/uint128.go
//
// An address is four 32-bit words, signed or not, the most significant one first.

/** The word whose bytes begin at `i`, in network order. */
export function wordAt(bytes: Uint8Array, i: number): number {
  return (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!;
}

/** Writes a word's bytes from `i` on, in network order. */
export function putWord(bytes: Uint8Array, i: number, word: number): void {
  bytes[i] = word >>> 24;
  bytes[i + 1] = word >>> 16;
  bytes[i + 2] = word >>> 8;
  bytes[i + 3] = word;
}

/** The mask of a word's first bits: none of them below 1, all from 32 on. */
export function mask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

/** -1, 0 or 1 as the first word is less than the second, equal or greater, both taken as unsigned. */
export function compareWords(a: number, b: number): -1 | 0 | 1 {
  if (a === b) return 0;
  return a >>> 0 < b >>> 0 ? -1 : 1;
}
