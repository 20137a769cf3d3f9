// Go: net/addrselect.go; RFC 6724
import type { IP, IPAddr } from "../addr/index.js";

/** How an address is ranked: RFC 6724 section 2.1. */
export interface Policy {
  precedence: number;
  label: number;
}

interface Row extends Policy {
  bytes: readonly number[];
  bits: number;
}

// The longest prefix first, so that the first that fits is the right one.
const policies: readonly Row[] = [
  { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], bits: 128, precedence: 50, label: 0 },
  { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], bits: 96, precedence: 35, label: 4 },
  { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96, precedence: 1, label: 3 },
  { bytes: [0x20, 0x01, 0, 0], bits: 32, precedence: 5, label: 5 },
  { bytes: [0x20, 0x02], bits: 16, precedence: 30, label: 2 },
  { bytes: [0x3f, 0xfe], bits: 16, precedence: 1, label: 12 },
  { bytes: [0xfe, 0xc0], bits: 10, precedence: 1, label: 11 },
  { bytes: [0xfc], bits: 7, precedence: 3, label: 13 },
  { bytes: [], bits: 0, precedence: 40, label: 1 },
];

/** The row of the policy table for an address; IPv4 counts as mapped. Go: policyTable.Classify. */
export function policyOf(ip: IP): Policy {
  const bytes = ip.to16().bytes;
  return policies.find((row) => commonBits(row.bytes, bytes) >= row.bits)!;
}

/** How many leading bits two addresses share, as far as the shorter one goes. */
function commonBits(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const differ = a[i]! ^ b[i]!;
    if (differ !== 0) return i * 8 + Math.clz32(differ) - 24;
  }
  return length * 8;
}

const LINK_LOCAL = 2;
const SITE_LOCAL = 5;
const GLOBAL = 14;

/** How far an address reaches, in the numbers of multicast scopes. Go: net.classifyScope; RFC 4291 section 2.7. */
export function scopeOf(ip: IP): number {
  if (ip.isLoopback() || ip.isLinkLocalUnicast()) return LINK_LOCAL;
  if (ip.to4() !== null) return GLOBAL;
  const [first, second] = ip.bytes as unknown as [number, number];
  if (first === 0xff) return second & 0xf;
  return first === 0xfe && (second & 0xc0) === 0xc0 ? SITE_LOCAL : GLOBAL;
}

/**
 * How many leading bits two addresses share, 0 across families. Of IPv6 only the first 64 count: the rest is no matter
 * of routing. Go: net.commonPrefixLen.
 */
export function commonPrefixLen(a: IP, b: IP): number {
  const [a4, b4] = [a.to4(), b.to4()];
  if ((a4 === null) !== (b4 === null)) return 0;
  if (a4 !== null) return commonBits(a4.bytes, b4!.bytes);
  return commonBits(a.bytes.subarray(0, 8), b.bytes.subarray(0, 8));
}

/** The address that the system would send from, or null where there is no way. */
export type SourceOf = (addr: IPAddr) => IP | null;

interface Candidate {
  addr: IPAddr;
  source: IP | null;
  scope: number;
  policy: Policy;
  matchesScope: boolean;
  matchesLabel: boolean;
  common: number;
}

function candidate(addr: IPAddr, sourceOf: SourceOf): Candidate {
  const ip = addr.ip!;
  const source = sourceOf(addr);
  const [scope, policy] = [scopeOf(ip), policyOf(ip)];
  const matchesScope = source !== null && scopeOf(source) === scope;
  const matchesLabel = source !== null && policyOf(source).label === policy.label;
  // Go leaves IPv4 out: there, shared bits say nothing of nearness.
  const common = source === null || ip.to4() !== null ? 0 : commonPrefixLen(source, ip);
  return { addr, source, scope, policy, matchesScope, matchesLabel, common };
}

// Rules 3, 4 and 7 would need to know more of the source; rule 10 leaves the order.
function compare(a: Candidate, b: Candidate): number {
  if (a.source === null || b.source === null) return Number(a.source === null) - Number(b.source === null);
  const bothIPv6 = a.addr.ip!.to4() === null && b.addr.ip!.to4() === null;
  return (
    Number(b.matchesScope) - Number(a.matchesScope) || // Rule 2
    Number(b.matchesLabel) - Number(a.matchesLabel) || // Rule 5
    b.policy.precedence - a.policy.precedence || // Rule 6
    a.scope - b.scope || // Rule 8
    (bothIPv6 ? b.common - a.common : 0) // Rule 9
  );
}

/** The addresses in the order in which to try them. Go: net.sortByRFC6724. */
export function sortByRFC6724(addrs: readonly IPAddr[], sourceOf: SourceOf): IPAddr[] {
  if (addrs.length < 2) return [...addrs];
  return addrs
    .map((addr) => candidate(addr, sourceOf))
    .sort(compare)
    .map(({ addr }) => addr);
}
