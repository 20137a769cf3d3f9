// Deno.listenDatagram. Mode: udp.
import { attend } from "./control.mjs";

let count = 0;
const conn = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const p = new Uint8Array(2048);

attend(conn.addr.port, { count: () => count });
for (;;) {
  const [bytes, addr] = await conn.receive(p);
  await conn.send(bytes, addr);
  count++;
}
