// The MTU of a path: asked for, and told when a packet did not fit.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { dialUDP, listenUDP, UDPAddr } from "rawconn";
import { newConn } from "rawconn/ipv6";
import { TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";
import { hasIPv6 } from "../support/pair.js";
import { thrown } from "../support/outcome.js";

const MTU = 1400;

describe.skipIf(!hasIPv6)("pathMTU", () => {
  it("is that of loopback to this host, and unknown without a peer", async () => {
    using far = await listenUDP("udp6", new UDPAddr({ ip: "::1" }));
    using near = await dialUDP("udp6", null, far.localAddr!);
    expect(newConn(near).pathMTU()).toBe(65_536);
    expect(thrown(() => newConn(far).pathMTU())).toMatchObject({ op: "set", code: "ENOTCONN" });
  });
});

const tidy = ({ kept }: World) => {
  for (const handle of kept.values()) handle[Symbol.dispose]();
  kept.clear();
};

describe.skipIf(noNamespaces !== null)("between two hosts", () => {
  let lab: TwoHosts;
  beforeAll(() => {
    lab = new TwoHosts();
    lab.near.ip("link", "set", "n0", "mtu", String(MTU));
  });
  afterEach(() => lab.near.run(tidy));
  afterAll(() => lab?.end());

  it("pathMTU is that of the link", async () => {
    const mtu = await lab.near.run(async ({ net, ipv6, kept }) => {
      const conn = await net.dialUDP("udp6", null, new net.UDPAddr({ ip: "fd09:1::2", port: 9 }));
      kept.set("conn", conn);
      return ipv6.newConn(conn).pathMTU();
    });
    expect(mtu).toBe(MTU);
  });

  it("flagPathMTU has the next read tell of a packet that did not fit", async () => {
    const told = await lab.near.run(async ({ net, ipv6, constant, kept }) => {
      const conn = await net.listenUDP("udp6", null);
      kept.set("conn", conn);
      conn.syscallConn().setsockopt(constant("IPPROTO_IPV6"), constant("IPV6_DONTFRAG"), 1);
      const c = ipv6.newPacketConn(conn);
      c.setControlMessage(ipv6.flagPathMTU, true);
      const to = new net.UDPAddr({ ip: "fd09:1::2", port: 9 });
      const code = await c.writeTo(new Uint8Array(2000), null, to).then(
        () => "sent",
        (error: { code: string }) => error.code,
      );
      const { n, cm } = await c.readFrom(new Uint8Array(8));
      return { code, n, mtu: cm?.mtu, dst: String(cm?.dst) };
    });
    expect(told).toEqual({ code: "EMSGSIZE", n: 0, mtu: MTU, dst: "fd09:1::2" });
  });
});
