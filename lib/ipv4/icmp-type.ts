// Go: x/net/ipv4/iana.go, icmp.go; IANA "ICMP Type Numbers"
import { checkInt } from "../errors/index.js";

/** The protocol number of ICMP: what every type of this module belongs to. Go: ICMPType.Protocol. */
export const protocolICMP = 1;

/** The type of an ICMP message, 0 to 255. Go: ipv4.ICMPType. */
export type ICMPType = number;

/** Echo Reply. Go: ipv4.ICMPTypeEchoReply. */
export const icmpTypeEchoReply = 0;

/** Destination Unreachable. Go: ipv4.ICMPTypeDestinationUnreachable. */
export const icmpTypeDestinationUnreachable = 3;

/** Redirect. Go: ipv4.ICMPTypeRedirect. */
export const icmpTypeRedirect = 5;

/** Echo. Go: ipv4.ICMPTypeEcho. */
export const icmpTypeEcho = 8;

/** Router Advertisement. Go: ipv4.ICMPTypeRouterAdvertisement. */
export const icmpTypeRouterAdvertisement = 9;

/** Router Solicitation. Go: ipv4.ICMPTypeRouterSolicitation. */
export const icmpTypeRouterSolicitation = 10;

/** Time Exceeded. Go: ipv4.ICMPTypeTimeExceeded. */
export const icmpTypeTimeExceeded = 11;

/** Parameter Problem. Go: ipv4.ICMPTypeParameterProblem. */
export const icmpTypeParameterProblem = 12;

/** Timestamp. Go: ipv4.ICMPTypeTimestamp. */
export const icmpTypeTimestamp = 13;

/** Timestamp Reply. Go: ipv4.ICMPTypeTimestampReply. */
export const icmpTypeTimestampReply = 14;

/** Photuris. Go: ipv4.ICMPTypePhoturis. */
export const icmpTypePhoturis = 40;

/** Extended Echo Request. Go: ipv4.ICMPTypeExtendedEchoRequest. */
export const icmpTypeExtendedEchoRequest = 42;

/** Extended Echo Reply. Go: ipv4.ICMPTypeExtendedEchoReply. */
export const icmpTypeExtendedEchoReply = 43;

const names: ReadonlyMap<number, string> = new Map([
  [icmpTypeEchoReply, "echo reply"],
  [icmpTypeDestinationUnreachable, "destination unreachable"],
  [icmpTypeRedirect, "redirect"],
  [icmpTypeEcho, "echo"],
  [icmpTypeRouterAdvertisement, "router advertisement"],
  [icmpTypeRouterSolicitation, "router solicitation"],
  [icmpTypeTimeExceeded, "time exceeded"],
  [icmpTypeParameterProblem, "parameter problem"],
  [icmpTypeTimestamp, "timestamp"],
  [icmpTypeTimestampReply, "timestamp reply"],
  [icmpTypePhoturis, "photuris"],
  [icmpTypeExtendedEchoRequest, "extended echo request"],
  [icmpTypeExtendedEchoReply, "extended echo reply"],
]);

/**
 * The name of a type in small letters, such as `echo reply`; `<nil>` for one without. Throws a TypeError or a RangeError
 * unless it is 0 to 255. Go: ICMPType.String.
 */
export function icmpTypeName(typ: ICMPType): string {
  return names.get(checkInt("typ", typ, 0, 0xff)) ?? "<nil>";
}
