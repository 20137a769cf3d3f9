// The types of messages: their numbers and names.

import { expect, it } from "vitest";
import * as ipv6 from "rawconn/ipv6";
import { thrown } from "../support/outcome.js";

const { icmpTypeName, protocolIPv6ICMP } = ipv6;

// IANA's registry, with Go's names in small letters.
const types: [constant: string, number: ipv6.ICMPType, name: string][] = [
  ["icmpTypeDestinationUnreachable", 1, "destination unreachable"],
  ["icmpTypePacketTooBig", 2, "packet too big"],
  ["icmpTypeTimeExceeded", 3, "time exceeded"],
  ["icmpTypeParameterProblem", 4, "parameter problem"],
  ["icmpTypeEchoRequest", 128, "echo request"],
  ["icmpTypeEchoReply", 129, "echo reply"],
  ["icmpTypeMulticastListenerQuery", 130, "multicast listener query"],
  ["icmpTypeMulticastListenerReport", 131, "multicast listener report"],
  ["icmpTypeMulticastListenerDone", 132, "multicast listener done"],
  ["icmpTypeRouterSolicitation", 133, "router solicitation"],
  ["icmpTypeRouterAdvertisement", 134, "router advertisement"],
  ["icmpTypeNeighborSolicitation", 135, "neighbor solicitation"],
  ["icmpTypeNeighborAdvertisement", 136, "neighbor advertisement"],
  ["icmpTypeRedirect", 137, "redirect message"],
  ["icmpTypeRouterRenumbering", 138, "router renumbering"],
  ["icmpTypeNodeInformationQuery", 139, "icmp node information query"],
  ["icmpTypeNodeInformationResponse", 140, "icmp node information response"],
  ["icmpTypeInverseNeighborDiscoverySolicitation", 141, "inverse neighbor discovery solicitation message"],
  ["icmpTypeInverseNeighborDiscoveryAdvertisement", 142, "inverse neighbor discovery advertisement message"],
  ["icmpTypeVersion2MulticastListenerReport", 143, "version 2 multicast listener report"],
  ["icmpTypeHomeAgentAddressDiscoveryRequest", 144, "home agent address discovery request message"],
  ["icmpTypeHomeAgentAddressDiscoveryReply", 145, "home agent address discovery reply message"],
  ["icmpTypeMobilePrefixSolicitation", 146, "mobile prefix solicitation"],
  ["icmpTypeMobilePrefixAdvertisement", 147, "mobile prefix advertisement"],
  ["icmpTypeCertificationPathSolicitation", 148, "certification path solicitation message"],
  ["icmpTypeCertificationPathAdvertisement", 149, "certification path advertisement message"],
  ["icmpTypeMulticastRouterAdvertisement", 151, "multicast router advertisement"],
  ["icmpTypeMulticastRouterSolicitation", 152, "multicast router solicitation"],
  ["icmpTypeMulticastRouterTermination", 153, "multicast router termination"],
  ["icmpTypeFMIPv6", 154, "fmipv6 messages"],
  ["icmpTypeRPLControl", 155, "rpl control message"],
  ["icmpTypeILNPv6LocatorUpdate", 156, "ilnpv6 locator update message"],
  ["icmpTypeDuplicateAddressRequest", 157, "duplicate address request"],
  ["icmpTypeDuplicateAddressConfirmation", 158, "duplicate address confirmation"],
  ["icmpTypeMPLControl", 159, "mpl control message"],
  ["icmpTypeExtendedEchoRequest", 160, "extended echo request"],
  ["icmpTypeExtendedEchoReply", 161, "extended echo reply"],
];

it.each(types)("%s is %i, %s", (constant, number, name) => {
  expect((ipv6 as Record<string, unknown>)[constant]).toBe(number);
  expect(icmpTypeName(number)).toBe(name);
});

it("has no constant that the table leaves out", () => {
  const constants = Object.keys(ipv6).filter((name) => /^icmpType(?!Name)/.test(name));
  expect(constants.toSorted()).toEqual(types.map(([constant]) => constant).toSorted());
});

it("says <nil> of a number without a name, as Go does", () => {
  const named = new Set(types.map(([, number]) => number));
  const others = Array.from({ length: 256 }, (_, typ) => typ).filter((typ) => !named.has(typ));
  expect(new Set(others.map(icmpTypeName))).toEqual(new Set(["<nil>"]));
  expect(protocolIPv6ICMP).toBe(58);
});

it.each([-1, 256, 1.5, NaN, "8", null])("refuses %s, which is no type", (typ) => {
  const code = typeof typ === "number" ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
  expect(thrown(() => icmpTypeName(typ as number))).toMatchObject({ code });
});
