// The types of messages: their numbers and names.

import { expect, it } from "vitest";
import * as ipv4 from "rawconn/ipv4";
import { thrown } from "../support/outcome.js";

const { icmpTypeName, protocolICMP } = ipv4;

// IANA's registry, with Go's names in small letters.
const types: [constant: string, number: ipv4.ICMPType, name: string][] = [
  ["icmpTypeEchoReply", 0, "echo reply"],
  ["icmpTypeDestinationUnreachable", 3, "destination unreachable"],
  ["icmpTypeRedirect", 5, "redirect"],
  ["icmpTypeEcho", 8, "echo"],
  ["icmpTypeRouterAdvertisement", 9, "router advertisement"],
  ["icmpTypeRouterSolicitation", 10, "router solicitation"],
  ["icmpTypeTimeExceeded", 11, "time exceeded"],
  ["icmpTypeParameterProblem", 12, "parameter problem"],
  ["icmpTypeTimestamp", 13, "timestamp"],
  ["icmpTypeTimestampReply", 14, "timestamp reply"],
  ["icmpTypePhoturis", 40, "photuris"],
  ["icmpTypeExtendedEchoRequest", 42, "extended echo request"],
  ["icmpTypeExtendedEchoReply", 43, "extended echo reply"],
];

it.each(types)("%s is %i, %s", (constant, number, name) => {
  expect((ipv4 as Record<string, unknown>)[constant]).toBe(number);
  expect(icmpTypeName(number)).toBe(name);
});

it("has no constant that the table leaves out", () => {
  const constants = Object.keys(ipv4).filter((name) => /^icmpType(?!Name)/.test(name));
  expect(constants.toSorted()).toEqual(types.map(([constant]) => constant).toSorted());
});

it("says <nil> of a number without a name, as Go does", () => {
  const named = new Set(types.map(([, number]) => number));
  const others = Array.from({ length: 256 }, (_, typ) => typ).filter((typ) => !named.has(typ));
  expect(new Set(others.map(icmpTypeName))).toEqual(new Set(["<nil>"]));
  expect(protocolICMP).toBe(1);
});

it.each([-1, 256, 1.5, NaN, "8", null])("refuses %s, which is no type", (typ) => {
  const code = typeof typ === "number" ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
  expect(thrown(() => icmpTypeName(typ as number))).toMatchObject({ code });
});
