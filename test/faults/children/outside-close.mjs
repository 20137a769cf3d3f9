// A connection whose descriptor is closed by somebody else: in a worker by its parent, while a read waits; in a process of
// its own by itself, before anything waited.

import { once } from "node:events";
import { closeSync, fstatSync, openSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { pair } from "../../life/children/echo.mjs";

/** @param {unknown} conn */
const numberOf = (conn) => /** @type {{ fd: { fd: number } }} */ (conn).fd.fd;

/** @param {import("node:worker_threads").MessagePort} parent */
async function work(parent) {
  const tell = parent.postMessage.bind(parent);
  const { near, far } = await pair();
  const reading = near.read(new Uint8Array(8)).catch((error) => error);
  tell(numberOf(near));
  await once(parent, "message");
  near.close();
  far.close();
  const { code } = await reading;
  tell(code);
}

async function alone() {
  const { near, far } = await pair();
  // The dialed end has waited; this one has not.
  const number = numberOf(far);
  closeSync(number);
  let stranger = -1;
  while (stranger < number) stranger = openSync("/dev/zero", "r");
  const { ino } = fstatSync(stranger);
  far.close();
  console.log(JSON.stringify({ taken: stranger === number, untouched: fstatSync(stranger).ino === ino }));
  near.close();
  process.disconnect?.();
}

await (parentPort === null ? alone() : work(parentPort));
