// Go: x/net/ipv4/sys_ssmreq.go, x/net/ipv6/sys_ssmreq.go; RFC 3678 section 5.1
import { type IP, IPAddr, UDPAddr } from "../addr/index.js";
import { checkInt, ErrMissingAddress, invalidArgType } from "../errors/index.js";
import { constant } from "../internal/binding.js";
import { littleEndian, MAX_SOCKADDR } from "../internal/socket/sockaddr.js";
import { ipCodec } from "../internal/socket/sockaddr-inet.js";

/** An interface by its number: what `interfaceByName` gives, or `{ index: 2 }`. */
export interface InterfaceIndex {
  /** Its number, above zero; 0 for the system's choice. */
  readonly index: number;
}

/** A group or a source of packets; a port and a zone mean nothing there. */
export type GroupAddr = UDPAddr | IPAddr;

// A socket address is aligned as a long is, and so is control data.
const AFTER_INDEX = Math.max(4, constant("CMSG_ALIGN"));

const MAX_INT = 0x7fffffff;

/** The number of an interface, 0 for null: the system's choice. Throws a TypeError or a RangeError. */
export function indexOf(ifi: InterfaceIndex | null): number {
  if (ifi === null) return 0;
  if (typeof ifi !== "object") throw invalidArgType("ifi", "an Interface or null", ifi);
  return checkInt("ifi.index", ifi.index, 0, MAX_INT);
}

/** An address to be encoded, or null; throws a TypeError for what is none. */
export function checkGroupAddr(name: string, addr: unknown): GroupAddr | null {
  if (addr === null || addr === undefined) return null;
  if (addr instanceof UDPAddr || addr instanceof IPAddr) return addr;
  throw invalidArgType(name, "a UDPAddr or an IPAddr", addr);
}

/**
 * `struct group_req` of one address, `struct group_source_req` of two: the group, and one who sends to it. Throws
 * ErrMissingAddress for an address that is not of the family.
 */
export function groupRequest(
  family: number,
  own: (ip: IP) => IP | null,
  index: number,
  addrs: readonly (GroupAddr | null)[],
): Uint8Array {
  const request = new Uint8Array(AFTER_INDEX + addrs.length * MAX_SOCKADDR);
  new DataView(request.buffer).setUint32(0, index, littleEndian);
  for (const [i, addr] of addrs.entries()) {
    const ip = addr?.ip ? own(addr.ip) : null;
    if (ip === null) throw ErrMissingAddress;
    // The interface says which zone is meant.
    ipCodec.encode(family, new IPAddr({ ip }), request, AFTER_INDEX + i * MAX_SOCKADDR);
  }
  return request;
}
