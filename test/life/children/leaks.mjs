// A long day of a server and its clients: connections that end in every way there is. At the end nothing is left, and
// the process ends by itself.

import { Dialer, dial, listen } from "rawconn";
import { descriptors, turn } from "./echo.mjs";

const ROUNDS = 1500;
const TOGETHER = 20;
const ignore = () => {};
const room = () => new Uint8Array(64);

/** @typedef {import("rawconn").TCPConn} Conn */

/** How a connection may go. @type {((near: Conn, far: Conn) => unknown)[]} */
const ways = [
  (near, far) => [near.close(), far.close()],
  async (near, far) => {
    await near.write("hello");
    await far.read(room());
    far.close();
    await near.read(room());
    near.close();
  },
  async (near, far) => {
    near.setLinger(0);
    near.close();
    await far.read(room()).catch(ignore);
    far.close();
  },
  async (near, far) => {
    const waiting = [near.read(room()), near.read(room()), near.write(new Uint8Array(16 << 20))];
    near.close();
    await Promise.allSettled(waiting);
    far[Symbol.dispose]();
  },
  async (near, far) => {
    near.setReadDeadline(Date.now() + 1);
    await near.read(room()).catch(ignore);
    near.setReadDeadline(null);
    await far.write("late");
    await near.read(room());
    await near[Symbol.asyncDispose]();
    await far[Symbol.asyncDispose]();
  },
  async (near, far) => {
    near.closeWrite();
    await far.read(room());
    far.closeWrite();
    await near.read(room());
    near.close();
    far.close();
  },
  async (near, far) => {
    far.setDeadline(0);
    await Promise.allSettled([far.read(room()), far.write("x")]);
    far.close();
    near.close();
  },
];

/** @param {import("rawconn").TCPListener} listener @param {number} round */
async function live(listener, round) {
  const [near, far] = await Promise.all([dial("tcp", String(listener.addr)), listener.accept()]);
  await ways[round % ways.length]?.(near, far);
}

/** Dials that come to nothing, and listeners that nobody visits. */
async function fail() {
  const gone = await listen("tcp", "127.0.0.1:0");
  const address = String(gone.addr);
  gone.accept({ signal: AbortSignal.abort() }).catch(ignore);
  const accepting = gone.accept().catch(ignore);
  gone.close();
  await accepting;
  await dial("tcp", address).catch(ignore);
  await dial("tcp", address, { signal: AbortSignal.abort() }).catch(ignore);
  await new Dialer({ control: () => Promise.reject(new Error("no")) }).dial("tcp", address).catch(ignore);
  await new Dialer({ timeout: 1, deadline: 1 }).dial("tcp", address).catch(ignore);
}

const before = descriptors();
const listener = await listen("tcp", "127.0.0.1:0");
let next = 0;
const lane = async () => {
  while (next < ROUNDS) await live(listener, next++);
};
await Promise.all(Array.from({ length: TOGETHER }, lane));
for (let time = 0; time < 50; time++) await fail();
listener.close();
await turn();
console.log(JSON.stringify({ left: descriptors() - before }));
