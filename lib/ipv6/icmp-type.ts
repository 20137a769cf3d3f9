// Go: x/net/ipv6/iana.go, icmp.go; IANA "ICMPv6 Parameters"
import { checkInt } from "../errors/index.js";

/** The protocol number of ICMPv6: what every type of this module belongs to. Go: ICMPType.Protocol. */
export const protocolIPv6ICMP = 58;

/** The type of an ICMPv6 message, 0 to 255. Go: ipv6.ICMPType. */
export type ICMPType = number;

/** Destination Unreachable. Go: ipv6.ICMPTypeDestinationUnreachable. */
export const icmpTypeDestinationUnreachable = 1;

/** Packet Too Big. Go: ipv6.ICMPTypePacketTooBig. */
export const icmpTypePacketTooBig = 2;

/** Time Exceeded. Go: ipv6.ICMPTypeTimeExceeded. */
export const icmpTypeTimeExceeded = 3;

/** Parameter Problem. Go: ipv6.ICMPTypeParameterProblem. */
export const icmpTypeParameterProblem = 4;

/** Echo Request. Go: ipv6.ICMPTypeEchoRequest. */
export const icmpTypeEchoRequest = 128;

/** Echo Reply. Go: ipv6.ICMPTypeEchoReply. */
export const icmpTypeEchoReply = 129;

/** Multicast Listener Query. Go: ipv6.ICMPTypeMulticastListenerQuery. */
export const icmpTypeMulticastListenerQuery = 130;

/** Multicast Listener Report. Go: ipv6.ICMPTypeMulticastListenerReport. */
export const icmpTypeMulticastListenerReport = 131;

/** Multicast Listener Done. Go: ipv6.ICMPTypeMulticastListenerDone. */
export const icmpTypeMulticastListenerDone = 132;

/** Router Solicitation. Go: ipv6.ICMPTypeRouterSolicitation. */
export const icmpTypeRouterSolicitation = 133;

/** Router Advertisement. Go: ipv6.ICMPTypeRouterAdvertisement. */
export const icmpTypeRouterAdvertisement = 134;

/** Neighbor Solicitation. Go: ipv6.ICMPTypeNeighborSolicitation. */
export const icmpTypeNeighborSolicitation = 135;

/** Neighbor Advertisement. Go: ipv6.ICMPTypeNeighborAdvertisement. */
export const icmpTypeNeighborAdvertisement = 136;

/** Redirect Message. Go: ipv6.ICMPTypeRedirect. */
export const icmpTypeRedirect = 137;

/** Router Renumbering. Go: ipv6.ICMPTypeRouterRenumbering. */
export const icmpTypeRouterRenumbering = 138;

/** ICMP Node Information Query. Go: ipv6.ICMPTypeNodeInformationQuery. */
export const icmpTypeNodeInformationQuery = 139;

/** ICMP Node Information Response. Go: ipv6.ICMPTypeNodeInformationResponse. */
export const icmpTypeNodeInformationResponse = 140;

/** Inverse Neighbor Discovery Solicitation Message. Go: ipv6.ICMPTypeInverseNeighborDiscoverySolicitation. */
export const icmpTypeInverseNeighborDiscoverySolicitation = 141;

/** Inverse Neighbor Discovery Advertisement Message. Go: ipv6.ICMPTypeInverseNeighborDiscoveryAdvertisement. */
export const icmpTypeInverseNeighborDiscoveryAdvertisement = 142;

/** Version 2 Multicast Listener Report. Go: ipv6.ICMPTypeVersion2MulticastListenerReport. */
export const icmpTypeVersion2MulticastListenerReport = 143;

/** Home Agent Address Discovery Request Message. Go: ipv6.ICMPTypeHomeAgentAddressDiscoveryRequest. */
export const icmpTypeHomeAgentAddressDiscoveryRequest = 144;

/** Home Agent Address Discovery Reply Message. Go: ipv6.ICMPTypeHomeAgentAddressDiscoveryReply. */
export const icmpTypeHomeAgentAddressDiscoveryReply = 145;

/** Mobile Prefix Solicitation. Go: ipv6.ICMPTypeMobilePrefixSolicitation. */
export const icmpTypeMobilePrefixSolicitation = 146;

/** Mobile Prefix Advertisement. Go: ipv6.ICMPTypeMobilePrefixAdvertisement. */
export const icmpTypeMobilePrefixAdvertisement = 147;

/** Certification Path Solicitation Message. Go: ipv6.ICMPTypeCertificationPathSolicitation. */
export const icmpTypeCertificationPathSolicitation = 148;

/** Certification Path Advertisement Message. Go: ipv6.ICMPTypeCertificationPathAdvertisement. */
export const icmpTypeCertificationPathAdvertisement = 149;

/** Multicast Router Advertisement. Go: ipv6.ICMPTypeMulticastRouterAdvertisement. */
export const icmpTypeMulticastRouterAdvertisement = 151;

