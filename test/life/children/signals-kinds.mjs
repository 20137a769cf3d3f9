// Talks to itself over every kind of socket but TCP while its parent sends it signals; any error that shows is a failure.

import { dial, listen, listenPacket, UnixAddr } from "rawconn";

let signals = 0;
for (const name of /** @type {const} */ (["SIGUSR2", "SIGWINCH", "SIGHUP"]))
  process.on(name, () => signals++);

const ROUNDS = 5;
const SIZE = 1000;
const nameOf = (/** @type {string} */ kind) => `@rawconn-${process.pid}-${kind}`;
const isClosed = (/** @type {{ code: string }} */ error) => error.code === "ERR_CLOSED";

/** @param {string} network */
async function serveConnections(network) {
  const listener = await listen(network, nameOf(network));
  const serve = async () => {
    for await (const conn of listener) {
      void (async () => {
        const p = new Uint8Array(4096);
        for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.slice(0, n));
        conn.close();
      })();
    }
  };
  return { address: String(listener.addr), serving: serve(), close: () => listener.close() };
}

/**
 * @param {string} network
 * @param {string} address
 */
async function servePackets(network, address) {
  const conn = /** @type {import("rawconn").UDPConn} */ (await listenPacket(network, address));
  const serve = async () => {
    const p = new Uint8Array(4096);
    for (;;) {
      const { n, addr } = await conn.readFrom(p);
      if (addr !== null) await conn.writeTo(p.slice(0, n), addr);
    }
  };
  const serving = serve().catch((error) => {
    if (!isClosed(error)) throw error;
  });
  return { address: String(conn.localAddr), serving, close: () => conn.close() };
}

const servers = {
  unix: await serveConnections("unix"),
  unixpacket: await serveConnections("unixpacket"),
  udp4: await servePackets("udp4", "127.0.0.1:0"),
  unixgram: await servePackets("unixgram", nameOf("unixgram")),
};

let visits = 0;
const isEnough = () => signals >= 300 && visits >= 100;

/**
 * @param {string} network
 * @param {string} address
 */
async function visit(network, address) {
  // An answer to a datagram needs a name to go to.
  const conn =
    network === "unixgram"
      ? await listenPacket(network, `${nameOf("client")}-${visits}-${signals}`)
      : await dial(network, address);
  conn.setDeadline(Date.now() + 10_000);
  const p = new Uint8Array(4096);
  for (let round = 0; round < ROUNDS; round++) {
    if (network === "unixgram") {
      const gram = /** @type {import("rawconn").UnixConn} */ (conn);
      await gram.writeTo(new Uint8Array(SIZE), new UnixAddr({ name: address, net: "unixgram" }));
    } else {
      await conn.write(new Uint8Array(SIZE));
    }
    for (let got = 0; got < SIZE;) got += (await conn.read(p)) ?? NaN;
  }
  conn.close();
  visits++;
}

process.send?.("ready");
const clients = Object.entries(servers).map(async ([network, { address }]) => {
  while (!isEnough()) await visit(network, address);
});
await Promise.all(clients);
for (const { close, serving } of Object.values(servers)) {
  close();
  await serving;
}
console.log(JSON.stringify({ enough: isEnough() }));
// Node puts the signals' defaults back as it ends: the storm must be over by then.
process.send?.("done");
process.once("message", () => process.disconnect());
