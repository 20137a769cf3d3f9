// Go: x/net/icmp/dstunreach.go, timeexceeded.go, paramprob.go, packettoobig.go; RFC 792, RFC 4443 section 3
import type { IP } from "../addr/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { Cursor } from "./cursor.js";
import { parseIPv4, parseIPv6 } from "./ip-header.js";
import { Echo } from "./echo.js";
import { parseMessage } from "./message.js";
import { quotedIn } from "./multipart.js";
import { MessageError } from "./message-error.js";
import { checkProtocol, echoTypes, ICMPv4Type, ICMPv6Type, type Protocol, protocolICMP } from "./types.js";

/** The packet that an error message is about, as far as it was sent back. */
export interface Quoted {
  readonly src: IP;
  readonly dst: IP;
  /** The protocol of its payload. */
  readonly protocol: number;
  /** What was quoted of its payload, as a view; padding may follow. */
  readonly data: Uint8Array;
  /** The echo request in it; null when it is something else, or less than a header of it came back. */
  readonly echo: Echo | null;
}

/** A message that says what became of a packet. Nothing in it is verified: anyone can send one. */
export interface ErrorMessage {
  readonly protocol: Protocol;
  readonly type: number;
  readonly code: number;
  /** The MTU of the link that the packet did not fit; null for other errors. */
  readonly mtu: number | null;
  /** The byte that was wrong in the packet; null for other errors. */
  readonly pointer: number | null;
  /** The router that a redirect names; null for other errors. */
  readonly gateway: IP | null;
  readonly quoted: Quoted;
}

const v4Errors = {
  unreachable: ICMPv4Type.destinationUnreachable,
  redirect: ICMPv4Type.redirect,
  timeExceeded: ICMPv4Type.timeExceeded,
  parameterProblem: ICMPv4Type.parameterProblem,
} as const;

const v6Errors = {
  unreachable: ICMPv6Type.destinationUnreachable,
  packetTooBig: ICMPv6Type.packetTooBig,
  timeExceeded: ICMPv6Type.timeExceeded,
  parameterProblem: ICMPv6Type.parameterProblem,
} as const;

/** The types of message that {@link parseErrorMessage} reads: what says that a packet did not get through, or how. */
export function errorTypes(proto: Protocol): number[] {
  return Object.values(checkProtocol(proto) === protocolICMP ? v4Errors : v6Errors);
}

const FRAGMENTATION_NEEDED = 4;

/**
 * Reads a message of one of the {@link errorTypes}: destination unreachable, time exceeded, parameter problem, redirect
 * (IPv4), packet too big (IPv6). Throws a MessageError (`ERR_PARSE`) for another type, and for one that does not hold
 * a whole IP header of the packet it is about.
 */
export function parseErrorMessage(proto: Protocol, b: Uint8Array): ErrorMessage {
  const types = errorTypes(proto);
  checkBytes("b", b);
  const cursor = new Cursor(b, "message");
  const [type, code] = [cursor.u8(), cursor.u8()];
  if (!types.includes(type)) throw new MessageError("invalid type");
  cursor.pass(2);
  const detail = readDetail(proto, type, code, cursor);
  return {
    protocol: proto,
    type,
    code,
    mtu: null,
    pointer: null,
    gateway: null,
    ...detail,
    quoted: parseQuoted(proto, quotedBy(proto, type, b, cursor.rest())),
  };
}

// Extensions may follow what these quote: RFC 4884 section 4.
const multipart = new Set<number>([
  v4Errors.unreachable,
  v4Errors.timeExceeded,
  v4Errors.parameterProblem,
  v6Errors.unreachable,
  v6Errors.timeExceeded,
]);

function quotedBy(proto: Protocol, type: number, b: Uint8Array, rest: Uint8Array): Uint8Array {
  return multipart.has(type) ? quotedIn(proto, new Cursor(b.subarray(4), "message").u32(), rest) : rest;
}

// The four bytes whose meaning depends on the type.
function readDetail(proto: Protocol, type: number, code: number, cursor: Cursor): Partial<ErrorMessage> {
  if (proto !== protocolICMP) {
    const word = cursor.u32();
    if (type === v6Errors.packetTooBig) return { mtu: word };
    return type === v6Errors.parameterProblem ? { pointer: word } : {};
  }
  if (type === v4Errors.redirect) return { gateway: cursor.ip(4) };
  const [high, low] = [cursor.u16(), cursor.u16()];
  if (type === v4Errors.parameterProblem) return { pointer: high >> 8 };
  // RFC 1191; a router from before it tells 0.
  return type === v4Errors.unreachable && code === FRAGMENTATION_NEEDED ? { mtu: low } : {};
}

/**
 * Reads the packet that an error message quotes: as much of it as is there, a whole IP header at least.
 * Throws a MessageError (`ERR_PARSE`); a TypeError for what is no Uint8Array.
 */
export function parseQuoted(proto: Protocol, b: Uint8Array): Quoted {
  checkBytes("b", b);
  const { src, dst, protocol, fragment, payload } =
    checkProtocol(proto) === protocolICMP ? parseIPv4(b) : parseIPv6(b);
  const echo = protocol === proto && !fragment ? quotedEcho(proto, payload) : null;
  return { src, dst, protocol, data: payload, echo };
}

/** The echo request that begins `b`; null when it is anything else, or shorter than its header. */
export function quotedEcho(proto: Protocol, b: Uint8Array): Echo | null {
  if (b.length < 8 || b[0] !== echoTypes(proto).request) return null;
  const { body } = parseMessage(proto, b);
  return body instanceof Echo ? body : null;
}
