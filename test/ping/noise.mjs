// Sends echo requests with an identifier, one after the other's answer: a reply, or a report. Prints how many answers
// there were.
//
//     node noise.mjs '{ "target": "10.9.1.1", "ttl": 64, "id": 4711, "count": 100 }'

import { Echo, errorTypes, listenPacket, Message, parseErrorMessage, parseMessage } from "#lib/icmp/index.js";
import { IPAddr } from "#lib/index.js";

const { target, ttl, id, count } = JSON.parse(process.argv[2] ?? "{}");
const conn = await listenPacket(target.includes(":") ? "ip6:ipv6-icmp" : "ip4:icmp", "");
const { protocol } = conn;
const [request, reply] = protocol === 1 ? [8, 0] : [128, 129];
conn.setTTL(ttl);
conn.setFilter([reply, ...errorTypes(protocol)]);

const p = new Uint8Array(2048);

/** @param {number} seq */
async function answered(seq) {
  for (;;) {
    const { n } = await conn.readFrom(p);
    const b = p.subarray(0, n);
    const { type, body } = parseMessage(protocol, b);
    const echo = type === reply ? body : parseErrorMessage(protocol, b).quoted.echo;
    if (echo instanceof Echo && echo.id === id && echo.seq === seq) return;
  }
}

let answers = 0;
for (let seq = 0; seq < count; seq++) {
  const body = new Echo({ id, seq, data: new Uint8Array(56) });
  await conn.writeTo(new Message({ protocol, type: request, body }).marshal(), new IPAddr({ ip: target }));
  await answered(seq);
  answers++;
}
conn.close();
console.log(answers);
