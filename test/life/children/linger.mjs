// Connections that are to linger for longer than anybody waits, with more to send than their peer takes, and each end that
// they may come to (--expose-gc). Tells whether it held up the event loop.

import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { dial, File, fileConn, listen, ListenConfig } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { descriptors, turn } from "./echo.mjs";

const tell = parentPort === null ? () => {} : parentPort.postMessage.bind(parentPort);
const LONG = 10;
const LIMIT = 5000;
const collect = /** @type {() => void} */ (globalThis.gc);

/** @param {number} fd */
const makeLinger = (fd) => {
  const value = new Uint8Array(Int32Array.of(1, LONG).buffer);
  binding.setsockopt(fd, constant("SOL_SOCKET"), constant("SO_LINGER"), value);
};

/** @param {import("rawconn").TCPConn} conn */
async function clog(conn) {
  conn.setWriteDeadline(Date.now() + 50);
  await conn.write(new Uint8Array(20e6)).catch(() => {});
  return conn;
}

/** @param {string} address */
const clogged = async (address) => clog(await dial("tcp", address));

/**
 * A descriptor that nobody knows of but the caller.
 * @param {string} address
 */
async function bare(address) {
  const conn = await clogged(address);
  const fd = conn.syscallConn().control((number) => binding.dup(number));
  conn.close();
  makeLinger(fd);
  return fd;
}

/** @type {Record<string, (address: string) => Promise<() => unknown>>} */
const ends = {
  async "of one that is forgotten"(address) {
    // With its peer.
    const left = descriptors() + 1;
    await (async () => (await clogged(address)).setLinger(LONG))();
    return async () => {
      for (let round = 0; round < 40 && descriptors() > left; round++) {
        collect();
        await turn();
      }
      if (descriptors() > left) throw new Error("it was not collected");
    };
  },
  async "of a file"(address) {
    const file = new File(await bare(address));
    return () => file.close();
  },
  async "of one from a descriptor"(address) {
    const fd = await bare(address);
    const conn = fileConn(fd);
    binding.close(fd);
    return () => conn.close();
  },
  async "of one whose descriptor was lent"(address) {
    const conn = await clogged(address);
    conn.syscallConn().control(makeLinger);
    return () => conn.close();
  },
  async "of one whose listener was to"() {
    const control = (
      /** @type {string} */ _n,
      /** @type {string} */ _a,
      /** @type {import("rawconn").RawConn} */ raw,
    ) => raw.control(makeLinger);
    const listener = await new ListenConfig({ control }).listen("tcp", "127.0.0.1:0");
    peers.push(await dial("tcp", String(listener.addr)));
    const conn = await clog(await listener.accept());
    return () => conn.close();
  },
  async "of a worker"(address) {
    const worker = new Worker(new URL(import.meta.url), { workerData: address });
    await once(worker, "message");
    return () => worker.terminate();
  },
};

/** @type {unknown[]} */
const peers = [];
if (isMainThread) {
  const [name = ""] = process.argv.slice(2);
  if (name === "") {
    console.log(JSON.stringify(Object.keys(ends)));
  } else {
    const listener = await listen("tcp", "127.0.0.1:0");
    listener.accept().then(
      (conn) => peers.push(conn),
      () => {},
    );
    const end = await ends[name]?.(String(listener.addr));
    const start = performance.now();
    await end?.();
    console.log(JSON.stringify({ heldUp: performance.now() - start > LIMIT }));
    process.exit();
  }
} else {
  const conn = await clogged(workerData);
  conn.setLinger(LONG);
  tell("clogged");
  setInterval(() => conn, 1000);
}
