// A peer that reads a kilobyte a second gets no more than it takes: what is to be sent to it does not pile up here.

import type { ChildProcess } from "node:child_process";
import { setInterval as ticks } from "node:timers/promises";
import { Dialer, type TCPConn } from "rawconn";
import { readFull } from "rawconn/io";
import { SO_RCVBUF, SOL_SOCKET } from "rawconn/syscall";
import { describe, expect, it } from "vitest";
import { CLEAN, end, message, start } from "../life/child.js";

const CONNS = 40;
const SIP = 256;
const PAUSE = 250;
const SIPS = 16;
const PATIENCE = 60_000;

/** What a connection may cost, in bytes. */
const MOST = 64 << 10;
/** What it may cost more after 4 seconds than before: what the collector has not counted yet. */
const FLAT = 2 << 10;

/** What the child says of itself. */
interface State {
  /** What it holds after a collection, on the heap and off it. */
  bytes: number;
  /** What its endless sources have given. */
  taken: number;
  open: number;
}

/** Asks the child until it is so. */
async function told(child: ChildProcess, is: (state: State) => boolean): Promise<State> {
  for (;;) {
    const answer = message<State>(child);
    child.send("tell");
    const state = await answer;
    if (is(state)) return state;
  }
}

// With as little room as there can be in its kernel: a sip more is then a sip less on the other side.
const peer = new Dialer({
  control: (_network, _address, raw) => raw.setsockopt(SOL_SOCKET, SO_RCVBUF, 2048),
});

const meet = (address: string): Promise<TCPConn[]> =>
  Promise.all(Array.from({ length: CONNS }, () => peer.dial("tcp", address)));

/** Reads a kilobyte a second of each. */
async function sip(conns: readonly TCPConn[], times: number): Promise<void> {
  let left = times;
  for await (const _ of ticks(PAUSE)) {
    await Promise.all(conns.map((conn) => readFull(conn, new Uint8Array(SIP))));
    if (--left === 0) return;
  }
}

describe.concurrent.each(["toDuplex", "toSocket", "toWeb", "copy"])("an endless source over %s", (bridge) => {
  it(
    "costs less than 64 KB a connection, and no more with time",
    async () => {
      const child = start("../../node/children/endless.mjs", [bridge], { flags: ["--expose-gc"] });
      const ended = end(child, PATIENCE);
      const address = await message<string>(child);
      // Once for what the first connections cost alone: code, and what is made of it.
      const first = await meet(address);
      await sip(first, 1);
      for (const conn of first) conn.close();
      const empty = await told(child, ({ open }) => open === 0);
      const conns = await meet(address);
      // The kernel takes new bytes in lumps: so each is elsewhere between two of them.
      await Promise.all(conns.map((conn, i) => readFull(conn, new Uint8Array(i << 12))));
      await sip(conns, 1);
      const begun = await told(child, ({ open }) => open === CONNS);
      await sip(conns, SIPS);
      const after = await told(child, () => true);
      for (const conn of conns) conn.close();
      child.send("stop");
      expect(await ended).toEqual(CLEAN);
      expect(after.open).toBe(CONNS);
      // They did not stand still.
      expect(after.taken).toBeGreaterThan(begun.taken);
      expect((after.bytes - empty.bytes) / CONNS).toBeLessThan(MOST);
      expect((after.bytes - begun.bytes) / CONNS).toBeLessThan(FLAT);
    },
    PATIENCE,
  );
});
