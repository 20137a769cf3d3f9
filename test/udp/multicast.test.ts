// Multicast groups, in a namespace of their own where nobody else sends.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { interfaceByName, listenMulticastUDP, listenPacket, UDPAddr } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { fixture } from "../ping/lab.js";
import { Namespace, noNamespaces } from "../support/lab.js";
import { hasIPv6 } from "../support/pair.js";
import { codeOf } from "../poll/pair.js";

const group = new UDPAddr({ ip: "224.0.0.251" });

describe.skipIf(noNamespaces !== null)("a multicast group", () => {
  let space: Namespace;
  beforeAll(() => {
    space = new Namespace();
    // Not lo, which brings back whatever is sent on it.
    space.ip("link", "add", "d0", "index", "77", "type", "veth", "peer", "name", "d1");
    space.ip("link", "set", "d1", "up");
    space.ip("addr", "add", "10.9.9.1/24", "dev", "d0");
    space.ip("addr", "add", "fd09:9::1/64", "dev", "d0", "nodad");
    space.ip("link", "set", "d0", "multicast", "on", "up");
  });
  afterAll(() => space?.remove());

  it.each([
    ["udp4", "224.0.0.254", "FE0000E0"],
    ["udp6", "ff02::114", "ff020000000000000000000000000114"],
  ])("of %s reaches all that joined %s, and not who sent it", async (network, ip, listed) => {
    const program = fixture("../udp/multicast.mjs");
    const { stdout, stderr } = await space.execute(process.execPath, program, network, ip, "77");
    if (stdout === "") throw new Error(stderr);
    const said = JSON.parse(stdout) as { groups: string };
    expect(said).toMatchObject({ heard: ["news", "news"], echo: "ERR_DEADLINE", wildcard: true });
    expect(said.groups).toContain(listed);
  });
});

describe("listenMulticastUDP", () => {
  it.each([
    ["no group", null, "listen udp: missing address"],
    ["a group without an address", new UDPAddr({ port: 9 }), "listen udp :9: missing address"],
  ])("with %s says so", async (_, gaddr, message) => {
    await expect(listenMulticastUDP("udp", null, gaddr as UDPAddr)).rejects.toMatchObject({ message });
  });

  it("takes no other network, and no number that is none of an interface", async () => {
    expect(await codeOf(listenMulticastUDP("tcp" as "udp", null, group))).toBe("ERR_UNKNOWN_NETWORK");
    expect(await codeOf(listenMulticastUDP("udp4", { index: -1 }, group))).toBe("ERR_OUT_OF_RANGE");
    const unknown = listenMulticastUDP("udp4", { index: 0x7fffffff }, group);
    await expect(unknown).rejects.toMatchObject({ op: "listen", syscall: "setsockopt", addr: group });
  });

  it.runIf(hasIPv6)("sends over the interface that it joins on", async () => {
    const lo = interfaceByName("lo");
    using six = await listenMulticastUDP("udp6", lo, new UDPAddr({ ip: "ff02::114" }));
    expect(ipv6.newPacketConn(six).multicastInterface()?.index).toBe(lo.index);
    expect(ipv6.newPacketConn(six).multicastLoopback()).toBe(false);
    using four = await listenMulticastUDP("udp4", lo, group);
    expect(ipv4.newPacketConn(four).multicastLoopback()).toBe(false);
  });

  it("joins what listenPacket does not: that shares the port alone", async () => {
    using first = await listenPacket("udp4", "224.0.0.251:0");
    using second = await listenPacket("udp4", `224.0.0.251:${first.localAddr!.port}`);
    expect(String(second.localAddr)).toBe(`0.0.0.0:${first.localAddr!.port}`);
  });
});
