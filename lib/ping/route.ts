// RFC 791 section 3.1, "Record Route"; ip(7) IP_OPTIONS
import { IP } from "../addr/index.js";
import type { PacketConn } from "../icmp/index.js";
import { binding } from "../internal/binding.js";

const END = 0;
const NOP = 1;
const RECORD_ROUTE = 7;
// Nine addresses behind type, length and pointer: with a NOP before them the forty bytes that a header has for options.
const LENGTH = 39;
const FIRST = 4;
const MIN_HEADER = 20;

/** Has every request of a raw IPv4 socket ask for the route. Throws an OpError: `ENOPROTOOPT` on one of IPv6. */
export function askForRoute(conn: PacketConn): void {
  const { IPPROTO_IP = -1, IP_OPTIONS = -1 } = binding.constants;
  const option = new Uint8Array(1 + LENGTH);
  option.set([NOP, RECORD_ROUTE, LENGTH, FIRST]);
  conn.syscallConn().setsockopt(IPPROTO_IP, IP_OPTIONS, option);
}

/** The routers that noted themselves in a packet of IPv4; null when it has no such option, or a malformed one. */
export function routeIn(packet: Uint8Array): readonly IP[] | null {
  const end = Math.min((packet[0]! & 0x0f) * 4, packet.length);
  // Each step goes on by a byte at least.
  for (let at = MIN_HEADER; at < end;) {
    const type = packet[at]!;
    if (type === END) return null;
    const length = type === NOP ? 1 : (packet[at + 1] ?? 0);
    if (type !== NOP && (length < 2 || length > end - at)) return null;
    if (type === RECORD_ROUTE) return addressesIn(packet.subarray(at, at + length));
    at += length;
  }
  return null;
}

// The pointer counts from 1, and stands where the next router would write.
function addressesIn(option: Uint8Array): readonly IP[] | null {
  const pointer = option[2] ?? 0;
  if (pointer < FIRST || pointer > option.length + 1) return null;
  const found: IP[] = [];
  for (let at = FIRST - 1; at + 4 <= Math.min(pointer - 1, option.length); at += 4)
    found.push(IP.at(option, at, 4));
  return found;
}
