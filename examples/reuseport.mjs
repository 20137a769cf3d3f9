// One port, several threads: each has a listener of its own, and the kernel deals out the connections.
//
//     node examples/reuseport.mjs [ADDRESS] [THREADS]

import { availableParallelism } from "node:os";
import { isMainThread, parentPort, threadId, Worker, workerData } from "node:worker_threads";
import { once } from "node:events";
import { ListenConfig } from "rawconn";
import { SO_REUSEPORT, SOL_SOCKET } from "rawconn/syscall";

/** @param {string} address */
const listenShared = (address) =>
  new ListenConfig({
    // Before bind: all that share the port must have said so, the first one too.
    control: (_network, _address, raw) => raw.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1),
  }).listen("tcp", address);

if (isMainThread) {
  const [address = "127.0.0.1:8080", threads = availableParallelism()] = process.argv.slice(2);
  let shared = address;
  for (let i = 0; i < Number(threads); i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: shared });
    // One after the other: with port 0 the first one has it chosen, and the others take the same.
    [shared] = await once(worker, "message");
  }
  console.log(`listening on ${shared}`);
} else {
  const listener = await listenShared(workerData);
  parentPort?.postMessage(String(listener.addr));
  for await (const conn of listener) {
    void conn
      .write(`thread ${threadId}\n`)
      .catch((error) => console.error(String(error)))
      .finally(() => conn.close());
  }
}
