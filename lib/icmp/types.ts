// Go: x/net/ipv4/iana.go, x/net/ipv6/iana.go; IANA "ICMP Type Numbers", "ICMPv6 Parameters"
import { MessageError } from "../errors/index.js";
import * as ipv4 from "../ipv4/icmp-type.js";
import * as ipv6 from "../ipv6/icmp-type.js";

/** The IP protocol number of ICMP for IPv4 (RFC 792). */
export const protocolICMP = ipv4.protocolICMP;

/** The IP protocol number of ICMPv6 (RFC 4443). */
export const protocolIPv6ICMP = ipv6.protocolIPv6ICMP;

/** Which ICMP a message belongs to: 1 for IPv4, 58 for IPv6. Their type numbers differ. */
export type Protocol = typeof protocolICMP | typeof protocolIPv6ICMP;

/** Message types of ICMP for IPv4. Go: ipv4.ICMPTypeEchoReply and its kin. */
export const ICMPv4Type = {
  echoReply: ipv4.icmpTypeEchoReply,
  destinationUnreachable: ipv4.icmpTypeDestinationUnreachable,
  redirect: ipv4.icmpTypeRedirect,
  echo: ipv4.icmpTypeEcho,
  routerAdvertisement: ipv4.icmpTypeRouterAdvertisement,
  routerSolicitation: ipv4.icmpTypeRouterSolicitation,
  timeExceeded: ipv4.icmpTypeTimeExceeded,
  parameterProblem: ipv4.icmpTypeParameterProblem,
  timestamp: ipv4.icmpTypeTimestamp,
  timestampReply: ipv4.icmpTypeTimestampReply,
  extendedEchoRequest: ipv4.icmpTypeExtendedEchoRequest,
  extendedEchoReply: ipv4.icmpTypeExtendedEchoReply,
} as const;

/** Message types of ICMPv6. Go: ipv6.ICMPTypeDestinationUnreachable and its kin. */
export const ICMPv6Type = {
  destinationUnreachable: ipv6.icmpTypeDestinationUnreachable,
  packetTooBig: ipv6.icmpTypePacketTooBig,
  timeExceeded: ipv6.icmpTypeTimeExceeded,
  parameterProblem: ipv6.icmpTypeParameterProblem,
  echoRequest: ipv6.icmpTypeEchoRequest,
  echoReply: ipv6.icmpTypeEchoReply,
  multicastListenerQuery: ipv6.icmpTypeMulticastListenerQuery,
  multicastListenerReport: ipv6.icmpTypeMulticastListenerReport,
  multicastListenerDone: ipv6.icmpTypeMulticastListenerDone,
  routerSolicitation: ipv6.icmpTypeRouterSolicitation,
  routerAdvertisement: ipv6.icmpTypeRouterAdvertisement,
  neighborSolicitation: ipv6.icmpTypeNeighborSolicitation,
  neighborAdvertisement: ipv6.icmpTypeNeighborAdvertisement,
  redirect: ipv6.icmpTypeRedirect,
  extendedEchoRequest: ipv6.icmpTypeExtendedEchoRequest,
  extendedEchoReply: ipv6.icmpTypeExtendedEchoReply,
} as const;

/** The two types that a ping is made of. */
export function echoTypes(protocol: Protocol): { request: number; reply: number } {
  return protocol === protocolICMP
    ? { request: ICMPv4Type.echo, reply: ICMPv4Type.echoReply }
    : { request: ICMPv6Type.echoRequest, reply: ICMPv6Type.echoReply };
}

/** 1 or 58, or the MessageError that says so. */
export function checkProtocol(proto: number | undefined): Protocol {
  if (proto !== protocolICMP && proto !== protocolIPv6ICMP) throw new MessageError("invalid protocol");
  return proto;
}
