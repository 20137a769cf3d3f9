// Go: x/net/ipv4/iana.go, x/net/ipv6/iana.go; IANA "ICMP Type Numbers", "ICMPv6 Parameters"
import { MessageError } from "./message-error.js";

/** The IP protocol number of ICMP for IPv4 (RFC 792). */
export const protocolICMP = 1;

/** The IP protocol number of ICMPv6 (RFC 4443). */
export const protocolIPv6ICMP = 58;

/** Which ICMP a message belongs to: 1 for IPv4, 58 for IPv6. Their type numbers differ. */
export type Protocol = typeof protocolICMP | typeof protocolIPv6ICMP;

/** Message types of ICMP for IPv4. Go: ipv4.ICMPTypeEchoReply and its kin. */
export const ICMPv4Type = {
  echoReply: 0,
  destinationUnreachable: 3,
  redirect: 5,
  echo: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestamp: 13,
  timestampReply: 14,
  extendedEchoRequest: 42,
  extendedEchoReply: 43,
} as const;

/** Message types of ICMPv6. Go: ipv6.ICMPTypeDestinationUnreachable and its kin. */
export const ICMPv6Type = {
  destinationUnreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  multicastListenerQuery: 130,
  multicastListenerReport: 131,
  multicastListenerDone: 132,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighborSolicitation: 135,
  neighborAdvertisement: 136,
  redirect: 137,
  extendedEchoRequest: 160,
  extendedEchoReply: 161,
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
