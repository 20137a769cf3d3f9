// This library with a read parked on as many sockets as there may be, and a deadline for each. Mode: armed.
import { isTimeout, listenUnixgram, UnixAddr } from "rawconn";
import { attend } from "./control.mjs";

/** @typedef {import("rawconn").UnixConn} UnixConn */

const WANTED = 100_000;
const PER_SECOND = 1000;
/** Descriptors left to the runtime when they have run out. */
const SPARE = 32;

const told = { armed: 0, fired: 0, early: 0, late: 0 };
const p = new Uint8Array(1);

/** Datagram sockets of the abstract namespace: a descriptor each, and no peer. */
async function openAll() {
  /** @type {UnixConn[]} */
  const conns = [];
  const anyName = new UnixAddr({ name: "", net: "unixgram" });
  try {
    while (conns.length < WANTED) conns.push(await listenUnixgram("unixgram", anyName));
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== "EMFILE") throw error;
    for (const conn of conns.splice(-SPARE)) conn.close();
  }
  return conns;
}

/**
 * Waits for what never comes, until the deadline, and again.
 * @param {UnixConn} conn
 * @param {number} at
 * @param {number} period
 */
async function wait(conn, at, period) {
  for (; ; at += period) {
    conn.setReadDeadline(at);
    try {
      await conn.read(p);
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
    const late = Date.now() - at;
    if (late < 0) told.early++;
    told.late = Math.max(told.late, late);
    told.fired++;
  }
}

const conns = await openAll();
told.armed = conns.length;
const start = Date.now() + 2000;
const step = 1000 / PER_SECOND;
for (const [i, conn] of conns.entries()) void wait(conn, start + i * step, conns.length * step);

// There is nobody to connect to: the port is only the sign that all stands.
attend(1, {
  requests: {
    armed: () => {
      const answer = { ...told };
      told.late = 0;
      return answer;
    },
  },
});
