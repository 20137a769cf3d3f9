// This library, `await` API. Modes: echo, deadline (one per message), accept,
// accept-fresh (a new buffer for each connection), hold, hold-unread.
import process from "node:process";
import { isClosed, listen } from "rawconn";
import { AllocationCounter, attend, borrow, BUFFER, giveBack, mode } from "./control.mjs";

/** @typedef {import("rawconn").TCPConn} TCPConn */

/** @type {TCPConn[]} */
const held = [];
const shared = new Uint8Array(BUFFER);
let count = 0;

/** @param {TCPConn} conn */
async function echo(conn) {
  const buf = new Uint8Array(BUFFER);
  for (let n; (n = await conn.read(buf)) !== null;) await conn.write(buf.subarray(0, n));
  conn.close();
}

/** @param {TCPConn} conn */
async function echoByDeadline(conn) {
  const buf = new Uint8Array(BUFFER);
  for (;;) {
    conn.setReadDeadline(Date.now() + 5000);
    const n = await conn.read(buf);
    if (n === null) return conn.close();
    await conn.write(buf.subarray(0, n));
  }
}

/** @param {TCPConn} conn */
async function replyOnce(conn) {
  const fresh = mode === "accept-fresh";
  const buf = fresh ? new Uint8Array(BUFFER) : borrow();
  const n = await conn.read(buf);
  if (n !== null) await conn.write(buf.subarray(0, n));
  if (!fresh) giveBack(buf);
  conn.close();
}

/** @param {TCPConn} conn */
async function hold(conn) {
  held.push(conn);
  await conn.read(shared);
}

/** @type {Record<string, (conn: TCPConn) => Promise<void>>} */
const handlers = { echo, deadline: echoByDeadline, accept: replyOnce, "accept-fresh": replyOnce, hold };
const handle = handlers[mode] ?? echo;

// A reset by the load generator is how every run ends.
process.on("unhandledRejection", (error) => {
  if (!isClosed(error) && /** @type {{ code?: string }} */ (error).code !== "ECONNRESET") throw error;
});

/**
 * What `echo` allocates by itself for one message, two awaits and a subarray, on a connection that only has
 * ready promises. To be asked for last, since it shows the compiler a second kind of connection.
 */
async function callersShare() {
  const ready = Promise.resolve(64);
  const end = Promise.resolve(null);
  const messages = 200_000;
  const counter = new AllocationCounter();
  for (let run = 0; ; run++) {
    let left = messages;
    const idle = { read: () => (left-- > 0 ? ready : end), write: () => ready, close() {} };
    counter.start();
    await echo(/** @type {TCPConn} */ (/** @type {unknown} */ (idle)));
    if (run === 2) return counter.stop() / messages;
    counter.stop();
  }
}

const listener = await listen("tcp", "127.0.0.1:0");
attend(Number(String(listener.addr).split(":")[1]), { count: () => count, requests: { callersShare } });
for await (const conn of listener) {
  count++;
  if (mode === "hold-unread") held.push(conn);
  else void handle(conn);
}
