import { ipv6loopback, parseIP } from "../../addr/index.js";
import { Addr, addrFromSlice, parsePrefix, type Prefix } from "../../netip/index.js";

/** Addresses in a row, as one target of a sweep stands for them: two objects, however many they are. */
export interface Range {
  /** The target as it was given. */
  readonly target: string;
  readonly first: Addr;
  /** How many there are; of a large network of IPv6 the nearest number there is. */
  readonly size: number;
}

/** The range that a target writes; null for what must be a name. */
export function parseRange(target: string): Range | null {
  const prefix = valueOf(() => parsePrefix(target));
  if (prefix !== null) return ofPrefix(target, prefix);
  const single = Addr.read(target, 0, target.length);
  if (single !== null) return { target, first: reachable(single), size: 1 };
  return ofEnds(target);
}

/** The range of one address. */
export function rangeOf(target: string, addr: Addr): Range {
  return { target, first: reachable(addr), size: 1 };
}

function valueOf<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

// In a network of IPv4 the first address is the network's own, and the last one everybody's: neither is a host's. A
// link of two (RFC 3021) has no such thing, and neither has IPv6.
function ofPrefix(target: string, prefix: Prefix): Range {
  const { addr, bits } = prefix.masked();
  const size = 2 ** (addr.bitLen - bits);
  return addr.is4() && size > 2
    ? { target, first: addr.next(), size: size - 2 }
    : { target, first: addr, size };
}

// `10.0.0.1-10.0.0.20`. A name may have a hyphen, too; but no name is two addresses.
function ofEnds(target: string): Range | null {
  const hyphen = target.indexOf("-");
  if (hyphen < 0) return null;
  const first = Addr.read(target, 0, hyphen);
  const last = Addr.read(target, hyphen + 1, target.length);
  if (first === null || last === null || first.bitLen !== last.bitLen || first.compare(last) > 0) return null;
  return { target, first, size: Number(numberOf(last) - numberOf(first)) + 1 };
}

function numberOf(addr: Addr): bigint {
  return BigInt(`0x${Buffer.from(addr.as16()).toString("hex")}`);
}

const loopback4 = addrFromSlice(parseIP("127.0.0.1")!.to4()!.bytes)!;
const loopback6 = addrFromSlice(ipv6loopback.bytes)!;

// What the kernel makes of 0.0.0.0 and ::, so that the answers are known to come from there. A mapped address is
// reached over IPv4.
function reachable(addr: Addr): Addr {
  const plain = addr.unmap();
  if (!plain.isUnspecified()) return plain;
  return plain.is4() ? loopback4 : loopback6;
}
