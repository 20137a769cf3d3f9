// Go at the other end of our batches: it sends and receives datagrams one by one, and sees nothing of how they travelled.

import { createHash } from "node:crypto";
import { type Addr, dial, listenPacket, MessageBatch, type PacketConn } from "rawconn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kinds } from "../support/kinds.js";
import { Compiled, noGo } from "../peer/peer.js";

const has = (name: string) => kinds.some((kind) => kind.name === name);
const networks = [["udp4", "127.0.0.1:0"], ...(has("udp6") ? [["udp6", "[::1]:0"]] : [])] as [
  "udp4" | "udp6",
  string,
][];

// As many as the peer counts. In windows that any receive buffer holds: runs of one length, the last of each shorter.
const COUNT = 200;
const WINDOW = 20;
const messages = Array.from({ length: COUNT }, (_, i) =>
  Buffer.alloc(i % WINDOW === WINDOW - 1 ? 77 : 1000, i),
);
const hashOf = (list: readonly Buffer[]) => createHash("sha256").update(Buffer.concat(list)).digest("hex");

describe.skipIf(noGo !== null)("Go", () => {
  let go: Compiled;
  beforeAll(() => {
    go = new Compiled();
  });
  afterAll(() => go?.[Symbol.dispose]());

  it.each(networks)("echoes our batches, joined or not: %s", async (network, address) => {
    for (const offload of [true, false]) {
      const peer = go.run("listen", network, address, "echo");
      const bound = await peer.says();
      using conn = await dial(network, bound.local);
      conn.setDeadline(Date.now() + 10_000);
      const out = new MessageBatch<never>({ messages: WINDOW, size: 1000, offload });
      const room = new MessageBatch<never>({ messages: 7, size: 1500, offload });
      const back: Buffer[] = [];
      for (let at = 0; at < COUNT; at += WINDOW) {
        out.clear();
        for (const message of messages.slice(at, at + WINDOW)) out.push(message);
        expect(await conn.writeBatch(out)).toBe(WINDOW);
        while (back.length < at + WINDOW) {
          const n = await conn.readBatch(room);
          for (let i = 0; i < n; i++) back.push(Buffer.from(room.data(i)));
        }
      }
      expect(hashOf(back)).toBe(hashOf(messages));
      expect(await peer.says()).toMatchObject({ messages: COUNT, hash: hashOf(messages), error: "" });
      await peer.end();
    }
  });

  it.each(networks)("is echoed by batches: %s", async (network, address) => {
    using conn = (await listenPacket(network, address)) as PacketConn<Addr>;
    const peer = go.run("dial", network, String(conn.localAddr), "ask");
    const dialed = await peer.says();
    conn.setDeadline(Date.now() + 10_000);
    const batch = new MessageBatch({ messages: 16, size: 2048 });
    for (let echoed = 0; echoed < COUNT;) {
      await conn.readBatch(batch);
      expect(String(batch.addr(0))).toBe(dialed.local);
      echoed += await conn.writeBatch(batch);
    }
    expect(await peer.says()).toMatchObject({ messages: COUNT, error: "" });
    await peer.end();
  });
});
