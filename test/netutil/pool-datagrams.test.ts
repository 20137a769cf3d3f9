import { expect, it } from "vitest";
import { dialUDP, listenUDP, MessageBatch, UDPAddr } from "rawconn";
import { Pool } from "rawconn/netutil";

it("lends no socket that still holds datagrams of who had it before", async () => {
  using server = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
  const pool = new Pool({ dial: () => dialUDP("udp4", null, server.localAddr!) });
  const lease = await pool.get();
  const { conn } = lease;
  const out = new MessageBatch<UDPAddr>({ messages: 16, size: 8 });
  for (let i = 0; i < 16; i++) out.push("old", conn.localAddr);
  // From the second round on they come joined.
  const all = new MessageBatch<UDPAddr>({ messages: 16, size: 8 });
  await server.writeBatch(out);
  for (let n = 0; n < 16;) n += await conn.readBatch(all);
  await server.writeBatch(out);
  await conn.readBatch(new MessageBatch<UDPAddr>({ messages: 4, size: 8 }));
  lease.release();
  const next = await pool.get();
  expect(next.conn).not.toBe(conn);
  next.release();
  pool.close();
});
