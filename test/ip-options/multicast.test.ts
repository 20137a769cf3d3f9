// Multicast groups between two hosts: who hears whom, and what the kernel's own tables say of it.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type * as ipv4 from "rawconn/ipv4";
import type * as ipv6 from "rawconn/ipv6";
import { type Host, TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

/** Which family, and the addresses of a test: two of the sender's own. */
interface Family {
  version: 4 | 6;
  group: string;
  any: string;
  one: string;
  two: string;
  /** How /proc writes a group and a source down. */
  inTable: (ip: string) => string;
}

const groups4: Family = {
  version: 4,
  group: "239.1.2.3",
  any: "0.0.0.0",
  one: "10.9.1.1",
  two: "10.9.1.3",
  inTable: (ip) =>
    ip
      .split(".")
      .map((n) => Number(n).toString(16).padStart(2, "0"))
      .join(""),
};
const groups6: Family = {
  version: 6,
  group: "ff15::1234",
  any: "::",
  one: "fd09:1::1",
  two: "fd09:1::3",
  inTable: (ip) => {
    const [head, tail] = ip.split("::").map((half) => half.split(":"));
    const zeros = Array<string>(8 - head.length - tail.length).fill("0");
    return [...head, ...zeros, ...tail].map((word) => word.padStart(4, "0")).join("");
  },
};

/** What both halves of the API have, under one name. */
type PacketConn = ipv4.PacketConn & ipv6.PacketConn;

/** Opens a socket, asks for all there is to know of a packet, and keeps it as `c`; its port. */
const open = async (world: World, version: 4 | 6, address: string): Promise<number> => {
  const { net, kept } = world;
  const conn = await net.listenUDP(`udp${version}`, new net.UDPAddr({ ip: address }));
  const half = world[`ipv${version}`] as typeof ipv4 & typeof ipv6;
  const c = half.newPacketConn(conn);
  const hops = version === 4 ? half.flagTTL : half.flagHopLimit;
  c.setControlMessage(hops | half.flagDst | half.flagInterface, true);
  kept.set("c", c);
  return conn.localAddr!.port;
};

/** Joins, leaves, excludes or includes on an interface by its name. */
type Change =
  | "joinGroup"
  | "leaveGroup"
  | "joinSourceSpecificGroup"
  | "leaveSourceSpecificGroup"
  | "excludeSourceSpecificGroup"
  | "includeSourceSpecificGroup";
const change = ({ net, get }: World, how: Change, device: string, group: string, source: string): void => {
  const addrs = [group, source].map((ip) => (ip === "" ? null : new net.IPAddr({ ip })));
  get<PacketConn>("c")[how](net.interfaceByName(device), addrs[0]!, addrs[1]!);
};

/** Sends from an address of this host, by an interface, with so many hops. */
interface Sending {
  from: string;
  to: string;
  port: number;
  device: string;
  hops: number;
  loopback: boolean;
}
const send = async (world: World, version: 4 | 6, text: string, sending: Sending): Promise<void> => {
  const { net } = world;
  const { from, to, port, device, hops, loopback } = sending;
  const conn = await net.listenUDP(`udp${version}`, null);
  try {
    const half = world[`ipv${version}`] as typeof ipv4 & typeof ipv6;
    const c = half.newPacketConn(conn) as PacketConn;
    c.setMulticastInterface(net.interfaceByName(device));
    c.setMulticastLoopback(loopback);
    if (version === 4) c.setMulticastTTL(hops);
    else c.setMulticastHopLimit(hops);
    const cm = new half.ControlMessage({ src: from });
    await c.writeTo(text, cm as never, new net.UDPAddr({ ip: to, port }));
  } finally {
    conn.close();
  }
};

/** The next packet: its text and all that the kernel tells. */
const receive = async ({ net, get }: World) => {
  const c = get<PacketConn>("c");
  const p = new Uint8Array(64);
  const { n, cm } = await c.readFrom(p);
  const { ttl, hopLimit, src, dst, ifIndex } = cm as ipv4.ControlMessage & ipv6.ControlMessage;
  const told = { hops: ttl ?? hopLimit, src: String(src), dst: String(dst) };
  return { text: Buffer.from(p.subarray(0, n)).toString(), ...told, by: net.interfaceByIndex(ifIndex).name };
};

const tidy = ({ kept }: World) => {
  for (const handle of kept.values()) handle[Symbol.dispose]();
  kept.clear();
};

let lab: TwoHosts;
let near: Host;
let far: Host;

describe.skipIf(noNamespaces !== null)("multicast", () => {
  beforeAll(async () => {
    lab = new TwoHosts();
    ({ near, far } = lab);
    near.ip("addr", "add", "10.9.1.3/24", "dev", "n0");
    near.ip("addr", "add", "fd09:1::3/64", "dev", "n0", "nodad");
    await lab.settled();
    // Of IPv6 there is no way for groups by lo otherwise.
    near.ip("-6", "route", "add", "multicast", "ff15::/16", "dev", "lo", "table", "local");
  });
  afterEach(async () => {
    await near.run(tidy);
    await far.run(tidy);
  });
  afterAll(() => lab?.end());

  describe.each([groups4, groups6])("of IPv$version", ({ version, group, any, one, two, inTable }) => {
    const toGroup = { from: one, to: group, device: "n0", hops: 1, loopback: true };
    const members = async () =>
      (await far.execute("cat", version === 4 ? "/proc/net/igmp" : "/proc/net/igmp6")).stdout.toLowerCase();
    /** A group of IPv4 is printed as a number of this machine, which is little-endian. */
    const listed =
      version === 4 ? Buffer.from(inTable(group), "hex").reverse().toString("hex") : inTable(group);
    /** The line of mcfilter that has group and source: how many include it, and how many exclude it. */
    const filter = async () => {
      const { stdout } = await far.execute("cat", `/proc/net/mcfilter${version === 4 ? "" : "6"}`);
      const line = stdout
        .split("\n")
        .find((text) => text.includes(inTable(group)) && text.includes(inTable(two)));
      return line?.trim().split(/\s+/).slice(-2).map(Number) ?? null;
    };

    it("is heard while the group is joined, and the packet tells what it was", async () => {
      const port = await far.run(open, version, any);
      const late = { ...toGroup, port, hops: 7 };
      await near.run(send, version, "before", late);
      await far.run(change, "joinGroup", "f0", group, "");
      expect(await members()).toContain(listed);
      await near.run(send, version, "within", late);
      expect(await far.run(receive)).toEqual({ text: "within", hops: 7, src: one, dst: group, by: "f0" });
      await far.run(change, "leaveGroup", "f0", group, "");
      expect(await members()).not.toContain(listed);
      await near.run(send, version, "after", late);
      // What was not heard would come before this.
      const unicast = version === 4 ? "10.9.1.2" : "fd09:1::2";
      await near.run(send, version, "to it alone", { ...late, to: unicast, from: two });
      expect(await far.run(receive)).toMatchObject({ text: "to it alone", src: two, dst: unicast });
    });

    it("leaves out a source that is excluded, until it is included", async () => {
      const port = await far.run(open, version, any);
      await far.run(change, "joinGroup", "f0", group, "");
      await far.run(change, "excludeSourceSpecificGroup", "f0", group, two);
      expect(await filter()).toEqual([0, 1]);
      await near.run(send, version, "unheard", { ...toGroup, port, from: two });
      await near.run(send, version, "heard", { ...toGroup, port });
      expect(await far.run(receive)).toMatchObject({ text: "heard", src: one });
      await far.run(change, "includeSourceSpecificGroup", "f0", group, two);
      expect(await filter()).toBe(null);
      await near.run(send, version, "again", { ...toGroup, port, from: two });
      expect(await far.run(receive)).toMatchObject({ text: "again", src: two });
    });

    it("of a source that was joined is heard, and of no other", async () => {
      const port = await far.run(open, version, any);
      await far.run(change, "joinSourceSpecificGroup", "f0", group, two);
      expect(await filter()).toEqual([1, 0]);
      await near.run(send, version, "unheard", { ...toGroup, port });
      await near.run(send, version, "heard", { ...toGroup, port, from: two });
      expect(await far.run(receive)).toMatchObject({ text: "heard", src: two });
      // With the last source the group is left.
      await far.run(change, "joinSourceSpecificGroup", "f0", group, one);
      await far.run(change, "leaveSourceSpecificGroup", "f0", group, two);
      expect(await filter()).toBe(null);
      expect(await members()).toContain(listed);
      await far.run(change, "leaveSourceSpecificGroup", "f0", group, one);
      expect(await members()).not.toContain(listed);
    });

    it("leaves by the interface that was chosen", async () => {
      const port = await far.run(open, version, any);
      await far.run(change, "joinGroup", "f0", group, "");
      const loopback = version === 4 ? "127.0.0.1" : "::1";
      await near.run(send, version, "by lo", { ...toGroup, port, device: "lo", from: loopback });
      await near.run(send, version, "by n0", { ...toGroup, port });
      expect(await far.run(receive)).toMatchObject({ text: "by n0" });
    });

    it("comes back to the host of its sender where that is wanted", async () => {
      const port = await near.run(open, version, any);
      await near.run(change, "joinGroup", "n0", group, "");
      await near.run(send, version, "not to myself", { ...toGroup, port, loopback: false });
      await near.run(send, version, "to myself", { ...toGroup, port });
      expect(await near.run(receive)).toMatchObject({ text: "to myself", by: "n0" });
    });

    it("is refused where it makes no sense, in the kernel's words", async () => {
      await far.run(open, version, any);
      const refused = (how: Change, device: string, to: string, source = "") =>
        far.run(change, how, device, to, source).then(
          () => "taken",
          ({ op, code }: { op: string; code: string }) => `${op} ${code}`,
        );
      const foreign = version === 4 ? "ff15::1" : "239.1.1.1";
      expect(await refused("joinGroup", "f0", one)).toBe("set EINVAL");
      expect(await refused("joinGroup", "f0", foreign)).toBe("set ERR_MISSING_ADDRESS");
      expect(await refused("joinGroup", "f0", "")).toBe("set ERR_MISSING_ADDRESS");
      expect(await refused("joinSourceSpecificGroup", "f0", group, foreign)).toBe("set ERR_MISSING_ADDRESS");
      expect(await refused("joinSourceSpecificGroup", "f0", group)).toBe("set ERR_MISSING_ADDRESS");
      expect(await refused("leaveGroup", "f0", group)).toBe("set EADDRNOTAVAIL");
      expect(await refused("excludeSourceSpecificGroup", "f0", group, two)).toBe("set EINVAL");
      expect(await refused("joinGroup", "f0", group)).toBe("taken");
      expect(await refused("joinGroup", "f0", group)).toBe("set EADDRINUSE");
    });
  });
});
