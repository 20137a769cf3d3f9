// Addresses that are not this host's: accepted for others by a transparent proxy, spoken for from without.

import type { File, TCPConn, TCPListener, UDPConn } from "rawconn";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Host, TwoHosts } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

// The platform's number, Linux.
const IP_RECVORIGDSTADDR = 20;
const PATIENCE = 5000;

let lab: TwoHosts;
let near: Host;
let far: Host;

describe.skipIf(noNamespaces !== null)("IP_TRANSPARENT", () => {
  beforeAll(() => {
    lab = new TwoHosts();
    ({ near, far } = lab);
    // All of this network goes to the far host, which has none of its addresses, and takes what is marked for its own.
    near.ip("route", "add", "10.99.0.0/16", "via", "10.9.1.2");
    far.ip("rule", "add", "fwmark", "1", "lookup", "100");
    far.ip("route", "add", "local", "default", "dev", "lo", "table", "100");
    far.nft("add table ip proxy; add chain ip proxy in { type filter hook prerouting priority -150 ; }");
    for (const protocol of ["tcp", "udp"])
      far.nft(
        `add rule ip proxy in ip daddr 10.99.0.0/16 meta l4proto ${protocol} tproxy to :8080 meta mark set 1 accept`,
      );
  });
  afterEach(async () => {
    for (const host of [near, far]) {
      await host.run(({ kept }) => {
        for (const handle of kept.values()) handle[Symbol.dispose]();
        kept.clear();
      });
    }
  });
  afterAll(() => lab?.end());

  it.each([":8080", "10.9.1.2:8080"])(
    "on %s accepts connections to any address and port, and answers from there",
    async (address) => {
      await far.run(async ({ net, kept, constant }, on) => {
        const config = new net.ListenConfig({
          control: (_network, _address, raw) =>
            raw.setsockopt(constant("IPPROTO_IP"), constant("IP_TRANSPARENT"), 1),
        });
        kept.set("listener", await config.listen("tcp4", on));
      }, address);
      const accepting = far.run(async ({ get, kept }) => {
        const conn = await get<TCPListener>("listener").accept();
        kept.set("conn", conn);
        await conn.write("answer");
        return [String(conn.localAddr), String(conn.remoteAddr)];
      });
      const dialed = await near.run(async ({ net, kept }) => {
        const conn = await net.dial("tcp", "10.99.7.7:80");
        kept.set("conn", conn);
        const p = new Uint8Array(64);
        const n = (await conn.read(p)) ?? 0;
        return [String(conn.remoteAddr), String(conn.localAddr), Buffer.from(p.subarray(0, n)).toString()];
      });
      expect(dialed).toEqual([...(await accepting), "answer"]);
      expect(dialed[0]).toBe("10.99.7.7:80");
    },
  );

  it.each(["raw", "file", "copy"] as const)("tells where each was dialed, if set by its %s", async (how) => {
    const dialed = ["10.99.7.8:80", "10.99.7.9:81"];
    await far.run(async ({ net, kept, constant, get }, by) => {
      const listener = await net.listen("tcp4", "10.9.1.2:8080");
      kept.set("original", listener);
      if (by !== "raw") kept.set("file", listener.file());
      const copy = by === "raw" ? listener : (net.fileListener(get<File>("file")) as TCPListener);
      kept.set("listener", by === "copy" ? copy : listener);
      kept.set("other", copy);
      const setter = by === "file" ? copy : listener;
      setter.syscallConn().setsockopt(constant("IPPROTO_IP"), constant("IP_TRANSPARENT"), 1);
    }, how);
    await near.run(async ({ net, kept }, addresses) => {
      for (const address of addresses) kept.set(address, await net.dial("tcp", address));
    }, dialed);
    const accepted = await far.run(async ({ get, kept }, count) => {
      const locals: string[] = [];
      for (let i = 0; i < count; i++) {
        const conn = await get<TCPListener>("listener").accept();
        kept.set(`conn ${i}`, conn);
        locals.push(String(conn.localAddr));
      }
      return locals;
    }, dialed.length);
    expect(accepted).toEqual(dialed);
  });

  it("receives datagrams to any address, tells which, and answers from there", async () => {
    const answering = far.run(
      async ({ net, kept, constant }, recvOrigDst, patience) => {
        const [level, transparent] = [constant("IPPROTO_IP"), constant("IP_TRANSPARENT")];
        const config = new net.ListenConfig({
          control: (_network, _address, raw) => {
            raw.setsockopt(level, transparent, 1);
            raw.setsockopt(level, recvOrigDst, 1);
          },
        });
        const udp = await config.listenPacket("udp4", ":8080");
        kept.set("udp", udp);
        udp.setReadDeadline(Date.now() + patience);
        const oob = new Uint8Array(64);
        const { oobn, addr } = await udp.readMsg(new Uint8Array(64), oob);
        // One item: its header, then a sockaddr_in. Family, port, address.
        const [, , high, low, ...ip] = oob.subarray(16, Math.min(oobn, 24));
        const original = new net.UDPAddr({ ip: ip.join("."), port: high * 256 + low });
        const answer = await config.listenUDP("udp4", original);
        await answer.writeTo("answer", addr!);
        answer.close();
        return String(original);
      },
      IP_RECVORIGDSTADDR,
      PATIENCE,
    );
    const heard = await near.run(async ({ net, kept }, patience) => {
      const conn = await net.dial("udp", "10.99.8.8:5353");
      kept.set("conn", conn);
      const p = new Uint8Array(64);
      // The proxy may not be there yet.
      for (const end = Date.now() + patience; Date.now() < end;) {
        await conn.write("question").catch(() => {});
        conn.setReadDeadline(Date.now() + 20);
        const n = await conn.read(p).catch(() => null);
        if (n !== null) return Buffer.from(p.subarray(0, n)).toString();
      }
      return "nothing";
    }, PATIENCE);
    expect(heard).toBe("answer");
    expect(await answering).toBe("10.99.8.8:5353");
  });

  it("dials from any address, and without it no other than one's own", async () => {
    const accepting = near.run(async ({ net, kept }) => {
      const listener = await net.listen("tcp4", "10.9.1.1:7070");
      kept.set("listener", listener);
      const conn = await listener.accept();
      kept.set("conn", conn);
      return String(conn.remoteAddr);
    });
    const dialing = (transparent: boolean) =>
      far.run(
        async ({ net, kept, constant }, isTransparent, patience) => {
          const dialer = new net.Dialer({
            timeout: patience,
            localAddr: new net.TCPAddr({ ip: "10.99.9.9", port: 4321 }),
            control: (_network, _address, raw) => {
              if (isTransparent) raw.setsockopt(constant("IPPROTO_IP"), constant("IP_TRANSPARENT"), 1);
            },
          });
          try {
            for (;;) {
              const conn: TCPConn | null = await dialer
                .dial("tcp4", "10.9.1.1:7070")
                .catch((error: { code: string }) => {
                  // The listener may not be there yet.
                  if (error.code === "ECONNREFUSED") return null;
                  throw error;
                });
              if (conn === null) continue;
              kept.set("dialed", conn);
              return String(conn.localAddr);
            }
          } catch (error) {
            return (error as { code: string }).code;
          }
        },
        transparent,
        PATIENCE,
      );
    expect(await dialing(false)).toBe("EADDRNOTAVAIL");
    expect(await dialing(true)).toBe("10.99.9.9:4321");
    expect(await accepting).toBe("10.99.9.9:4321");
  });

  it("is not needed where a route makes a whole network one's own", async () => {
    far.ip("route", "add", "local", "10.98.0.0/16", "dev", "lo");
    near.ip("route", "add", "10.98.0.0/16", "via", "10.9.1.2");
    const port = await far.run(async ({ net, kept }) => {
      kept.set("udp", await net.listenPacket("udp4", "10.98.1.2:0"));
      return (kept.get("udp") as UDPConn).localAddr!.port;
    });
    await near.run(async ({ net, kept }, to) => {
      const conn = await net.dial("udp", to);
      kept.set("conn", conn);
      await conn.write("hello");
    }, `10.98.1.2:${port}`);
    const n = await far.run(async ({ get }, patience) => {
      const udp = get<UDPConn>("udp");
      udp.setReadDeadline(Date.now() + patience);
      return (await udp.readFrom(new Uint8Array(64))).n;
    }, PATIENCE);
    expect(n).toBe(5);
  });
});
