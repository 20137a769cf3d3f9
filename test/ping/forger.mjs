// Answers every echo request on 127.0.0.1 itself, with forgeries first: run where the kernel does not answer
// (icmp_echo_ignore_all). Prints, as one line of JSON, what a ping made of it. With `delay`, answers take so many
// milliseconds.
//
//     node forger.mjs '{ "tool": "sweep", "options": { "count": 2 }, "forgeries": ["id", "seq"], "answers": 1 }'

import { setTimeout as sleep } from "node:timers/promises";
import { Echo, ICMPv4Type, listenPacket, Message, parseMessage, protocolICMP } from "#lib/icmp/index.js";
import { IPAddr } from "#lib/index.js";
import { ping, sweep } from "#lib/ping/index.js";

const { options, forgeries, answers, delay = 0, tool = "ping" } = JSON.parse(process.argv[2] ?? "{}");
const target = new IPAddr({ ip: "127.0.0.1" });

const responder = await listenPacket("ip4:icmp", "127.0.0.1");
const stranger = await listenPacket("ip4:icmp", "127.0.0.2");
responder.setFilter([ICMPv4Type.echo]);
stranger.setFilter([]);

/** @param {Echo} echo @param {Partial<{ id: number, seq: number, data: Uint8Array, type: number, code: number }>} changes */
function message(echo, { id, seq, data, type = ICMPv4Type.echoReply, code = 0 } = {}) {
  const body = new Echo({ id: id ?? echo.id, seq: seq ?? echo.seq, data: data ?? echo.data });
  return new Message({ protocol: protocolICMP, type, code, body }).marshal();
}

/** @param {Uint8Array} data */
function spoilt(data) {
  return data.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
}

/** @param {Uint8Array} b */
function flipped(b) {
  return b.map((byte, i) => (i === 2 ? byte ^ 0xff : byte));
}

// What a forger can get wrong, one thing at a time.
/** @type {Record<string, (echo: Echo) => Promise<number>>} */
const forge = {
  id: (echo) => responder.writeTo(message(echo, { id: echo.id ^ 1 }), target),
  seq: (echo) => responder.writeTo(message(echo, { seq: (echo.seq + 7) & 0xffff }), target),
  cookie: (echo) => responder.writeTo(message(echo, { data: spoilt(echo.data) }), target),
  empty: (echo) => responder.writeTo(message(echo, { data: new Uint8Array(0) }), target),
  code: (echo) => responder.writeTo(message(echo, { code: 1 }), target),
  checksum: (echo) => responder.writeTo(flipped(message(echo)), target),
  source: (echo) => stranger.writeTo(message(echo), target),
  short: (echo) => responder.writeTo(message(echo).subarray(0, 6), target),
  // A report on a packet to somebody else, and one that quotes garbage.
  quote: (echo) => responder.writeTo(report(quoted(echo, "127.0.0.9")), target),
  garbage: (echo) => responder.writeTo(report(quoted(echo, "127.0.0.1").fill(0xff, 0, 1)), target),
};

/** @param {Uint8Array} data */
function report(data) {
  const b = new Uint8Array(8 + data.length);
  b.set([ICMPv4Type.destinationUnreachable, 1]);
  b.set(data, 8);
  const { body } = parseMessage(protocolICMP, b);
  return new Message({
    protocol: protocolICMP,
    type: ICMPv4Type.destinationUnreachable,
    code: 1,
    body,
  }).marshal();
}

/** @param {Echo} echo @param {string} to */
function quoted(echo, to) {
  const icmp = message(echo, { type: ICMPv4Type.echo });
  const b = new Uint8Array(20 + icmp.length);
  b.set([0x45, 0, 0, b.length, 0, 0, 0, 0, 64, protocolICMP, 0, 0, 127, 0, 0, 1]);
  b.set(to.split(".").map(Number), 16);
  b.set(icmp, 20);
  return b;
}

async function respond() {
  const p = new Uint8Array(2048);
  for (;;) {
    const { n } = await responder.readFrom(p);
    const { body } = parseMessage(protocolICMP, p.subarray(0, n));
    if (!(body instanceof Echo)) throw new Error("no echo request got through the filter but this");
    for (const name of forgeries) await forge[name](body);
    if (delay > 0) await sleep(delay);
    for (let i = 0; i < answers; i++) await responder.writeTo(message(body), target);
  }
}
const responding = respond().catch(() => {});

const run = tool === "ping" ? ping("127.0.0.1", options) : sweep("127.0.0.1", options);
const types = [];
for await (const result of run) types.push(...[result].flat().map(({ type }) => type));
responder.close();
stranger.close();
await responding;
const { transmitted, received, duplicates, errors } = run.statistics;
console.log(JSON.stringify({ types, privileged: run.privileged, transmitted, received, duplicates, errors }));
