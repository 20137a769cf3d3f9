// Ten thousand operations that wait, over sockets of every kind but TCP; in a process or a worker that ends when it is told
// to, or is ended.

import { isMainThread, parentPort } from "node:worker_threads";
import { listen, listenPacket } from "rawconn";

const COUNT = 250;
const PACKETS = 3000;
const READS = 6;
const ACCEPTS = 500;
const ignore = () => {};
const room = () => new Uint8Array(16);
const bytes = new Uint8Array(1 << 20);

const tell = parentPort?.postMessage.bind(parentPort) ?? /** @param {unknown} m */ ((m) => process.send?.(m));
const name = (/** @type {string} */ kind) =>
  `@rawconn-${process.pid}-${isMainThread ? "main" : "worker"}-${kind}`;

const streams = await listen("unix", name("unix"));
const sequences = await listen("unixpacket", name("unixpacket"));
const datagrams = await listenPacket("unixgram", name("unixgram"));
// An address of loopback for this process alone, so that nobody takes the port when it is gone.
const host = `127.${1 + ((process.pid >> 8) % 254)}.${process.pid & 255}.8`;
const packets = await listenPacket("udp4", `${host}:0`);
tell({
  count: COUNT,
  unix: String(streams.addr),
  unixpacket: String(sequences.addr),
  unixgram: String(datagrams.localAddr),
  udp4: String(packets.localAddr),
});

let waiting = 0;
/** @param {Promise<unknown>} operation */
const wait = (operation) => {
  waiting++;
  operation.catch(ignore);
};
for (const listener of [streams, sequences]) {
  const conns = await Promise.all(Array.from({ length: COUNT }, () => listener.accept()));
  for (const conn of conns) {
    for (let i = 0; i < READS; i++) wait(conn.read(room()));
    // More than the kernel's buffers hold; a sequence of packets takes them one by one.
    if (listener === streams) wait(conn.write(bytes));
    else for (let i = 0; i < 2; i++) wait(conn.readFrom(room()));
  }
  for (let i = 0; i < ACCEPTS; i++) wait(listener.accept());
}
for (let i = 0; i < PACKETS; i++) {
  wait(datagrams.readFrom(room()));
  wait(packets.readMsg(room(), room()));
}
const end = (/** @type {unknown} */ way) => {
  if (way === "exit") process.exit(0);
};
if (parentPort === null) process.once("message", end);
else parentPort.once("message", end);
tell(waiting);
