// A worker takes over a descriptor that others opened, and ends without having closed it; another it leaves alone.

import { once } from "node:events";
import { fstatSync, openSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { File } from "rawconn";

const tell = parentPort === null ? () => {} : parentPort.postMessage.bind(parentPort);

/** @param {number} fd */
function stateOf(fd) {
  try {
    fstatSync(fd);
    return "open";
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code;
  }
}

if (isMainThread) {
  const [taken, left] = [openSync("/dev/null", "r"), openSync("/dev/null", "r")];
  const worker = new Worker(new URL(import.meta.url), { workerData: taken });
  await once(worker, "message");
  await worker.terminate();
  console.log(JSON.stringify({ taken: stateOf(taken), left: stateOf(left) }));
} else {
  const file = new File(workerData);
  tell("taken");
  setInterval(() => file, 1000);
}
