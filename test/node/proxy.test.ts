// Proxies made of bridges: a hundred connections that half-close lose no byte, and a peer that does not read costs no memory.

import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { dialTCP, listen, type TCPConn, type TCPListener } from "rawconn";
import { serve, toDuplex, toSocket, toWeb } from "rawconn/node";
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { pattern, readAll } from "./bytes.js";

const CONNS = 100;
const BYTES = pattern(100_000);

type Forward = (near: TCPConn, far: TCPConn) => Promise<unknown>;
const open = { allowHalfOpen: true };

const proxies: [string, Forward][] = [
  [
    "sockets",
    (near, far) => {
      const [a, b] = [toSocket(near, open), toSocket(far, open)];
      return Promise.all([pipeline(a, b), pipeline(b, a)]);
    },
  ],
  [
    "streams",
    (near, far) => {
      const [a, b] = [toDuplex(near, open), toDuplex(far, open)];
      return Promise.all([pipeline(a, b), pipeline(b, a)]);
    },
  ],
  [
    "Web Streams",
    (near, far) => {
      const [a, b] = [toWeb(near), toWeb(far)];
      return Promise.all([a.readable.pipeTo(b.writable), b.readable.pipeTo(a.writable)]);
    },
  ],
];

/** Answers with the hash of all it heard, once it has heard the end, and with the same bytes. */
async function answerAll(listener: TCPListener): Promise<void> {
  for await (const conn of listener) {
    void (async () => {
      const heard = await readAll(conn);
      await conn.write(createHash("sha256").update(heard).digest());
      await conn.write(heard);
      conn.closeWrite();
      conn.close();
    })();
  }
}

describe.each(proxies)("a proxy of %s", (_, forward) => {
  it("loses no byte of a hundred connections that half-close", async () => {
    using target = await listen("tcp", "127.0.0.1:0");
    void answerAll(target);
    using proxy = await listen("tcp", "127.0.0.1:0");
    const forwarding: Promise<unknown>[] = [];
    void (async () => {
      for await (const near of proxy)
        forwarding.push(dialTCP("tcp", null, target.addr!).then((far) => forward(near, far)));
    })();
    const talk = async (i: number) => {
      using conn = await dialTCP("tcp", null, proxy.addr!);
      const bytes = BYTES.subarray(0, BYTES.length - i * 7);
      const hearing = readAll(conn);
      await conn.write(bytes);
      conn.closeWrite();
      const hash = createHash("sha256").update(bytes).digest();
      return (await hearing).equals(Buffer.concat([hash, bytes]));
    };
    const results = await Promise.all(Array.from({ length: CONNS }, (_, i) => talk(i)));
    expect(results.filter((whole) => !whole)).toEqual([]);
    await Promise.all(forwarding);
    expect(forwarding).toHaveLength(CONNS);
  });

  it("takes no more from a sender than it may hold when nobody reads", async () => {
    using source = await pair();
    using sink = await pair();
    const forwarding = forward(source.server, sink.client).catch(() => {});
    let sent = 0;
    const ended = new AbortController();
    const sending = (async () => {
      const piece = Buffer.alloc(64 << 10);
      while (!ended.signal.aborted) sent += await source.client.write(piece);
    })().catch(() => {});
    // Until nothing moves any more: the buffers of the kernel are full, and ours.
    for (let before = -1; before !== sent;) {
      before = sent;
      for (let i = 0; i < 200; i++) await turn();
    }
    const { arrayBuffers } = process.memoryUsage();
    for (let i = 0; i < 200; i++) await turn();
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(64 << 10);
    ended.abort();
    sink.server.close();
    source.client.close();
    await Promise.all([sending, forwarding]);
  });
});

it("a plain server of Node's hears everything through serve", async () => {
  const heard: Promise<number>[] = [];
  const server = createServer(open, (socket: Socket) => {
    heard.push(
      (async () => {
        let total = 0;
        for await (const chunk of socket) total += (chunk as Buffer).length;
        // Who may be half open ends by itself.
        socket.end();
        return total;
      })(),
    );
  });
  const listener = await listen("tcp", "127.0.0.1:0");
  const done = serve(listener, server);
  for (let i = 0; i < 10; i++) {
    using conn = await dialTCP("tcp", null, listener.addr!);
    await conn.write(BYTES);
    conn.closeWrite();
    while (heard.length <= i) await once(server, "connection");
    await heard[i];
  }
  expect(await Promise.all(heard)).toEqual(Array.from({ length: 10 }, () => BYTES.length));
  listener.close();
  await done;
});
