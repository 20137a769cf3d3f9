import { describe } from "vitest";
import { listenUDP, type UDPNetwork, UDPAddr } from "rawconn";
import { disposeOf, hasIPv6 } from "../support/pair.js";
import { loopback6, ownAddr, rawIP, refused } from "../support/raw-ip.js";
import { unixgram } from "../support/unix.js";
import { packetConformance, type PacketEnds, type Packets } from "./packet-suite.js";

/** Two endpoints, made the same way. */
async function two(make: (which: number) => Promise<Packets & Disposable>): Promise<PacketEnds> {
  const a = await make(1);
  try {
    const b = await make(2);
    return { a, b, stop: () => disposeOf(a, b) };
  } catch (error) {
    a.close();
    throw error;
  }
}

const udp = (network: UDPNetwork, ip: string) => () => two(() => listenUDP(network, new UDPAddr({ ip })));

// A datagram may have 65535 bytes with all its headers; IPv6 does not count its own.
describe("a UDPConn over IPv4", () =>
  packetConformance(udp("udp4", "127.0.0.1"), { largest: 65535 - 28, nowhere: "EDESTADDRREQ" }));

describe.runIf(hasIPv6)("a UDPConn over IPv6", () =>
  packetConformance(udp("udp6", "::1"), { largest: 65535 - 8, nowhere: "EDESTADDRREQ" }),
);

describe("a UnixConn of unixgram", () =>
  packetConformance(() => two(() => unixgram()), { largest: 100_000, waits: true, nowhere: "ENOTCONN" }));

describe.skipIf(refused !== null)("an IPConn over IPv4", () =>
  packetConformance(() => two((which) => rawIP(ownAddr(which))), {
    largest: 65535 - 20,
    header: 20,
    nowhere: "EDESTADDRREQ",
  }),
);

// Two sockets on ::1 would both hear everything, so one talks to itself.
async function alone(): Promise<PacketEnds> {
  const conn = await rawIP(loopback6);
  return { a: conn, b: conn, stop: () => disposeOf(conn) };
}

describe.skipIf(refused !== null || !hasIPv6)("an IPConn over IPv6, with itself", () =>
  packetConformance(alone, { largest: 65535, nowhere: "EDESTADDRREQ" }),
);
