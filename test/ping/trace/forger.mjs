// A router that lies: answers every UDP probe to 127.0.0.1 with a report in which one thing is wrong, and traces
// meanwhile. Run where the kernel itself sends no reports (see forged.test.ts). Prints what the trace made of it.
//
//     node forger.mjs '{ "forgery": "cookie", "options": { "maxHop": 1 } }'

import {
  ICMPv4Type,
  listenPacket,
  Message,
  MPLSLabelStack,
  protocolICMP,
  TimeExceeded,
} from "#lib/icmp/index.js";
import { IPAddr, listenIP } from "#lib/index.js";
import { trace } from "#lib/ping/index.js";

const { forgery, options } = JSON.parse(process.argv[2] ?? "{}");
const target = new IPAddr({ ip: "127.0.0.1" });
const wire = await listenIP("ip4:17", target);
const sender = await listenPacket("ip4:icmp", "127.0.0.1");
sender.setFilter([]);

const HEADERS = 28;
const labels = [
  { label: 16001, tc: 5, s: false, ttl: 1 },
  { label: 1048575, tc: 0, s: true, ttl: 254 },
];

/** @param {number} at @param {(p: Uint8Array) => void} [also] */
const flip = (at, also) => (/** @type {Uint8Array} */ p) => {
  p[at] ^= 1;
  also?.(p);
};

// What becomes of the packet that the report quotes: offsets are those of its headers.
/** @type {Record<string, (p: Uint8Array) => void | Uint8Array>} */
const forge = {
  nothing: () => {},
  target: flip(19),
  sourcePort: flip(21),
  port: flip(23),
  cookie: flip(HEADERS),
  protocol: (p) => void (p[9] = 6),
  // What is right, and as little as a router may quote.
  short: (p) => p.subarray(0, HEADERS),
  shorter: (p) => p.subarray(0, HEADERS - 1),
};

/** @param {Uint8Array} quote */
function report(quote) {
  const extensions = forgery.startsWith("labels") ? [new MPLSLabelStack({ labels })] : [];
  const body = new TimeExceeded({ data: quote, extensions });
  const b = new Message({ protocol: protocolICMP, type: ICMPv4Type.timeExceeded, body }).marshal();
  if (forgery !== "labels spoilt") return b;
  // Spoils the last label, and with it the checksum of the extensions alone.
  b[b.length - 1] ^= 1;
  return resum(b);
}

/** @param {Uint8Array} b */
function resum(b) {
  const body = { len: () => b.length - 4, marshal: () => b.subarray(4) };
  return new Message({ protocol: protocolICMP, type: b[0], code: b[1], body }).marshal();
}

async function respond() {
  const p = new Uint8Array(2048);
  for (;;) {
    const { n } = await wire.readMsg(p, new Uint8Array(0));
    const packet = p.slice(0, n);
    const quote = (forge[forgery] ?? forge.nothing)(packet) ?? packet;
    await sender.writeTo(report(quote), target);
  }
}
const responding = respond().catch(() => {});

const run = trace("127.0.0.1", options);
const events = [];
for await (const event of run) {
  if (event.type === "hop") continue;
  const facts =
    event.type === "reply" ? { addr: String(event.addr), mpls: event.mpls, reason: event.reason } : {};
  events.push({ type: event.type, ...facts });
}
wire.close();
sender.close();
await responding;
console.log(JSON.stringify(events));
