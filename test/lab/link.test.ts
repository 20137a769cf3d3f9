// A link that changes under those who use it: its size, its state, its addresses. What cannot go is told by name, and what
// waits goes on when the link does.

import type { TCPConn, TCPListener, UDPConn } from "rawconn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Host, TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

/** Keeps two ends of a TCP connection between the hosts under the name `conn`, and two UDP sockets as `udp`. */
async function connect({ near, far }: TwoHosts): Promise<void> {
  const port = await far.run(async ({ net, kept }) => {
    const listener = await net.listenTCP("tcp", new net.TCPAddr({ ip: "10.9.1.2" }));
    const { port } = listener.addr!;
    kept
      .set("listener", listener)
      .set("udp", await net.listenUDP("udp", new net.UDPAddr({ ip: "10.9.1.2", port })));
    return port;
  });
  const accepting = far.run(async ({ get, kept }) => {
    kept.set("conn", await get<TCPListener>("listener").accept());
  });
  await near.run(async ({ net, kept }, port) => {
    const localAddr = new net.TCPAddr({ ip: "10.9.1.1" });
    kept.set("conn", await new net.Dialer({ localAddr }).dial("tcp", `10.9.1.2:${port}`));
    const laddr = new net.UDPAddr({ ip: "10.9.1.1" });
    kept.set("udp", await net.dialUDP("udp", laddr, new net.UDPAddr({ ip: "10.9.1.2", port })));
  }, port);
  await accepting;
}

/** Writes so many bytes over one that is kept: the number that went, or the code of what happened. */
async function send({ get }: World, name: string, length: number): Promise<number | string> {
  const conn = get<{ write(p: Uint8Array): Promise<number>; setWriteDeadline(t: number | null): void }>(name);
  conn.setWriteDeadline(Date.now() + 2000);
  try {
    return await conn.write(new Uint8Array(length).fill(7));
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    conn.setWriteDeadline(null);
  }
}

/** Reads so many bytes, in as many pieces as they come: their number, or a code. */
async function receive(
  { get }: World,
  name: string,
  length: number,
  patience: number,
): Promise<number | string> {
  type Reader = { read(p: Uint8Array): Promise<number | null>; setReadDeadline(t: number | null): void };
  const conn = get<Reader>(name);
  conn.setReadDeadline(Date.now() + patience);
  let got = 0;
  try {
    const p = new Uint8Array(65_536);
    while (got < length) got += (await conn.read(p)) ?? Infinity;
    return got;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    conn.setReadDeadline(null);
  }
}

const PATIENCE = 5000;
/** linux/in.h, linux/in6.h: never fragment, and say EMSGSIZE. */
const PMTUDISC_DO = 2;
const BIG = 1 << 20;

