// Few descriptors: accepts until there are no more, gives them all back, and accepts the rest.
//
// The parent connects as many clients as it is told to; the limit was set before this process began.

import { readdirSync } from "node:fs";
import { Dialer, listen } from "rawconn";

const count = () => readdirSync("/proc/self/fd").length;

/** @param {Promise<unknown>} promise */
async function failureOf(promise) {
  try {
    await promise;
    return "nothing";
  } catch (error) {
    const { code, op, syscall, temporary } = /** @type {Record<string, unknown>} */ (error);
    return { code, op, syscall, temporary: typeof temporary === "function" && temporary.call(error) };
  }
}

const CLIENTS = 100;
const listener = await listen("tcp", "127.0.0.1:0");
// The poller's own descriptors come with the first wait.
const abort = new AbortController();
const waiting = failureOf(listener.accept({ signal: abort.signal }));
abort.abort();
await waiting;
process.send?.({ port: listener.addr?.port, clients: CLIENTS });
const before = count();

/** @type {import("rawconn").TCPConn[]} */
const conns = [];
/** @type {unknown} */
let inAccept;
for (;;) {
  const accepting = listener.accept();
  inAccept = await failureOf(accepting);
  if (inAccept !== "nothing") break;
  conns.push(await accepting);
}
const first = conns.length;
const again = await failureOf(listener.accept());
const inDial = await failureOf(new Dialer({ timeout: 5000 }).dial("tcp", "127.0.0.1:1"));
const inListen = await failureOf(listen("tcp", "127.0.0.1:0"));
for (const conn of conns.splice(0)) conn.close();

const left = count() - before;
for (let rest = CLIENTS - first; rest > 0;) {
  const conn = await listener.accept();
  rest--;
  conn.close();
}
listener.close();
console.log(JSON.stringify({ full: first > 10 && first < CLIENTS, inAccept, again, inDial, inListen, left }));
process.disconnect?.();
