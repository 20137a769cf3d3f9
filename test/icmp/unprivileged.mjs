// What an unprivileged ICMP socket does, one task a run, printed as one line of JSON: run without rights, inside a
// network namespace.

import { Echo, listenPacket, Message, parseControl, parseMessage } from "#lib/icmp/index.js";
import { dial, listenPacket as listenIP, UDPAddr } from "#lib/index.js";

const [task = "", ...args] = process.argv.slice(2);

/** @param {1 | 58} protocol @param {number} seq */
function request(protocol, seq, size = 0) {
  const body = new Echo({ seq, data: new Uint8Array(size) });
  return new Message({ protocol, type: protocol === 1 ? 8 : 128, body }).marshal();
}

/**
 * A socket with so many reports in its error queue: the packets end at the router.
 * @param {string} address @param {number} count
 */
async function reporting(address, count) {
  const conn = await listenPacket("udp4", "");
  conn.setControlMessage(["error"], true);
  conn.setTTL(1);
  const to = new UDPAddr({ ip: address });
  const last = await listenPacket("udp4", "");
  last.setControlMessage(["error"], true);
  last.setTTL(1);
  for (let seq = 0; seq < count; seq++) {
    // The report on the one before may fail this one: then it goes out at the second try.
    await conn.writeTo(request(1, seq), to).catch(() => conn.writeTo(request(1, seq), to));
  }
  await last.writeTo(request(1, 0), to);
  await last.readFrom(new Uint8Array(64)).catch(() => {});
  last.close();
  return conn;
}

/** @type {Record<string, (...args: string[]) => Promise<object>>} */
const tasks = {
  async echo(network, address) {
    const conn = await listenPacket(/** @type {"udp4"} */ (network), address);
    conn.setControlMessage(["ttl", "timestamp"], true);
    await conn.writeTo(request(conn.protocol, 7), new UDPAddr({ ip: address }));
    const [p, oob] = [new Uint8Array(256), new Uint8Array(256)];
    const { n, oobn, addr } = await conn.readMsg(p, oob);
    const { ttl, timestamp } = parseControl(oob.subarray(0, oobn));
    const { id, seq } = echoIn(parseMessage(conn.protocol, p.subarray(0, n)));
    const { port } = /** @type {UDPAddr} */ (conn.localAddr);
    const { privileged } = conn;
    conn.close();
    const isUDPAddr = addr instanceof UDPAddr;
    return {
      privileged,
      isUDPAddr,
      ip: String(addr?.ip),
      ttl,
      id,
      seq,
      port,
      hasTimestamp: timestamp !== null,
    };
  },

  async filter() {
    const conn = await listenPacket("udp4", "127.0.0.1");
    conn.setFilter([0]);
    return {};
  },

  // The packet ends at the router, which reports it.
  async errors(address) {
    const conn = await listenPacket("udp4", "");
    const p = new Uint8Array(256);
    const to = new UDPAddr({ ip: address });
    conn.setControlMessage(["error"], true);
    conn.setTTL(1);
    await conn.writeTo(request(1, 9), to);
    const failed = await conn.readFrom(p).catch(({ code }) => code);
    const errors = conn.readErrors().map(({ origin, type, code, addr, offender, data }) => {
      const { seq } = echoIn(parseMessage(1, data));
      return { origin, type, code, to: String(addr), from: String(offender), request: data[0], seq };
    });
    const left = conn.readErrors().length;
    conn.setTTL(64);
    await conn.writeTo(request(1, 10), to);
    const { n } = await conn.readFrom(p);
    conn.close();
    return { failed, errors, left, next: echoIn(parseMessage(1, p.subarray(0, n))).seq };
  },

  // More reports than one call takes.
  async many(address) {
    const conn = await reporting(address, 40);
    const counts = [conn.readErrors().length, conn.readErrors().length, conn.readErrors().length];
    conn.close();
    return { counts };
  },

  // A report for which there was no room any more: the error is pending, and the queue empty.
  async overflow(address) {
    const conn = await listenPacket("udp4", "");
    const to = new UDPAddr({ ip: address });
    conn.setControlMessage(["error"], true);
    conn.setReadBuffer(0);
    for (let seq = 0; seq < 8; seq++) await conn.writeTo(request(1, seq, 1000), to);
    conn.setTTL(1);
    await conn.writeTo(request(1, 9), to);
    // What goes the same way later is there later.
    (await reporting(address, 1)).close();
    const { length } = conn.readErrors();
    const p = new Uint8Array(2000);
    const { n } = await conn.readFrom(p);
    conn.close();
    return { length, seq: echoIn(parseMessage(1, p.subarray(0, n))).seq };
  },

  async refused(how, network, address) {
    const opened = { icmp: listenPacket, net: listenIP, dial }[/** @type {"icmp"} */ (how)];
    (await opened(/** @type {"ip4:icmp"} */ (network), address)).close();
    return {};
  },
};

/** @param {Message} message */
function echoIn({ body }) {
  if (body instanceof Echo) return body;
  throw new Error("expected an echo");
}

try {
  console.log(JSON.stringify(await tasks[task](...args)));
} catch (caught) {
  const error = /** @type {import("#lib/index.js").OpError} */ (caught);
  const { name, op, code, syscall, message, hint } = error;
  const enumerable = Object.keys(error).includes("hint");
  console.log(JSON.stringify({ name, op, code, syscall, message, hint, enumerable }));
}