/** Multicast Router Solicitation. Go: ipv6.ICMPTypeMulticastRouterSolicitation. */
export const icmpTypeMulticastRouterSolicitation = 152;

/** Multicast Router Termination. Go: ipv6.ICMPTypeMulticastRouterTermination. */
export const icmpTypeMulticastRouterTermination = 153;

/** FMIPv6 Messages. Go: ipv6.ICMPTypeFMIPv6. */
export const icmpTypeFMIPv6 = 154;

/** RPL Control Message. Go: ipv6.ICMPTypeRPLControl. */
export const icmpTypeRPLControl = 155;

/** ILNPv6 Locator Update Message. Go: ipv6.ICMPTypeILNPv6LocatorUpdate. */
export const icmpTypeILNPv6LocatorUpdate = 156;

/** Duplicate Address Request. Go: ipv6.ICMPTypeDuplicateAddressRequest. */
export const icmpTypeDuplicateAddressRequest = 157;

/** Duplicate Address Confirmation. Go: ipv6.ICMPTypeDuplicateAddressConfirmation. */
export const icmpTypeDuplicateAddressConfirmation = 158;

/** MPL Control Message. Go: ipv6.ICMPTypeMPLControl. */
export const icmpTypeMPLControl = 159;

/** Extended Echo Request. Go: ipv6.ICMPTypeExtendedEchoRequest. */
export const icmpTypeExtendedEchoRequest = 160;

/** Extended Echo Reply. Go: ipv6.ICMPTypeExtendedEchoReply. */
export const icmpTypeExtendedEchoReply = 161;

const names: ReadonlyMap<number, string> = new Map([
  [icmpTypeDestinationUnreachable, "destination unreachable"],
  [icmpTypePacketTooBig, "packet too big"],
  [icmpTypeTimeExceeded, "time exceeded"],
  [icmpTypeParameterProblem, "parameter problem"],
  [icmpTypeEchoRequest, "echo request"],
  [icmpTypeEchoReply, "echo reply"],
  [icmpTypeMulticastListenerQuery, "multicast listener query"],
  [icmpTypeMulticastListenerReport, "multicast listener report"],
  [icmpTypeMulticastListenerDone, "multicast listener done"],
  [icmpTypeRouterSolicitation, "router solicitation"],
  [icmpTypeRouterAdvertisement, "router advertisement"],
  [icmpTypeNeighborSolicitation, "neighbor solicitation"],
  [icmpTypeNeighborAdvertisement, "neighbor advertisement"],
  [icmpTypeRedirect, "redirect message"],
  [icmpTypeRouterRenumbering, "router renumbering"],
  [icmpTypeNodeInformationQuery, "icmp node information query"],
  [icmpTypeNodeInformationResponse, "icmp node information response"],
  [icmpTypeInverseNeighborDiscoverySolicitation, "inverse neighbor discovery solicitation message"],
  [icmpTypeInverseNeighborDiscoveryAdvertisement, "inverse neighbor discovery advertisement message"],
  [icmpTypeVersion2MulticastListenerReport, "version 2 multicast listener report"],
  [icmpTypeHomeAgentAddressDiscoveryRequest, "home agent address discovery request message"],
  [icmpTypeHomeAgentAddressDiscoveryReply, "home agent address discovery reply message"],
  [icmpTypeMobilePrefixSolicitation, "mobile prefix solicitation"],
  [icmpTypeMobilePrefixAdvertisement, "mobile prefix advertisement"],
  [icmpTypeCertificationPathSolicitation, "certification path solicitation message"],
  [icmpTypeCertificationPathAdvertisement, "certification path advertisement message"],
  [icmpTypeMulticastRouterAdvertisement, "multicast router advertisement"],
  [icmpTypeMulticastRouterSolicitation, "multicast router solicitation"],
  [icmpTypeMulticastRouterTermination, "multicast router termination"],
  [icmpTypeFMIPv6, "fmipv6 messages"],
  [icmpTypeRPLControl, "rpl control message"],
  [icmpTypeILNPv6LocatorUpdate, "ilnpv6 locator update message"],
  [icmpTypeDuplicateAddressRequest, "duplicate address request"],
  [icmpTypeDuplicateAddressConfirmation, "duplicate address confirmation"],
  [icmpTypeMPLControl, "mpl control message"],
  [icmpTypeExtendedEchoRequest, "extended echo request"],
  [icmpTypeExtendedEchoReply, "extended echo reply"],
]);

/**
 * The name of a type in small letters, such as `packet too big`; `<nil>` for one without. Throws a TypeError or a RangeError
 * unless it is 0 to 255. Go: ICMPType.String.
 */
export function icmpTypeName(typ: ICMPType): string {
  return names.get(checkInt("typ", typ, 0, 0xff)) ?? "<nil>";
}
