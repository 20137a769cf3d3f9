// This library's datagrams, `await` API. Modes: udp, a loop that takes one and sends it back; udp-8, eight such loops
// on the one socket.
import { listenPacket } from "rawconn";
import { attend, mode } from "./control.mjs";

const LOOPS = Number(mode.split("-")[1] ?? 1);
const ROOM = 2048;

let count = 0;
const conn = await listenPacket("udp", "127.0.0.1:0");

async function echo() {
  const p = new Uint8Array(ROOM);
  for (;;) {
    const { n, addr } = await conn.readFrom(p);
    if (addr !== null) await conn.writeTo(p.subarray(0, n), addr);
    count++;
  }
}

attend(Number(conn.localAddr?.port), { count: () => count });
await Promise.all(Array.from({ length: LOOPS }, echo));
