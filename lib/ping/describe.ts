import type { IP } from "../addr/index.js";
import { ICMPv4Type, ICMPv6Type, type Protocol, protocolICMP } from "../icmp/index.js";
import type { ErrorReason } from "./events.js";

/** An ICMP error as a router sent it, or as the kernel keeps it. */
export interface Report {
  readonly protocol: Protocol;
  readonly type: number;
  readonly code: number;
  readonly mtu: number | null;
  readonly pointer: number | null;
  readonly gateway: IP | null;
}

// What people know from other pings, by code. RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
const v4Unreachable = [
  "Destination Net Unreachable",
  "Destination Host Unreachable",
  "Destination Protocol Unreachable",
  "Destination Port Unreachable",
  "Frag needed and DF set",
  "Source Route Failed",
  "Destination Net Unknown",
  "Destination Host Unknown",
  "Source Host Isolated",
  "Destination Net Prohibited",
  "Destination Host Prohibited",
  "Destination Net Unreachable for Type of Service",
  "Destination Host Unreachable for Type of Service",
  "Packet filtered",
  "Precedence Violation",
  "Precedence Cutoff",
];

const v4Redirect = [
  "Redirect Network",
  "Redirect Host",
  "Redirect Type of Service and Network",
  "Redirect Type of Service and Host",
];

// RFC 4443 section 3.1.
const v6Unreachable = [
  "No route",
  "Administratively prohibited",
  "Beyond scope of source address",
  "Address unreachable",
  "Port unreachable",
  "Source address failed ingress/egress policy",
  "Reject route to destination",
];

const v6Problem = ["Wrong header field", "Unknown header", "Unknown option"];

const numbered = (names: readonly string[], code: number) => names[code] ?? `code ${code}`;

/** What happened, as a word for programs and a phrase for people; null for a type that is no error. */
export function describe(report: Report): { reason: ErrorReason; message: string } | null {
  return report.protocol === protocolICMP ? describeV4(report) : describeV6(report);
}

function describeV4({
  type,
  code,
  mtu,
  pointer,
  gateway,
}: Report): { reason: ErrorReason; message: string } | null {
  switch (type) {
    case ICMPv4Type.destinationUnreachable:
      if (code === 4) return { reason: "packet-too-big", message: `${v4Unreachable[4]} (mtu = ${mtu ?? 0})` };
      return {
        reason: "unreachable",
        message: v4Unreachable[code] ?? `Destination Unreachable, code ${code}`,
      };
    case ICMPv4Type.timeExceeded:
      return {
        reason: "time-exceeded",
        message: code === 0 ? "Time to live exceeded" : "Frag reassembly time exceeded",
      };
    case ICMPv4Type.parameterProblem:
      return { reason: "parameter-problem", message: `Parameter problem: pointer = ${pointer ?? 0}` };
    case ICMPv4Type.redirect: {
      const next = gateway === null ? "" : ` (New nexthop: ${gateway.toString()})`;
      return { reason: "redirect", message: (v4Redirect[code] ?? `Redirect, code ${code}`) + next };
    }
    default:
      return null;
  }
}

function describeV6({ type, code, mtu, pointer }: Report): { reason: ErrorReason; message: string } | null {
  switch (type) {
    case ICMPv6Type.destinationUnreachable:
      return { reason: "unreachable", message: `Destination unreachable: ${numbered(v6Unreachable, code)}` };
    case ICMPv6Type.packetTooBig:
      return { reason: "packet-too-big", message: `Packet too big: mtu=${mtu ?? 0}` };
    case ICMPv6Type.timeExceeded:
      return {
        reason: "time-exceeded",
        message: `Time exceeded: ${code === 0 ? "Hop limit" : "Defragmentation failure"}`,
      };
    case ICMPv6Type.parameterProblem:
      return {
        reason: "parameter-problem",
        message: `Parameter problem: ${numbered(v6Problem, code)} at ${pointer ?? 0}`,
      };
    default:
      return null;
  }
}
