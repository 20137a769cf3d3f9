// The addon in the main thread and in four workers, all busy at once, and all of them end by themselves.
//
// `workers.mjs alone` never loads it in the main thread: then the last worker to end takes the addon along.

import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const WORKERS = 4;
const tell = parentPort === null ? () => {} : parentPort.postMessage.bind(parentPort);

async function work() {
  const { converse, echo } = await import("./echo.mjs");
  const { listen } = await import("rawconn");
  const listener = await listen("tcp", "127.0.0.1:0");
  const server = (async () => {
    for await (const conn of listener) void echo(conn);
  })();
  const address = String(listener.addr);
  await Promise.all(Array.from({ length: 5 }, () => converse(address, 50)));
  // Others talk to this one, and this one to others, whose threads have pollers of their own.
  const { others } = workerData;
  if (others !== null) await converse(others, 50);
  listener.close();
  await server;
  tell("done");
}

async function lead() {
  const alone = process.argv[2] === "alone";
  const { listen } = alone ? { listen: null } : await import("rawconn");
  const listener = listen === null ? null : await listen("tcp", "127.0.0.1:0");
  if (listener !== null) {
    const { echo } = await import("./echo.mjs");
    void (async () => {
      for await (const conn of listener) void echo(conn);
    })();
  }
  const others = listener === null ? null : String(listener.addr);
  for (let generation = 0; generation < 3; generation++) {
    const workers = Array.from(
      { length: WORKERS },
      () => new Worker(new URL(import.meta.url), { workerData: { others } }),
    );
    const ends = workers.map(async (worker) => {
      // Listened for from the start: a last message and the end may come in one breath.
      const exit = once(worker, "exit");
      const [said] = await once(worker, "message");
      if (said !== "done") throw new Error(`a worker said ${said}`);
      // Half of them end by themselves, half are ended.
      if (workers.indexOf(worker) % 2 === 0) await worker.terminate();
      await exit;
    });
    await Promise.all(ends);
  }
  listener?.close();
}

await (isMainThread ? lead() : work());
