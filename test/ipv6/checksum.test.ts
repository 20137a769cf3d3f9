// The checksum that the kernel computes for raw sockets of IPv6.

import { describe, expect, it } from "vitest";
import { listenIP, listenUDP, UDPAddr } from "rawconn";
import { newPacketConn } from "rawconn/ipv6";
import { ipv6PseudoHeader, checksum as sumOf } from "rawconn/icmp";
import { hasIPv6 } from "../support/pair.js";
import { loopback6, rawIP, rawNetwork, refused } from "../support/raw-ip.js";
import { thrown } from "../support/outcome.js";

const protocol = Number(rawNetwork(6).split(":")[1]);

describe.skipIf(refused !== null || !hasIPv6)("the checksum of a raw socket", () => {
  it("is off at first, and put where it is wanted", async () => {
    using conn = await rawIP(loopback6);
    const c = newPacketConn(conn);
    expect(c.checksum()).toEqual({ on: false, offset: 0 });
    const payload = Uint8Array.from([1, 2, 3, 4, 0, 0, 7, 8]);
    const p = new Uint8Array(8);
    await c.writeTo(payload, null, loopback6);
    await c.readFrom(p);
    expect(p).toEqual(payload);

    c.setChecksum(true, 4);
    expect(c.checksum()).toEqual({ on: true, offset: 4 });
    await c.writeTo(payload, null, loopback6);
    await c.readFrom(p);
    const pseudo = ipv6PseudoHeader(loopback6.ip!, loopback6.ip!);
    pseudo[35] = p.length;
    pseudo[39] = protocol;
    expect(p.subarray(4, 6)).not.toEqual(payload.subarray(4, 6));
    expect(sumOf(Buffer.concat([pseudo, p]))).toBe(0);

    c.setChecksum(false, 0);
    expect(c.checksum()).toEqual({ on: false, offset: 0 });
  });

  it("has a place of its own in ICMPv6, which cannot be changed", async () => {
    using conn = await listenIP("ip6:ipv6-icmp", loopback6);
    const c = newPacketConn(conn);
    expect(c.checksum()).toEqual({ on: true, offset: 2 });
    for (const on of [true, false])
      expect(thrown(() => c.setChecksum(on, 2))).toMatchObject({ op: "set", code: "EINVAL" });
  });
});

describe.skipIf(!hasIPv6)("the checksum of a UDP socket", () => {
  it("is none of ours", async () => {
    using conn = await listenUDP("udp6", new UDPAddr({ ip: "::1" }));
    const c = newPacketConn(conn);
    expect(thrown(() => c.checksum())).toMatchObject({ op: "set", code: "ENOPROTOOPT" });
    expect(thrown(() => c.setChecksum(true, 2))).toMatchObject({ op: "set", code: "ENOPROTOOPT" });
  });

  it.each([
    [1 as never, 2, "ERR_INVALID_ARG_TYPE"],
    [true, "2" as never, "ERR_INVALID_ARG_TYPE"],
    [true, -2, "ERR_OUT_OF_RANGE"],
    [true, 3, "ERR_OUT_OF_RANGE"],
    [true, 65_536, "ERR_OUT_OF_RANGE"],
    [false, NaN, "ERR_OUT_OF_RANGE"],
  ])("does not take %s with %s", async (on, offset, code) => {
    using conn = await listenUDP("udp6", new UDPAddr({ ip: "::1" }));
    expect(thrown(() => newPacketConn(conn).setChecksum(on, offset))).toMatchObject({ code });
  });
});
