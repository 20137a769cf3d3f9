// A pool of what rawconn/node makes of streams: they have no descriptor to ask, and tell what they have heard.

import { once } from "node:events";
import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { dial, listen } from "rawconn";
import { Pool, serve } from "rawconn/netutil";
import { type DuplexConn, fromDuplex, type TLSConn, tlsClient, tlsServer } from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { turn } from "../support/outcome.js";

/** A pool of streams whose other ends are the test's. */
function streams() {
  const made: Duplex[] = [];
  const dial = async () => {
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    made.push(duplex);
    return fromDuplex(duplex);
  };
  return { made, pool: new Pool({ dial }) };
}

it("uses one again that was read to its last byte", async () => {
  const { made, pool } = streams();
  for (let i = 0; i < 3; i++) {
    const lease = await pool.get();
    made[0].push("answer");
    await turn();
    expect(await lease.conn.read(new Uint8Array(10))).toBe(6);
    lease.release();
    await turn();
  }
  expect(made).toHaveLength(1);
});

it.each<[string, (duplex: Duplex, conn: DuplexConn) => unknown]>([
  ["has ended", (duplex) => duplex.push(null)],
  [
    "has ended behind its answer",
    (duplex, conn) => {
      duplex.push("answer");
      duplex.push(null);
      return conn.read(new Uint8Array(6));
    },
  ],
  ["has sent what nobody asked for", (duplex) => duplex.push("?")],
  [
    "has sent more than was read",
    (duplex, conn) => {
      duplex.push("answer");
      return conn.read(new Uint8Array(2));
    },
  ],
  ["is broken", (duplex) => duplex.destroy()],
])("uses none again that %s", async (_, spoil) => {
  const { made, pool } = streams();
  await pool.use((conn) => spoil(made[0], conn));
  await turn();
  await pool.use(() => {});
  expect(made).toHaveLength(2);
});

it("uses no TLS connection again that the server has ended meanwhile", async () => {
  const { ca, server: identity } = makeCertificates();
  const listener = tlsServer(await listen("tcp", "127.0.0.1:0"), identity);
  // It ends each when it has answered twice.
  const server = serve(listener, async (conn: TLSConn) => {
    const p = new Uint8Array(1);
    for (let i = 0; i < 2; i++) await conn.write(p.subarray(0, (await conn.read(p))!));
  });
  using pool = new Pool({
    dial: async () => tlsClient(await dial("tcp", String(listener.addr)), { ca, servername: "localhost" }),
  });
  const used: TLSConn[] = [];
  for (let i = 0; i < 4; i++) {
    await pool.use(async (conn) => {
      used.push(conn);
      await conn.write("?");
      expect(await conn.read(new Uint8Array(1))).toBe(1);
    });
    const { socket } = used[i];
    if (i % 2 === 1 && !socket.readableEnded) await once(socket, "end");
  }
  expect([used[0] === used[1], used[1] === used[2], used[2] === used[3]]).toEqual([true, false, true]);
  expect(await server.shutdown()).toBe(0);
});
