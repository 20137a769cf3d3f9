// Connections that are forgotten without being closed (--expose-gc).

import { dial, listen } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { descriptors, pair, turn } from "./echo.mjs";

const COUNT = 100;
const collect = /** @type {() => void} */ (globalThis.gc);
const ignore = () => {};

/**
 * Collects until the number of descriptors is what it should be, or for a good while.
 * @param {number} wanted
 */
async function settle(wanted) {
  for (let round = 0; round < 40 && descriptors() !== wanted; round++) {
    collect();
    await turn();
  }
  for (let round = 0; round < 5; round++) {
    collect();
    await turn();
  }
  return descriptors() - wanted;
}

/** @type {Record<string, () => Promise<Record<string, unknown>>>} */
const cases = {
  async "idle connections"() {
    const before = descriptors();
    await (async () => {
      for (let i = 0; i < COUNT; i++) await pair();
    })();
    return { left: await settle(before) };
  },

  async "connections that have read and written"() {
    const before = descriptors();
    await (async () => {
      for (let i = 0; i < COUNT; i++) {
        const { near, far } = await pair();
        const reading = near.read(new Uint8Array(8));
        await far.write("x");
        await reading;
        near.setDeadline(Date.now() + 3_600_000);
      }
    })();
    return { left: await settle(before) };
  },

  async "the very last connection that waited"() {
    const before = descriptors();
    await (async () => {
      const { near, far } = await pair();
      const reading = near.read(new Uint8Array(8));
      await far.write("x");
      await reading;
      far.close();
    })();
    return { left: await settle(before) };
  },

  async listeners() {
    const before = descriptors();
    await (async () => {
      for (let i = 0; i < COUNT; i++) await listen("tcp", "127.0.0.1:0");
    })();
    return { left: await settle(before) };
  },

  async files() {
    const before = descriptors();
    await (async () => {
      const { near, far } = await pair();
      for (let i = 0; i < COUNT; i++) near.file();
      near.close();
      far.close();
    })();
    return { left: await settle(before) };
  },

  async "files that were closed, whose numbers are others' by now"() {
    const before = descriptors();
    const { near, far } = await pair();
    (() => {
      const files = Array.from({ length: COUNT }, () => near.file());
      for (const file of files) file.close();
    })();
    const dup = () => near.syscallConn().control((fd) => binding.dup(fd));
    const others = Array.from({ length: COUNT }, dup);
    const left = await settle(before + 2 + COUNT);
    for (const fd of others) binding.close(fd);
    near.close();
    far.close();
    return { left };
  },

  async "accepts and dials that nobody waits for"() {
    const before = descriptors();
    const listener = await listen("tcp", "127.0.0.1:0");
    await (async () => {
      for (let i = 0; i < COUNT; i++) {
        void listener.accept();
        await dial("tcp", String(listener.addr));
      }
    })();
    const left = await settle(before + 1);
    listener.close();
    return { left };
  },

  async "operations that were aborted"() {
    const before = descriptors();
    /** @type {AbortController[]} */
    const aborts = [];
    await (async () => {
      for (let i = 0; i < COUNT; i++) {
        const listener = await listen("tcp", "127.0.0.1:0");
        const abort = new AbortController();
        aborts.push(abort);
        listener.accept({ signal: abort.signal }).catch(ignore);
      }
    })();
    // Whoever keeps the controller keeps no listener.
    for (const abort of aborts) abort.abort();
    return { left: await settle(before) };
  },

  // A read that waits keeps its connection, though nobody else does.
  async "connections with a read that waits"() {
    const before = descriptors();
    /** @type {import("rawconn").TCPConn[]} */
    const fars = [];
    let heard = 0;
    await (async () => {
      for (let i = 0; i < COUNT; i++) {
        const { near, far } = await pair();
        void near.read(new Uint8Array(8)).then((n) => (heard += n ?? 0));
        fars.push(far);
      }
    })();
    const early = await settle(before + 2 * COUNT);
    for (const far of fars) await far.write("x");
    const isHeard = () => heard >= COUNT;
    while (!isHeard()) await turn();
    for (const far of fars.splice(0)) far.close();
    return { early, heard, left: await settle(before) };
  },

  // The kernel's events are written into it, whether or not anyone in JavaScript still knows it.
  async "the array of a poller that is known to native code alone"() {
    const words = constant("POLLER_WORDS");
    let told = 0;
    const make = () => {
      const ring = new Int32Array(words);
      const native = new binding.Poller((count) => (told += count), ring);
      return { native, weak: new WeakRef(ring) };
    };
    const { native, weak } = make();
    for (let round = 0; round < 20; round++) {
      collect();
      await turn();
    }
    const kept = weak.deref() !== undefined;
    native.arm(0);
    for (let round = 0; round < 20; round++) await turn();
    return { kept, told };
  },

  async "a server in the middle of its work"() {
    const listener = await listen("tcp", "127.0.0.1:0");
    const address = String(listener.addr);
    void (async () => {
      for await (const conn of listener) {
        void (async () => {
          const p = new Uint8Array(64);
          for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.slice(0, n));
          conn.close();
        })();
      }
    })();
    let heard = 0;
    for (let i = 0; i < 20; i++) {
      const conn = await dial("tcp", address);
      for (let round = 0; round < 5; round++) {
        collect();
        await conn.write("x");
        collect();
        heard += (await conn.read(new Uint8Array(8))) ?? 0;
      }
      conn.close();
    }
    listener.close();
    return { heard };
  },
};

const name = process.argv[2];
if (name === undefined) console.log(JSON.stringify(Object.keys(cases)));
else console.log(JSON.stringify(await cases[name]?.()));
