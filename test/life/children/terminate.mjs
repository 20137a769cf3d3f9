// Workers that end, one way or another, while they wait for fifty things each. Their peers, in the main thread, see
// every connection end, and no descriptor is left.

import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { dial, listen } from "rawconn";
import { descriptors, turn } from "./echo.mjs";

const tell = parentPort === null ? () => {} : parentPort.postMessage.bind(parentPort);
const WORKERS = 200;
const TOGETHER = 4;
const READS = 20;
const ACCEPTS = 15;
const DIALS = 15;
/** How a worker ends: from outside when it waits, from inside likewise, at any moment, or by its own mistake. */
const WAYS = ["terminate", "exit", "early", "throw"];

async function wait() {
  const { address, busy, way } = workerData;
  const ignore = () => {};
  const listener = await listen("tcp", "127.0.0.1:0");
  for (let i = 0; i < ACCEPTS; i++) listener.accept().catch(ignore);
  for (let i = 0; i < DIALS; i++) dial("tcp", busy).catch(ignore);
  const conns = await Promise.all(Array.from({ length: READS }, () => dial("tcp", address)));
  for (const conn of conns) {
    conn.setReadDeadline(Date.now() + 3_600_000);
    conn.read(new Uint8Array(64)).catch(ignore);
  }
  tell("waits");
  if (way === "exit") process.exit(0);
  if (way === "throw") setImmediate(() => JSON.parse("a mistake"));
}

/**
 * One worker, from start to end.
 * @param {object} data
 * @param {string} way
 */
async function life(data, way) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { ...data, way } });
  const exit = new Promise((resolve) => worker.once("exit", resolve));
  let mistake = "none";
  worker.on("error", (error) => (mistake = error.name));
  if (way === "terminate") await once(worker, "message");
  if (way === "early") {
    await once(worker, "online");
    // Somewhere in its loading, listening and dialing.
    for (let turns = Math.random() * 400; turns > 0; turns--) await turn();
  }
  if (way === "terminate" || way === "early") await worker.terminate();
  await exit;
  return way === "throw" ? mistake === "SyntaxError" : mistake === "none";
}

async function lead() {
  const before = descriptors();
  const listener = await listen("tcp", "127.0.0.1:0");
  // A listener that nobody accepts from: once its queue is full, whoever dials it waits.
  const full = await listen("tcp", "127.0.0.1:0");
  const { binding } = await import("#lib/internal/binding.js");
  binding.listen(/** @type {{ fd: { fd: number } }} */ (/** @type {unknown} */ (full)).fd.fd, 0);
  const queued = await dial("tcp", String(full.addr));

  let seen = 0;
  let ended = 0;
  const server = (async () => {
    for await (const conn of listener) {
      seen++;
      conn
        .read(new Uint8Array(8))
        .then(
          (n) => (n === null ? ended++ : 0),
          (error) => (error.code === "ECONNRESET" ? ended++ : 0),
        )
        .finally(() => conn.close());
    }
  })();

  const data = { address: String(listener.addr), busy: String(full.addr) };
  let next = 0;
  let well = 0;
  const lane = async () => {
    while (next < WORKERS) if (await life(data, WAYS[next++ % WAYS.length])) well++;
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
  const deadline = Date.now() + 2000;
  const isOver = () => ended >= seen || Date.now() > deadline;
  while (!isOver()) await turn();
  queued.close();
  full.close();
  listener.close();
  await server;
  const enough = seen >= (WORKERS * READS * 3) / WAYS.length;
  console.log(JSON.stringify({ well, enough, unended: seen - ended, left: descriptors() - before }));
}

await (isMainThread ? lead() : wait());
