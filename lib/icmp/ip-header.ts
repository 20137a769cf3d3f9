// Go: x/net/ipv4/header.go, x/net/icmp/ipv4.go; RFC 791 section 3.1, RFC 8200 section 4
import type { IP } from "../addr/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { type Header, parseHeader } from "../ipv4/index.js";
import { Cursor } from "./cursor.js";
import { MessageError } from "./message-error.js";

/** What ICMP needs to know of an IP packet. */
export interface IPPacket {
  /** Bytes before the payload: an IPv4 header with its options, or an IPv6 header and its extensions. */
  readonly headerLength: number;
  /** The length of the whole packet as its header claims it. */
  readonly totalLength: number;
  /** TTL or hop limit. */
  readonly ttl: number;
  /** The protocol of the payload: 1, 6, 17, 58, ... */
  readonly protocol: number;
  readonly src: IP;
  readonly dst: IP;
  /** Whether the payload is the later part of a fragmented packet, so that it has no header of its protocol. */
  readonly fragment: boolean;
  /** What is there of the payload, as a view: `min(totalLength, bytes given)` less the header. */
  readonly payload: Uint8Array;
}

const MIN_IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const FRAGMENT_OFFSET = 0x1fff;

/**
 * Reads a packet that arrived on a raw IPv4 socket: 20 <= header <= total length <= bytes received.
 * Throws a MessageError.
 */
export function parseIPv4Packet(b: Uint8Array): IPPacket {
  const packet = parseIPv4(b);
  if (packet.totalLength < packet.headerLength || packet.totalLength > b.length) {
    throw new MessageError("invalid header");
  }
  return packet;
}

/**
 * Reads the beginning of an IPv4 packet, such as an error message quotes it. The header must be whole; the total
 * length is a claim, which can shorten the payload and never lengthen it. Throws a MessageError.
 */
export function parseIPv4(b: Uint8Array): IPPacket {
  const cursor = new Cursor(b, "header");
  const first = cursor.u8();
  const headerLength = (first & 0x0f) * 4;
  if (first >> 4 !== 4 || headerLength < MIN_IPV4_HEADER) throw new MessageError("invalid header");
  cursor.pass(1);
  const totalLength = cursor.u16();
  cursor.pass(2);
  const fragment = (cursor.u16() & FRAGMENT_OFFSET) !== 0;
  const ttl = cursor.u8();
  const protocol = cursor.u8();
  cursor.pass(2);
  const src = cursor.ip(4);
  const dst = cursor.ip(4);
  cursor.pass(headerLength - MIN_IPV4_HEADER);
  const payload = cut(cursor.rest(), totalLength - headerLength);
  return { headerLength, totalLength, ttl, protocol, src, dst, fragment, payload };
}

// Some systems quote a packet with its length in another byte order, or less its header: then it says nothing.
function cut(rest: Uint8Array, claimed: number): Uint8Array {
  return claimed >= 0 && claimed < rest.length ? rest.subarray(0, claimed) : rest;
}

/** Reads the beginning of an IPv6 packet, past its extension headers. Throws a MessageError. */
export function parseIPv6(b: Uint8Array): IPPacket {
  const cursor = new Cursor(b, "header");
  if (cursor.u8() >> 4 !== 6) throw new MessageError("invalid header");
  cursor.pass(3);
  const totalLength = IPV6_HEADER + cursor.u16();
  const next = cursor.u8();
  const ttl = cursor.u8();
  const src = cursor.ip(16);
  const dst = cursor.ip(16);
  const { protocol, fragment } = skipExtensions(cursor, next);
  const headerLength = b.length - cursor.left;
  const payload = cut(cursor.rest(), totalLength - headerLength);
  return { headerLength, totalLength, ttl, protocol, src, dst, fragment, payload };
}

// RFC 8200 section 4.1: hop-by-hop options, routing, fragment, destination options; RFC 4302: authentication.
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;

// Each step claims at least eight bytes, so the walk ends with the packet at the latest.
function skipExtensions(cursor: Cursor, first: number): { protocol: number; fragment: boolean } {
  let protocol = first;
  for (;;) {
    const header = protocol;
    if (![HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION].includes(header)) {
      return { protocol, fragment: false };
    }
    protocol = cursor.u8();
    const length = cursor.u8();
    if (header === FRAGMENT) {
      const later = cursor.u16() >> 3 !== 0;
      cursor.pass(4);
      if (later) return { protocol, fragment: true };
    } else if (header === AUTHENTICATION) {
      cursor.pass((length + 2) * 4 - 2);
    } else {
      cursor.pass((length + 1) * 8 - 2);
    }
  }
}

/**
 * The IPv4 header at the beginning of a packet that an error message quotes. Throws a MessageError (`ERR_PARSE`): `header
 * too short`, `buffer too short` when its options are not all there; a TypeError for what is no Uint8Array. Of IPv6 there
 * is `parseHeader` of `rawconn/ipv6`. Go: icmp.ParseIPv4Header.
 */
export function parseIPv4Header(b: Uint8Array): Header {
  checkBytes("b", b);
  if (b.length >= MIN_IPV4_HEADER && (b[0]! & 0x0f) * 4 > b.length)
    throw new MessageError("buffer too short");
  return parseHeader(b);
}
