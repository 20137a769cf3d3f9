// Batches over a link that takes 1500 bytes: what would not go joined goes apart, and in pieces where it may.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UDPAddr, UDPConn } from "rawconn";
import { TwoHosts, type World } from "../support/host.js";
import { noNamespaces } from "../support/lab.js";

/** Sends batches of 20 datagrams of each length to a port, one batch after the other; what came of each. */
async function send(world: World, port: number, lengths: readonly number[], forbid: boolean) {
  const { net, constant } = world;
  const conn = await net.listenUDP("udp4", new net.UDPAddr({ ip: "10.9.1.1" }));
  if (forbid)
    conn
      .syscallConn()
      .setsockopt(constant("IPPROTO_IP"), constant("IP_MTU_DISCOVER"), constant("IP_PMTUDISC_DO"));
  const told: (number | string)[] = [];
  for (const length of lengths) {
    const batch = new net.MessageBatch({ messages: 20, size: 4000 });
    for (let i = 0; i < 20; i++)
      batch.push(new Uint8Array(length).fill(i), new net.UDPAddr({ ip: "10.9.1.2", port }));
    try {
      told.push(await conn.writeBatch(batch as never));
    } catch (error) {
      const { code, n } = error as { code: string; n: number };
      told.push(`${code} after ${n}`);
    }
  }
  conn.close();
  return told;
}

/** Receives so many datagrams: how many came, in order and whole, of each length. */
async function receive({ net, kept }: World, count: number) {
  const conn = kept.get("conn") as UDPConn;
  conn.setReadDeadline(Date.now() + 5000);
  const batch = new net.MessageBatch<UDPAddr>({ messages: 20, size: 4000 });
  const got: Record<number, number> = {};
  for (let came = 0; came < count;) {
    await conn.readBatch(batch);
    for (let i = 0; i < batch.length; i++) {
      const data = batch.data(i);
      const so = (got[data.length] ??= 0);
      if (data.every((byte) => byte === so % 20)) got[data.length]++;
    }
    came += batch.length;
  }
  return got;
}

const listen = async ({ net, kept }: World) => {
  const conn = await net.listenUDP("udp4", new net.UDPAddr({ ip: "10.9.1.2" }));
  conn.setReadBuffer(1 << 20);
  kept.set("conn", conn);
  return conn.localAddr!.port;
};

describe.skipIf(noNamespaces !== null)("over a link of 1500 bytes", () => {
  let hosts: TwoHosts;
  beforeEach(() => {
    hosts = new TwoHosts();
  });
  afterEach(() => hosts.end());

  it("all lengths arrive, however they have to go", async () => {
    const port = await hosts.far.run(listen);
    // What is longer than a packet is refused joined, and what is shorter is joined again afterwards.
    const lengths = [1400, 2000, 1472, 1473, 800];
    const sending = hosts.near.run(send, port, lengths, false);
    const got = await hosts.far.run(receive, lengths.length * 20);
    expect(await sending).toEqual(lengths.map(() => 20));
    expect(got).toEqual(Object.fromEntries(lengths.map((length) => [length, 20])));
  });

  it("what may not go in pieces is refused, and the rest is not", async () => {
    const port = await hosts.far.run(listen);
    const sending = hosts.near.run(send, port, [1400, 2000, 1472, 1473, 800], true);
    const got = await hosts.far.run(receive, 60);
    expect(await sending).toEqual([20, "EMSGSIZE after 0", 20, "EMSGSIZE after 0", 20]);
    expect(got).toEqual({ 1400: 20, 1472: 20, 800: 20 });
  });
});
