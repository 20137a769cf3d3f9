// Multipath TCP of the real kernel: two hosts with two links between them.

import { readFileSync } from "node:fs";
import type { TCPConn, TCPListener } from "rawconn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Host, TwoHosts } from "../support/host.js";
import { link, noNamespaces } from "../support/lab.js";

/** Why there is no Multipath TCP here; null when there is. */
function probe(): string | null {
  if (noNamespaces !== null) return noNamespaces;
  try {
    const enabled = readFileSync("/proc/sys/net/mptcp/enabled", "utf8").trim();
    return enabled === "1" ? null : "net.mptcp.enabled is 0";
  } catch {
    return "this kernel has none";
  }
}

const noMultipath = probe();
if (noMultipath !== null) console.log(`no Multipath TCP here, so it is not tested: ${noMultipath}`);

const PATIENCE = 10_000;

describe.skipIf(noMultipath !== null)("Multipath TCP", () => {
  let lab: TwoHosts;
  let near: Host;
  let far: Host;
  beforeEach(() => {
    lab = new TwoHosts();
    ({ near, far } = lab);
    link(near, "n1", ["10.9.2.1/24"], far, "f1", ["10.9.2.2/24"]);
    // A path is given up after one loss of a packet, not after some seconds.
    for (const host of [near, far]) host.sysctl("net.mptcp.stale_loss_cnt=1");
  });
  afterEach(() => lab.end());

  /** Dials over the first link: whether both ends say that it has several paths. */
  async function connect(multipathTCP: boolean): Promise<[dialed: boolean, accepted: boolean]> {
    const port = await far.run(async ({ net, kept }) => {
      const listener = await net.listen("tcp", "0.0.0.0:0");
      kept.set("listener", listener);
      return listener.addr!.port;
    });
    const accepting = far.run(async ({ get, kept }) => {
      const conn = await get<TCPListener>("listener").accept();
      kept.set("conn", conn);
      return conn.multipathTCP();
    });
    const dialed = await near.run(
      async ({ net, kept }, isMultipath, address) => {
        const conn = await new net.Dialer({ multipathTCP: isMultipath }).dial("tcp", address);
        kept.set("conn", conn);
        return conn.multipathTCP();
      },
      multipathTCP,
      `10.9.1.2:${port}`,
    );
    return [dialed, await accepting];
  }

  /** Sends so many bytes from here to there: how many came. */
  async function transfer(length: number): Promise<number> {
    const receiving = far.run(
      async ({ get }, wanted, patience) => {
        const conn = get<TCPConn>("conn");
        conn.setReadDeadline(Date.now() + patience);
        const p = new Uint8Array(65_536);
        let got = 0;
        while (got < wanted) got += (await conn.read(p)) ?? Infinity;
        return got;
      },
      length,
      PATIENCE,
    );
    await near.run(({ get }, size) => get<TCPConn>("conn").write(new Uint8Array(size)), length);
    return receiving;
  }

  /** How many connections the kernel has towards an address of the far host. */
  async function paths(address: string): Promise<number> {
    const { stdout } = await near.execute("ss", "-Htn", "state", "established", "dst", address);
    return stdout.split("\n").filter((line) => line !== "").length;
  }

  it("is there when both ends ask for it, and not when one does not", async () => {
    expect(await connect(true)).toEqual([true, true]);
    expect(await transfer(1 << 20)).toBe(1 << 20);
    expect(await connect(false)).toEqual([false, false]);
    expect(await transfer(1 << 20)).toBe(1 << 20);
  });

  it("falls back to TCP where the other side has none, or this one", async () => {
    far.sysctl("net.mptcp.enabled=0");
    expect(await connect(true)).toEqual([false, false]);
    expect(await transfer(1 << 20)).toBe(1 << 20);
    far.sysctl("net.mptcp.enabled=1");
    near.sysctl("net.mptcp.enabled=0");
    expect(await connect(true)).toEqual([false, false]);
    expect(await transfer(1 << 20)).toBe(1 << 20);
  });

  it("goes on over the second link when the first is taken away", async () => {
    near.ip("mptcp", "limits", "set", "subflow", "2", "add_addr_accepted", "2");
    far.ip("mptcp", "limits", "set", "subflow", "2", "add_addr_accepted", "2");
    near.ip("mptcp", "endpoint", "add", "10.9.2.1", "dev", "n1", "subflow");
    far.ip("mptcp", "endpoint", "add", "10.9.2.2", "dev", "f1", "signal");
    expect(await connect(true)).toEqual([true, true]);
    // The second path is opened by the kernel when the first bytes have gone both ways.
    for (const end = Date.now() + PATIENCE; Date.now() < end && (await paths("10.9.2.2")) === 0;)
      expect(await transfer(1000)).toBe(1000);
    expect(await paths("10.9.2.2")).toBeGreaterThan(0);
    near.ip("link", "set", "n0", "down");
    expect(await transfer(1 << 20)).toBe(1 << 20);
  });
});
