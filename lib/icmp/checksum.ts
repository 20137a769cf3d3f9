// Go: x/net/icmp/message.go (checksum); RFC 1071
import { checkBytes } from "../internal/poll/buffers.js";

/**
 * The Internet checksum of bytes: the ones' complement of the ones' complement sum of their 16-bit words. An odd
 * last byte counts as the high half of a word. Over a message that carries its right checksum it is 0. Throws a TypeError
 * for what is no Uint8Array. RFC 1071.
 */
export function checksum(b: Uint8Array): number {
  checkBytes("b", b);
  let sum = 0;
  const even = b.length & ~1;
  for (let i = 0; i < even; i += 2) sum += (b[i]! << 8) | b[i + 1]!;
  if (even < b.length) sum += b[even]! << 8;
  // Folding once leaves at most one carry more, for anything that fits into memory.
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
