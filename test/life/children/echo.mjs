// What the scripts of this folder share.

import { readdirSync, readlinkSync } from "node:fs";
import { dial, listen } from "rawconn";

/** Sockets and kernel objects that are open in this process, without the poller's own: how many. */
export function descriptors() {
  return readdirSync("/proc/self/fd").filter((name) => isSocket(name)).length;
}

/** @param {string} name */
function isSocket(name) {
  try {
    return readlinkSync(`/proc/self/fd/${name}`).startsWith("socket:");
  } catch {
    return false;
  }
}

/** The next turn of the event loop. */
export function turn() {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Two ends of a connection. */
export async function pair() {
  const listener = await listen("tcp", "127.0.0.1:0");
  const [near, far] = await Promise.all([dial("tcp", String(listener.addr)), listener.accept()]);
  listener.close();
  return { near, far };
}

/**
 * Gives every message back until the peer is done.
 * @param {import("rawconn").TCPConn} conn
 */
export async function echo(conn) {
  const p = new Uint8Array(4096);
  for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.slice(0, n));
  conn.close();
}

/**
 * Talks to an echo server for some rounds; throws when it hears something else.
 * @param {string} address
 * @param {number} rounds
 */
export async function converse(address, rounds) {
  const conn = await dial("tcp", address);
  const p = new Uint8Array(64);
  for (let round = 0; round < rounds; round++) {
    const text = `round ${round}`;
    await conn.write(text);
    const n = await conn.read(p);
    if (Buffer.from(p.subarray(0, n ?? 0)).toString() !== text)
      throw new Error(`heard something else in ${text}`);
  }
  conn.close();
}
