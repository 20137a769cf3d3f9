// Go: net/netip/netip.go (AddrFrom4, AddrFrom16, AddrFromSlice, IPv4Unspecified and its kin)
import { IP } from "../addr/ip.js";
import { checkBytes } from "../addr/text.js";
import { invalidArgValue } from "../errors/index.js";
import { Addr, parseAddr } from "./addr.js";

/**
 * The IPv4 address of 4 bytes in network order. Go: netip.AddrFrom4.
 * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but a Uint8Array, `ERR_INVALID_ARG_VALUE` for another length.
 */
export function addrFrom4(addr: Uint8Array): Addr {
  if (checkBytes("addr", addr).length !== 4) throw invalidArgValue("addr", "4 bytes", addr);
  return Addr.ofBytes(addr);
}

/**
 * The IPv6 address of 16 bytes in network order; mapped IPv4 stays what it is. Go: netip.AddrFrom16.
 * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for anything but a Uint8Array, `ERR_INVALID_ARG_VALUE` for another length.
 */
export function addrFrom16(addr: Uint8Array): Addr {
  if (checkBytes("addr", addr).length !== 16) throw invalidArgValue("addr", "16 bytes", addr);
  return Addr.ofBytes(addr);
}

/**
 * The address of 4 or 16 bytes in network order, or null for any other number of them. An `IP` may stand for its
 * bytes: `addrFromSlice(ip)`. The way back is `IP.from(addr.asSlice())`. An IP that was parsed has 16 bytes, those of
 * IPv4 too: `unmap()` then gives what {@link parseAddr} would have given. Go: netip.AddrFromSlice.
 * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but a Uint8Array or an IP.
 */
export function addrFromSlice(slice: Uint8Array | IP): Addr | null {
  const addr = Addr.ofBytes(slice instanceof IP ? slice.bytes : checkBytes("slice", slice));
  return addr.isValid() ? addr : null;
}

/** The same as {@link parseAddr}, which throws already. Go: netip.MustParseAddr. */
export const mustParseAddr = parseAddr;

const unspecified4 = parseAddr("0.0.0.0");
const unspecified6 = parseAddr("::");
const loopback6 = parseAddr("::1");
const allNodes = parseAddr("ff02::1");
const allRouters = parseAddr("ff02::2");

/** `0.0.0.0`. Go: netip.IPv4Unspecified. */
export function ipv4Unspecified(): Addr {
  return unspecified4;
}

/** `::`. Go: netip.IPv6Unspecified. */
export function ipv6Unspecified(): Addr {
  return unspecified6;
}

/** `::1`. Go: netip.IPv6Loopback. */
export function ipv6Loopback(): Addr {
  return loopback6;
}

/** `ff02::1`, every node on the link. Go: netip.IPv6LinkLocalAllNodes. */
export function ipv6LinkLocalAllNodes(): Addr {
  return allNodes;
}

/** `ff02::2`, every router on the link. Go: netip.IPv6LinkLocalAllRouters. */
export function ipv6LinkLocalAllRouters(): Addr {
  return allRouters;
}
