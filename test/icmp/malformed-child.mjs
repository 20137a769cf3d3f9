// Pings an address of this host while malformed messages come from it, where the kernel does not answer. Prints, as one
// line of JSON, what became of the ping, and of the messages on another socket.
//
//     node malformed-child.mjs '{ "address": "127.0.0.1", "messages": ["03", "0301"] }'

import { checksum, listenPacket, Message, MessageError, parseMessage } from "#lib/icmp/index.js";
import { IPAddr } from "#lib/index.js";
import { ping } from "#lib/ping/index.js";

const { address, messages } = JSON.parse(process.argv[2] ?? "{}");
const here = new IPAddr({ ip: address });
const network = address.includes(":") ? "ip6:ipv6-icmp" : "ip4:icmp";

const responder = await listenPacket(network, address);
const witness = await listenPacket(network, address);
const { protocol } = responder;
const [request, reply] = protocol === 1 ? [8, 0] : [128, 129];
responder.setFilter([request]);
responder.setReadBuffer(1 << 20);
witness.setReadBuffer(1 << 20);

const outcome = { sent: 0, read: 0, refused: 0 };

/** A checksum that is right, where there is one: otherwise nobody would read any further. @param {Uint8Array} wire */
function summed(wire) {
  const b = wire.slice();
  if (b.length < 4 || protocol !== 1) return b;
  b.fill(0, 2, 4);
  const sum = checksum(b);
  b.set([sum >> 8, sum & 0xff], 2);
  return b;
}

/** @param {Uint8Array} wire */
async function send(wire) {
  try {
    await responder.writeTo(summed(wire), here);
    // The kernel gives no raw socket an ICMP message without a whole header.
    if (protocol !== 1 || wire.length >= 8) outcome.sent++;
  } catch (error) {
    // The kernel looks for a type, and in ICMPv6 for room for its checksum: what lacks them does not even leave.
    const { code } = /** @type {{ code: string }} */ (error);
    if (!["EFAULT", "EINVAL"].includes(code) || wire.length >= 4) throw error;
  }
}

/** A report that quotes the first bytes of a packet with the request. @param {Message} message */
function cutQuotes(message) {
  const { body } = message;
  const echo = new Message({ protocol, type: request, body }).marshal();
  const header = protocol === 1 ? 20 : 40;
  const packet = new Uint8Array(header + echo.length);
  const addr = /** @type {import("#lib/index.js").IP} */ (here.ip);
  const bytes = (protocol === 1 ? addr.to4() : addr)?.bytes ?? [];
  if (protocol === 1) packet.set([0x45, 0, 0, packet.length, 0, 0, 0, 0, 64, 1, 0, 0, ...bytes, ...bytes]);
  else packet.set([0x60, 0, 0, 0, 0, echo.length, 58, 64, ...bytes, ...bytes]);
  packet.set(echo, header);
  // Anything less than the header of the request is no report on it.
  return Array.from({ length: header + 8 }, (_, length) =>
    Uint8Array.of(protocol === 1 ? 3 : 1, 1, 0, 0, 0, 0, 0, 0, ...packet.subarray(0, length)),
  );
}

// What the ping sends, with its 56 bytes: nothing of ours looks like it.
/** @param {Uint8Array} p @param {number} n */
const isRequest = (p, n) => n === 64 && p[0] === request;

async function respond() {
  const p = new Uint8Array(4096);
  for (;;) {
    const { n } = await responder.readFrom(p);
    if (!isRequest(p, n)) continue;
    const message = parseMessage(protocol, p.subarray(0, n));
    for (const hex of messages) await send(Buffer.from(hex, "hex"));
    for (const wire of cutQuotes(message)) await send(wire);
    await send(new Message({ protocol, type: reply, body: message.body }).marshal());
  }
}

async function read() {
  const p = new Uint8Array(4096);
  for (;;) {
    const { n } = await witness.readFrom(p);
    if (isRequest(p, n)) continue;
    try {
      parseMessage(protocol, p.subarray(0, n));
      outcome.read++;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      outcome.refused++;
    }
    if (finished && outcome.read + outcome.refused === outcome.sent) return;
  }
}

let finished = false;
const responding = respond().catch((error) => {
  if (!finished) throw error;
});
const reading = read();
const run = ping(address, { count: 3, interval: 20, timeout: 5000 });
let timeouts = 0;
for await (const { type } of run) if (type === "timeout") timeouts++;
finished = true;
if (outcome.read + outcome.refused < outcome.sent) await reading;
responder.close();
witness.close();
await responding;
await reading.catch(() => {});
const { received, duplicates, errors } = run.statistics;
console.log(JSON.stringify({ ...outcome, received, duplicates, errors, timeouts }));
