import { describe } from "vitest";
import type { TCPNetwork } from "rawconn";
import { hasIPv6, pair } from "../support/pair.js";
import { conformance, type Ends } from "./suite.js";

/** A pair with the dialed or the accepted end first: they come about differently, and must be alike. */
function maker(network: TCPNetwork, first: "dialed" | "accepted"): () => Promise<Ends> {
  return async () => {
    const ends = await pair(network);
    const [a, b] = first === "dialed" ? [ends.client, ends.server] : [ends.server, ends.client];
    return { a, b, stop: () => ends[Symbol.dispose]() };
  };
}

for (const first of ["dialed", "accepted"] as const) {
  describe(`a TCPConn over IPv4, ${first}`, () => conformance(maker("tcp4", first)));
  describe.runIf(hasIPv6)(`a TCPConn over IPv6, ${first}`, () => conformance(maker("tcp6", first)));
}
