// A host with a dozen ports to give away, and two sockets that dial each other.

import type { TCPConn, TCPListener } from "rawconn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

// Even: of an odd number the kernel tries now these, now those, but one.
const PORTS = 12;

/** Dials until it fails: how many connections there are, what the failure was, and how long that one took. */
async function exhaust({ net, kept }: World, network: string, address: string) {
  for (let count = 0; ; count++) {
    const since = Date.now();
    try {
      kept.set(`${address} ${count}`, await net.dial(network, address));
    } catch (error) {
      const { code, syscall } = error as { code: string; syscall: string };
      return { count, code, syscall, took: Date.now() - since };
    }
  }
}

const AT_ONCE = 1000;

describe.skipIf(noNamespaces !== null)("a host with a dozen ports", () => {
  let lab: TwoHosts;
  let near: Host;
  let port: number;
  beforeAll(async () => {
    lab = new TwoHosts();
    ({ near } = lab);
    near.sysctl("net.ipv4.ip_local_port_range=40000 40011");
    port = await lab.far.run(async ({ net, kept, get }) => {
      kept.set("listener", await net.listen("tcp", ":0"));
      const listener = get<TCPListener>("listener");
      void (async () => {
        let count = 0;
        for await (const conn of listener) kept.set(`accepted ${count++}`, conn);
      })();
      return listener.addr!.port;
    });
  });
  afterAll(() => lab?.end());

  it("says so at once when all are in use, and goes on when one is free", async () => {
    const address = `10.9.1.2:${port}`;
    const { count, code, syscall, took } = await near.run(exhaust, "tcp", address);
    expect({ count, code, syscall }).toEqual({ count: PORTS, code: "EADDRNOTAVAIL", syscall: "connect" });
    expect(took).toBeLessThan(AT_ONCE);
    const again = await near.run(
      async ({ net, get }, kept, to) => {
        const conn = get<TCPConn>(kept);
        conn.setLinger(0);
        conn.close();
        const next = await net.dial("tcp", to);
        const { port: mine } = next.localAddr!;
        // Closed with a wait: TIME_WAIT keeps the port, and there is none again.
        next.closeWrite();
        next.close();
        return mine;
      },
      `${address} 3`,
      address,
    );
    expect(again).toBeGreaterThanOrEqual(40_000);
    expect(again).toBeLessThanOrEqual(40_011);
  });

  it("has them once more for each address that it dials, also from an address of its choice", async () => {
    lab.far.ip("addr", "add", "10.9.1.3/24", "dev", "f0");
    lab.far.ip("addr", "add", "10.9.1.4/24", "dev", "f0");
    expect(await near.run(exhaust, "tcp", `10.9.1.3:${port}`)).toMatchObject({ count: PORTS });
    // A port that was bound first would be taken for all.
    const bound = await near.run(async ({ net, kept }, address) => {
      const dialer = new net.Dialer({ localAddr: new net.TCPAddr({ ip: "10.9.1.1" }) });
      const conn = await dialer.dial("tcp", address);
      kept.set("bound", conn);
      return conn.localAddr!.port;
    }, `10.9.1.4:${port}`);
    expect(bound).toBeGreaterThanOrEqual(40_000);
  });

  it("says so at once to UDP, dialed and bound", async () => {
    const dialed = await near.run(exhaust, "udp", "10.9.1.2:9");
    expect(dialed).toMatchObject({ count: PORTS, code: "EAGAIN", syscall: "connect" });
    const bound = await near.run(({ net }) =>
      net.listenPacket("udp4", "10.9.1.1:0").then(
        (conn) => (conn.close(), "bound"),
        (error: { code: string; syscall: string }) => `${error.code} in ${error.syscall}`,
      ),
    );
    expect(bound).toBe("EADDRINUSE in bind");
  });
});

describe.skipIf(noNamespaces !== null)("two sockets that dial each other", () => {
  let lab: TwoHosts;
  beforeAll(() => {
    lab = new TwoHosts();
  });
  afterAll(() => lab?.end());

  /** Dials from a port to the same port over there, and tells how it went. */
  const dialing = async ({ net, kept }: World, local: string, remote: string, port: number) => {
    const laddr = new net.TCPAddr({ ip: local, port });
    const conn = await net.dialTCP("tcp", laddr, new net.TCPAddr({ ip: remote, port }));
    kept.set("conn", conn);
    await conn.write(local);
    const p = new Uint8Array(64);
    const n = (await conn.read(p)) ?? 0;
    return {
      from: String(conn.localAddr),
      to: String(conn.remoteAddr),
      heard: Buffer.from(p.subarray(0, n)).toString(),
    };
  };

  it("at one time become one connection, without a listener", async () => {
    const { near, far } = lab;
    // Both first requests are lost, so that both sides have asked when the second ones arrive, a second later.
    for (const host of [near, far]) {
      host.nft("add table inet wall; add chain inet wall in { type filter hook input priority 0 ; }");
      host.nft("add rule inet wall in tcp flags syn limit rate over 1/hour burst 1 packets accept");
      host.nft("add rule inet wall in tcp flags syn drop");
    }
    const [one, other] = await Promise.all([
      near.run(dialing, "10.9.1.1", "10.9.1.2", 7000),
      far.run(dialing, "10.9.1.2", "10.9.1.1", 7000),
    ]);
    expect(one).toEqual({ from: "10.9.1.1:7000", to: "10.9.1.2:7000", heard: "10.9.1.2" });
    expect(other).toEqual({ from: "10.9.1.2:7000", to: "10.9.1.1:7000", heard: "10.9.1.1" });
  });
});
