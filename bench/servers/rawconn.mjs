// This library, `await` API. Modes: echo, unix, deadline (one per message), burst, burst-writev, proxy, accept,
// accept-fresh (a new buffer for each connection), hold, hold-unread.
import process from "node:process";
import { dial, isClosed, listen } from "rawconn";
import {
  AllocationCounter,
  attend,
  borrow,
  BUFFER,
  giveBack,
  messages,
  mode,
  path,
  portIn,
} from "./control.mjs";

/** @typedef {import("rawconn").TCPConn} TCPConn */
/** @typedef {TCPConn | import("rawconn").UnixConn} StreamConn */

/** @type {StreamConn[]} */
const held = [];
const shared = new Uint8Array(BUFFER);
let count = 0;

/** @param {StreamConn} conn */
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

/**
 * @param {TCPConn} conn
 * @param {() => Promise<unknown>} answer
 */
async function answerEach(conn, answer) {
  const buf = new Uint8Array(BUFFER);
  try {
    for (let n; (n = await conn.read(buf)) !== null;) {
      for (let i = 0; i < n; i++) await answer();
    }
  } finally {
    conn.close();
  }
}

/** @param {TCPConn} conn */
const burst = (conn) => answerEach(conn, () => Promise.all(messages.map((message) => conn.write(message))));

/** @param {TCPConn} conn */
const burstInOne = (conn) => answerEach(conn, () => conn.writev(messages));

/** @param {TCPConn} source */
async function proxy(source) {
  const head = new Uint8Array(2);
  for (let n = 0; n < 2;) n += (await source.read(head.subarray(n))) ?? 2;
  const sink = await dial("tcp", `127.0.0.1:${portIn(head)}`);
  try {
    await sink.readFrom(source);
  } finally {
    sink.close();
    source.close();
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
const handlers = {
  deadline: echoByDeadline,
  burst,
  "burst-writev": burstInOne,
  proxy,
  accept: replyOnce,
  "accept-fresh": replyOnce,
  hold,
};
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
  const many = 200_000;
  const counter = new AllocationCounter();
  for (let run = 0; ; run++) {
    let left = many;
    const idle = { read: () => (left-- > 0 ? ready : end), write: () => ready, close() {} };
    counter.start();
    await echo(/** @type {TCPConn} */ (/** @type {unknown} */ (idle)));
    if (run === 2) return counter.stop() / many;
    counter.stop();
  }
}

/**
 * @template {StreamConn} C
 * @param {AsyncIterable<C>} listener
 * @param {(conn: C) => Promise<void>} serve
 */
async function acceptAll(listener, serve) {
  for await (const conn of listener) {
    count++;
    if (mode === "hold-unread") held.push(conn);
    else void serve(conn);
  }
}

const answers = { count: () => count, requests: { callersShare } };
if (mode === "unix") {
  const listener = await listen("unix", path);
  attend(path, answers);
  await acceptAll(listener, echo);
} else {
  const listener = await listen("tcp", "127.0.0.1:0");
  attend(Number(listener.addr?.port), answers);
  await acceptAll(listener, handle);
}
