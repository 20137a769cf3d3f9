// Sends every packet back to whom it came from. With a GROUP it holds so many, and answers the last one first: as a network
// may do.
//
//     node examples/udp-echo/server.mjs [ADDRESS] [GROUP]
//     nc -u 127.0.0.1 8080

import { listenPacket } from "rawconn";

const [address = "127.0.0.1:8080", group = "1"] = process.argv.slice(2);
const conn = await listenPacket("udp", address);
console.log(`listening on ${String(conn.localAddr)}`);

// A packet comes whole or not at all, and what does not fit into the buffer is lost: this fits every one of UDP.
const p = new Uint8Array(65536);
/** @type {{ bytes: Uint8Array, addr: import("rawconn").UDPAddr }[]} */
let held = [];
for (;;) {
  const { n, addr } = await conn.readFrom(p);
  // There is no connection to close: a sender that is not there any more is known by nothing.
  if (addr !== null) held.push({ bytes: p.slice(0, n), addr });
  if (held.length < Number(group)) continue;
  for (const answer of held.reverse()) await conn.writeTo(answer.bytes, answer.addr);
  held = [];
}
