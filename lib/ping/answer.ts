import { IP, type IPAddr } from "../addr/index.js";
import {
  checksum,
  type ControlMessage,
  Echo,
  type ErrorMessage,
  ICMPv4Type,
  MessageError,
  parseErrorMessage,
  parseMessage,
  type Protocol,
  protocolICMP,
  type QueuedError,
} from "../icmp/index.js";
import { quotedEcho } from "../icmp/error-message.js";
import { parseIPv4Packet } from "../icmp/ip-header.js";
import { echoTypes } from "../icmp/types.js";
import { routeIn } from "./route.js";
import type { Report } from "./describe.js";

/** An echo reply. Whose it is remains to be seen. */
export interface EchoAnswer {
  readonly kind: "echo";
  readonly from: IPAddr;
  readonly echo: Echo;
  readonly ttl: number | null;
  /** When it arrived, in microseconds since 1970; null when the kernel did not say. */
  readonly at: number | null;
  /** The routers that noted themselves in it; null when nobody asked them to, or the header was not seen. */
  readonly route: readonly IP[] | null;
}

/** A report on an echo request. Whose request it was remains to be seen. */
export interface ErrorAnswer {
  readonly kind: "error";
  readonly from: IPAddr | null;
  readonly report: Report;
  /** Where the request had been sent. */
  readonly to: IP;
  readonly echo: Echo;
}

export type Answer = EchoAnswer | ErrorAnswer;

/** What arrived on a socket, with its control data. */
export interface Arrival {
  readonly protocol: Protocol;
  /** Whether it begins with an IPv4 header, as on raw sockets. */
  readonly withHeader: boolean;
  readonly bytes: Uint8Array;
  readonly from: IPAddr;
  readonly control: ControlMessage;
}

/** Makes an answer of what arrived; null for what is malformed, or neither an echo reply nor a report on a request. */
export function answerIn(arrival: Arrival): Answer | null {
  try {
    return read(arrival);
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}

function read({ protocol, withHeader, bytes, from, control }: Arrival): Answer | null {
  const b = withHeader ? icmpOf(bytes) : bytes;
  if (b === null || b.length === 0) return null;
  if (b[0] !== echoTypes(protocol).reply) return fromErrorMessage(from, parseErrorMessage(protocol, b));
  const { code, body } = parseMessage(protocol, b);
  const route = withHeader ? routeIn(bytes) : null;
  if (code !== 0 || !(body instanceof Echo)) return null;
  return { kind: "echo", from, echo: body, ttl: control.ttl, at: control.timestamp, route };
}

// The kernel hands a raw IPv4 socket its packets before ICMP has looked at them: the checksum is still ours to verify.
function icmpOf(packet: Uint8Array): Uint8Array | null {
  const { protocol, payload } = parseIPv4Packet(packet);
  return protocol === protocolICMP && checksum(payload) === 0 ? payload : null;
}

function fromErrorMessage(from: IPAddr, report: ErrorMessage): ErrorAnswer | null {
  const { dst, echo } = report.quoted;
  return echo === null ? null : { kind: "error", from, report, to: dst, echo };
}

// Who made an entry, by ip(7): a packet of ICMP or ICMPv6. Everything else was made by this host, and failed the send.
const ICMP_ORIGINS = [2, 3];

/** Makes an answer of an entry of the error queue; null for one that is not about a request. */
export function answerInQueue(protocol: Protocol, queued: QueuedError<IPAddr>): ErrorAnswer | null {
  const { origin, type, code, info, offender, data, addr } = queued;
  const echo = quotedEcho(protocol, data);
  if (!ICMP_ORIGINS.includes(origin) || echo === null || !addr?.ip) return null;
  // The kernel has picked the one number that counts out of the message; which it is depends on the type.
  const gateway = protocol === protocolICMP && type === ICMPv4Type.redirect ? IP.ofIPv4(info) : null;
  const report = { protocol, type, code, mtu: info, pointer: info, gateway };
  return { kind: "error", from: offender, report, to: addr.ip, echo };
}
