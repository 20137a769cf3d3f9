// Go: net/ip.go (IP.IsLoopback and its kin), net/netip/netip.go (Addr.IsLoopback and its kin)
//
// What kind of address four big-endian words are, signed or not. IPv4 stands in them in its mapped form
// (RFC 4291 section 2.5.5.2), so an IPv6 address that is one counts as the IPv4 address within.

/** The third word of an IPv4 address in its 16-byte form, `::ffff:a.b.c.d`. */
export const mapped = 0xffff;

/** `::ffff:0:0/96`. */
export function isMapped(w0: number, w1: number, w2: number): boolean {
  return w2 === mapped && w1 === 0 && w0 === 0;
}

/** `::`. */
export function isZero(w0: number, w1: number, w2: number, w3: number): boolean {
  return (w0 | w1 | w2 | w3) === 0;
}

/** `127.0.0.0/8` or `::1`. */
export function isLoopback(w0: number, w1: number, w2: number, w3: number): boolean {
  return isMapped(w0, w1, w2) ? w3 >>> 24 === 127 : (w0 | w1 | w2) === 0 && w3 === 1;
}

/** `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918) or `fc00::/7` (RFC 4193). */
export function isPrivate(w0: number, w1: number, w2: number, w3: number): boolean {
  if (!isMapped(w0, w1, w2)) return w0 >>> 25 === 0xfc >>> 1;
  return w3 >>> 24 === 10 || w3 >>> 20 === 0xac1 || w3 >>> 16 === 0xc0a8;
}

/** `224.0.0.0/4` or `ff00::/8`. */
export function isMulticast(w0: number, w1: number, w2: number, w3: number): boolean {
  return isMapped(w0, w1, w2) ? w3 >>> 28 === 0xe : w0 >>> 24 === 0xff;
}

/** `ff01::/16` whatever its flag bits; IPv6 only (RFC 4291 section 2.7). */
export function isInterfaceLocalMulticast(w0: number): boolean {
  return hasMulticastScope(w0, 1);
}

/** `224.0.0.0/24`, or `ff02::/16` whatever its flag bits. */
export function isLinkLocalMulticast(w0: number, w1: number, w2: number, w3: number): boolean {
  return isMapped(w0, w1, w2) ? w3 >>> 8 === 0xe00000 : hasMulticastScope(w0, 2);
}

/** `169.254.0.0/16` (RFC 3927) or `fe80::/10`. */
export function isLinkLocalUnicast(w0: number, w1: number, w2: number, w3: number): boolean {
  return isMapped(w0, w1, w2) ? w3 >>> 16 === 0xa9fe : w0 >>> 22 === 0xfe80 >>> 6;
}

/** Neither `0.0.0.0`, `255.255.255.255` and `::`, nor loopback, multicast or link-local. Private ones are. */
export function isGlobalUnicast(w0: number, w1: number, w2: number, w3: number): boolean {
  return !(
    (isMapped(w0, w1, w2) && (w3 === 0 || (w3 | 0) === -1)) ||
    isZero(w0, w1, w2, w3) ||
    isLoopback(w0, w1, w2, w3) ||
    isMulticast(w0, w1, w2, w3) ||
    isLinkLocalUnicast(w0, w1, w2, w3)
  );
}

function hasMulticastScope(w0: number, scope: number): boolean {
  return w0 >>> 24 === 0xff && ((w0 >>> 16) & 0xf) === scope;
}