describe.skipIf(noNamespaces !== null)("a link", () => {
  let lab: TwoHosts;
  let near: Host;
  let far: Host;
  beforeEach(async () => {
    lab = new TwoHosts();
    ({ near, far } = lab);
    await connect(lab);
  });
  afterEach(() => lab.end());

  const resize = (mtu: number) => {
    near.ip("link", "set", "n0", "mtu", String(mtu));
    far.ip("link", "set", "f0", "mtu", String(mtu));
  };

  it("carries datagrams longer than its MTU in pieces, unless that is forbidden", async () => {
    expect(await near.run(send, "udp", 4000)).toBe(4000);
    expect(await far.run(receive, "udp", 4000, PATIENCE)).toBe(4000);
    await near.run(({ get, constant }, whole) => {
      const raw = get<UDPConn>("udp").syscallConn();
      raw.setsockopt(constant("IPPROTO_IP"), constant("IP_MTU_DISCOVER"), whole);
    }, PMTUDISC_DO);
    expect(await near.run(send, "udp", 1473)).toBe("EMSGSIZE");
    expect(await near.run(send, "udp", 1472)).toBe(1472);
    expect(await far.run(receive, "udp", 1472, PATIENCE)).toBe(1472);
    resize(1280);
    expect(await near.run(send, "udp", 1472)).toBe("EMSGSIZE");
    expect(await near.run(send, "udp", 1252)).toBe(1252);
    expect(await far.run(receive, "udp", 1252, PATIENCE)).toBe(1252);
  });

  it("that shrinks and grows in the middle of a stream loses none of it", async () => {
    const receiving = far.run(receive, "conn", 8 * BIG, 10_000);
    const sending = (async () => {
      for (const mtu of [1280, 1500, 576, 9000, 1280, 1500, 1400, 1500]) {
        expect(await near.run(send, "conn", BIG)).toBe(BIG);
        resize(mtu);
      }
    })();
    expect(await receiving).toBe(8 * BIG);
    await sending;
  });

  it("that goes down says so to datagrams; streams wait; and both go on when it is up again", async () => {
    near.ip("link", "set", "n0", "down");
    expect(await near.run(send, "udp", 100)).toBe("ENETUNREACH");
    expect(await near.run(send, "conn", 100)).toBe(100);
    expect(await far.run(receive, "conn", 100, 50)).toBe("ERR_DEADLINE");
    expect(await near.run(receive, "conn", 1, 50)).toBe("ERR_DEADLINE");
    near.ip("link", "set", "n0", "up");
    expect(await near.run(send, "udp", 100)).toBe(100);
    expect(await far.run(receive, "udp", 100, PATIENCE)).toBe(100);
    expect(await far.run(receive, "conn", 100, PATIENCE)).toBe(100);
  });

  it("that the other side takes down tells nobody: reads and writes wait for their deadlines", async () => {
    far.ip("link", "set", "f0", "down");
    expect(await near.run(send, "udp", 100)).toBe(100);
    expect(await near.run(receive, "udp", 1, 50)).toBe("ERR_DEADLINE");
    expect(await near.run(receive, "conn", 1, 50)).toBe("ERR_DEADLINE");
    const code = await near.run(async ({ net, get }) => {
      const { remoteAddr } = get<TCPConn>("conn");
      return new net.Dialer({ timeout: 100 }).dial("tcp", String(remoteAddr)).then(
        () => "connected",
        (error: { code: string }) => error.code,
      );
    });
    expect(code).toBe("ERR_TIMEOUT");
  });

  it("whose address is taken away serves those who have it no more, by name, and again when it is back", async () => {
    near.ip("addr", "del", "10.9.1.1/24", "dev", "n0");
    expect(await near.run(send, "udp", 100)).toMatch(/^(ENETUNREACH|EINVAL)$/);
    const dialed = await near.run(async ({ net }) =>
      new net.Dialer({ localAddr: new net.TCPAddr({ ip: "10.9.1.1" }) }).dial("tcp", "10.9.1.2:9").then(
        () => "connected",
        (error: { code: string }) => error.code,
      ),
    );
    expect(dialed).toBe("EADDRNOTAVAIL");
    expect(await near.run(send, "conn", 100)).toBe(100);
    near.ip("addr", "add", "10.9.1.1/24", "dev", "n0");
    expect(await far.run(receive, "conn", 100, PATIENCE)).toBe(100);
    expect(await near.run(send, "udp", 100)).toBe(100);
    expect(await far.run(receive, "udp", 100, PATIENCE)).toBe(100);
  });

  it("whose route is forbidden in the middle is told by name, and goes on when it is not", async () => {
    near.ip("route", "add", "prohibit", "10.9.1.2/32");
    expect(await near.run(send, "udp", 100)).toBe("EACCES");
    expect(await near.run(send, "conn", 100)).toBe(100);
    near.ip("route", "del", "prohibit", "10.9.1.2/32");
    expect(await near.run(send, "udp", 100)).toBe(100);
    expect(await far.run(receive, "udp", 100, PATIENCE)).toBe(100);
    expect(await far.run(receive, "conn", 100, PATIENCE)).toBe(100);
  });

  it("that is deleted ends nothing by itself: what waits keeps to its deadline, and close is close", async () => {
    near.ip("link", "delete", "n0");
    expect(await near.run(receive, "conn", 1, 50)).toBe("ERR_DEADLINE");
    expect(await near.run(send, "udp", 100)).toBe("ENETUNREACH");
    const code = await near.run(async ({ get }) => {
      const conn = get<TCPConn>("conn");
      const reading = conn.read(new Uint8Array(8)).catch((error: { code: string }) => error.code);
      conn.close();
      return reading;
    });
    expect(code).toBe("ERR_CLOSED");
  });
});
