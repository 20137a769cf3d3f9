// What names an interface: sockets bound to one, multicast groups joined on one, and addresses that mean something on one
// link alone.

import type { TCPConn, TCPListener, UDPConn } from "rawconn";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Host, TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

/** 239.1.2.3 and ff15::1234. */
const GROUP4 = [239, 1, 2, 3];
const GROUP6 = [0xff, 0x15, ...Array<number>(12).fill(0), 0x12, 0x34];
// The platform's numbers, Linux.
const IP_ADD_MEMBERSHIP = 35;
const IP_DROP_MEMBERSHIP = 36;
const IPV6_JOIN_GROUP = 20;
const IPV6_LEAVE_GROUP = 21;
const SHORT = 50;
const PATIENCE = 5000;

/** Reads from what is kept as `udp`: what it was and from whom, or a code. */
const receive = async ({ get }: World, patience: number): Promise<string> => {
  const udp = get<UDPConn>("udp");
  udp.setReadDeadline(Date.now() + patience);
  try {
    const p = new Uint8Array(64);
    const { n, addr } = await udp.readFrom(p);
    return `${Buffer.from(p.subarray(0, n)).toString()} from ${String(addr?.ip)}%${addr?.zone}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** Sends to an address from a socket of its own, bound to a device if one is named: null, or a code. */
const send = async (
  { net, constant }: World,
  text: string,
  address: string,
  device = "",
): Promise<string | null> => {
  try {
    const control: typeof net.Dialer.prototype.control = (_network, _address, raw) => {
      if (device !== "")
        raw.setsockopt(constant("SOL_SOCKET"), constant("SO_BINDTODEVICE"), Buffer.from(device));
    };
    const udp = await new net.Dialer({ control }).dial("udp", address);
    await udp.write(text);
    udp.close();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** Binds what is kept as `udp`, to a device if one is named; its port. */
const bind = async ({ net, kept, constant }: World, address: string, device: string): Promise<number> => {
  const config = new net.ListenConfig({
    control: (_network, _address, raw) => {
      if (device !== "")
        raw.setsockopt(constant("SOL_SOCKET"), constant("SO_BINDTODEVICE"), Buffer.from(device));
    },
  });
  const udp = await config.listenPacket("udp", address);
  kept.set("udp", udp);
  return udp.localAddr!.port;
};

/** Closes all that is kept. */
const tidy = ({ kept }: World) => {
  for (const handle of kept.values()) handle[Symbol.dispose]();
  kept.clear();
};

/** The link-local address of an interface. */
const linkLocal = async (host: Host, device: string): Promise<string> => {
  const { stdout } = await host.execute("ip", "-6", "-o", "addr", "show", "dev", device, "scope", "link");
  return / inet6 (\S+)\/64/.exec(stdout)![1];
};

let lab: TwoHosts;
let near: Host;
let far: Host;

describe.skipIf(noNamespaces !== null)("an interface", () => {
  beforeAll(async () => {
    lab = new TwoHosts();
    ({ near, far } = lab);
    await lab.settled();
    far.ip("addr", "add", "10.9.7.7/32", "dev", "lo");
    near.ip("route", "add", "10.9.7.7/32", "via", "10.9.1.2");
  });
  afterEach(async () => {
    await near.run(tidy);
    await far.run(tidy);
  });
  afterAll(() => lab?.end());

  describe("that a socket is bound to", () => {
    it("is the only way out", async () => {
      const port = await far.run(bind, "10.9.1.2:0", "");
      expect(await near.run(send, "by n0", `10.9.1.2:${port}`, "n0")).toBe(null);
      expect(await far.run(receive, PATIENCE)).toBe("by n0 from 10.9.1.1%");
      // What goes out by the wrong one gets nowhere, and nobody says so.
      expect(await near.run(send, "by lo", `10.9.1.2:${port}`, "lo")).toBe(null);
      expect(await far.run(receive, SHORT)).toBe("ERR_DEADLINE");
      expect(await near.run(send, "by none", `10.9.1.2:${port}`, "nosuch0")).toBe("ENODEV");
    });

    it("is the only way in", async () => {
      const port = await far.run(bind, "10.9.7.7:0", "lo");
      expect(await near.run(send, "by f0", `10.9.7.7:${port}`)).toBe(null);
      expect(await far.run(receive, SHORT)).toBe("ERR_DEADLINE");
      expect(await far.run(send, "by lo", `10.9.7.7:${port}`)).toBe(null);
      expect(await far.run(receive, PATIENCE)).toBe("by lo from 10.9.7.7%");
    });

    it("that goes away leaves the socket, which says so", async () => {
      near.ip("link", "add", "x0", "type", "veth", "peer", "name", "x1");
      near.ip("link", "set", "x0", "up");
      near.ip("addr", "add", "10.9.8.1/24", "dev", "x0");
      await near.run(bind, "10.9.8.1:0", "x0");
      near.ip("link", "delete", "x0");
      const code = await near.run(async ({ net, get }) => {
        const to = await net.resolveUDPAddr("udp", "10.9.8.2:9");
        return get<UDPConn>("udp")
          .writeTo("x", to)
          .then(
            () => "sent",
            (error: { code: string }) => error.code,
          );
      });
      expect(code).toMatch(/^(ENODEV|ENETUNREACH|ENXIO)$/);
      expect(await near.run(receive, SHORT)).toMatch(/^(ERR_DEADLINE|ENODEV|ENETDOWN)$/);
    });
  });

  describe("on which a group is joined", () => {
    /** Joins or leaves a group on f0 with what is kept as `udp`. */
    const member = ({ get, binding, constant }: World, group: number[], name: number) => {
      const raw = get<UDPConn>("udp").syscallConn();
      // struct ip_mreqn, or ipv6_mreq: the group, then who the interface is.
      const index = new Uint8Array(Int32Array.of(binding.if_nametoindex("f0")).buffer);
      const [level, mreq] =
        group.length === 4
          ? [constant("IPPROTO_IP"), [...group, 0, 0, 0, 0, ...index]]
          : [constant("IPPROTO_IPV6"), [...group, ...index]];
      raw.setsockopt(level, name, Uint8Array.from(mreq));
    };

    it.each([
      ["IPv4", GROUP4, "239.1.2.3", "0.0.0.0", "10.9.1.1", IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP],
      ["IPv6", GROUP6, "[ff15::1234]", "[::]", "fd09:1::1", IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP],
    ] as const)(
      "gives its packets while it is, and not before or after: %s",
      async (_family, group, host, any, from, join, leave) => {
        const port = await far.run(bind, `${any}:0`, "");
        const to = `${host}:${port}`;
        expect(await near.run(send, "before", to, "n0")).toBe(null);
        expect(await far.run(receive, SHORT)).toBe("ERR_DEADLINE");
        await far.run(member, group, join);
        expect(await near.run(send, "within", to, "n0")).toBe(null);
        expect(await far.run(receive, PATIENCE)).toBe(`within from ${from}%`);
        await far.run(member, group, leave);
        expect(await near.run(send, "after", to, "n0")).toBe(null);
        expect(await far.run(receive, SHORT)).toBe("ERR_DEADLINE");
      },
    );

    it("twice is refused, and one that was never joined cannot be left", async () => {
      await far.run(bind, "0.0.0.0:0", "");
      await far.run(member, GROUP4, IP_ADD_MEMBERSHIP);
      await expect(far.run(member, GROUP4, IP_ADD_MEMBERSHIP)).rejects.toMatchObject({ code: "EADDRINUSE" });
      await far.run(member, GROUP4, IP_DROP_MEMBERSHIP);
      await expect(far.run(member, GROUP4, IP_DROP_MEMBERSHIP)).rejects.toMatchObject({
        code: "EADDRNOTAVAIL",
      });
    });
  });

  describe("that an address is of", () => {
    it("is its zone: datagrams there and back", async () => {
      const theirs = await linkLocal(far, "f0");
      const port = await far.run(bind, `[${theirs}%f0]:0`, "");
      expect(await near.run(send, "hello", `[${theirs}%n0]:${port}`)).toBe(null);
      expect(await far.run(receive, PATIENCE)).toBe(`hello from ${await linkLocal(near, "n0")}%f0`);
      // The number of the interface serves as well as its name.
      const index = await near.run(({ binding }) => binding.if_nametoindex("n0"));
      expect(await near.run(send, "again", `[${theirs}%${index}]:${port}`)).toBe(null);
      expect(await far.run(receive, PATIENCE)).toMatch(/^again from .*%f0$/);
    });

    it("is its zone: a connection, as both sides see it", async () => {
      const [mine, theirs] = [await linkLocal(near, "n0"), await linkLocal(far, "f0")];
      const port = await far.run(async ({ net, kept }, address) => {
        const listener = await net.listen("tcp", address);
        kept.set("listener", listener);
        return listener.addr!.port;
      }, `[${theirs}%f0]:0`);
      const accepting = far.run(async ({ get, kept }) => {
        const conn = await get<TCPListener>("listener").accept();
        kept.set("conn", conn);
        return [String(conn.localAddr), String(conn.remoteAddr), await conn.read(new Uint8Array(8))];
      });
      const dialed = await near.run(async ({ net, kept }, address) => {
        const conn: TCPConn = await net.dial("tcp", address);
        kept.set("conn", conn);
        await conn.write("hello");
        return [String(conn.localAddr), String(conn.remoteAddr)];
      }, `[${theirs}%n0]:${port}`);
      const [local, remote, n] = await accepting;
      expect(n).toBe(5);
      expect(dialed[1]).toBe(`[${theirs}%n0]:${port}`);
      expect(dialed[0]).toMatch(`[${mine}%n0]:`);
      expect(local).toBe(`[${theirs}%f0]:${port}`);
      expect(remote).toBe(dialed[0].replace("%n0", "%f0"));
    });

    it("must be named, and must be there", async () => {
      const theirs = await linkLocal(far, "f0");
      expect(await near.run(send, "x", `[${theirs}]:9`)).toBe("EINVAL");
      expect(await near.run(send, "x", `[${theirs}%nosuch0]:9`)).toMatch(
        /^(EINVAL|ENODEV|ENXIO|ERR_ADDRESS)$/,
      );
      expect(await near.run(send, "x", `[${theirs}%lo]:9`)).toMatch(/^(ENETUNREACH|EADDRNOTAVAIL|EINVAL)$/);
    });
  });
});
