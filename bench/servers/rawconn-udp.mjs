// This library's datagrams, `await` API. Modes: udp, a loop that takes one and sends it back; udp-8, eight such loops
// on the one socket; udp-batch, all that is there in one call; udp-sink, the same, and nothing back.
import { listenPacket, MessageBatch } from "rawconn";
import { attend, mode } from "./control.mjs";

const LOOPS = Number(mode.split("-")[1] ?? 1);
const ROOM = 2048;
const BATCH = 64;
const SINK_BATCH = 256;

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

async function echoBatches() {
  /** @type {MessageBatch<import("rawconn").UDPAddr>} */
  const batch = new MessageBatch({ messages: BATCH, size: ROOM });
  for (;;) {
    await conn.readBatch(batch);
    count += await conn.writeBatch(batch);
  }
}

/** What is seen of the datagrams: so that it cannot be left out. */
let seen = 0;

async function sink() {
  /** @type {MessageBatch<import("rawconn").UDPAddr>} */
  const batch = new MessageBatch({ messages: SINK_BATCH, size: ROOM });
  for (;;) {
    const n = await conn.readBatch(batch);
    const { bytes } = batch;
    for (let i = 0; i < n; i++) {
      seen = (seen + bytes[batch.offset(i)] + batch.n(i) + (batch.addr(i)?.port ?? 0)) | 0;
    }
    count += n;
  }
}

attend(Number(conn.localAddr?.port), { count: () => count, requests: { seen: () => seen } });
if (mode === "udp-batch") await echoBatches();
else if (mode === "udp-sink") await sink();
else await Promise.all(Array.from({ length: LOOPS }, echo));
