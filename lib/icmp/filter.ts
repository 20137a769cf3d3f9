// Go: x/net/ipv4/icmp_linux.go, x/net/ipv6/icmp_linux.go, icmp_bsd.go; raw(7) ICMP_FILTER, RFC 3542 section 3.2
import { options } from "../internal/socket/options.js";
import type { Option } from "../internal/socket/options.js";
import { type Protocol, protocolICMP } from "./types.js";

// A set bit blocks its type on Linux and lets it pass on BSD systems: RFC 3542 leaves that to macros.
const bitBlocks = process.platform === "linux";

/** The option and its value that let only these types pass. ICMP_FILTER knows types below 32 and passes all others. */
export function filterFor(proto: Protocol, types: readonly number[]): { option: Option; value: Uint8Array } {
  const words = new Uint32Array(proto === protocolICMP ? 1 : 8);
  for (const type of types) {
    const word = type >> 5;
    if (word < words.length) words[word]! |= 1 << (type & 31);
  }
  if (bitBlocks) words.forEach((word, i) => (words[i] = ~word));
  const option = proto === protocolICMP ? options.icmpFilter : options.icmp6Filter;
  return { option, value: new Uint8Array(words.buffer) };
}
