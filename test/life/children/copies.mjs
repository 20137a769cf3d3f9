// The library twice in one process, as ES modules and as CommonJS: each talks to the other.

import { createRequire } from "node:module";
import * as esm from "rawconn";

/** @type {typeof esm} */
const cjs = createRequire(import.meta.url)("rawconn");

/**
 * One dials, the other accepts, and a message goes each way; then a read that waits is closed.
 * @param {typeof esm} one
 * @param {typeof esm} other
 */
async function talk(one, other) {
  const listener = await other.listen("tcp", "127.0.0.1:0");
  const [near, far] = await Promise.all([one.dial("tcp", String(listener.addr)), listener.accept()]);
  const p = new Uint8Array(8);
  const reading = far.read(p);
  await near.write("there");
  await reading;
  await far.write("back");
  const n = await near.read(p);
  const waiting = near.read(p).catch((error) => error);
  near.close();
  far.close();
  listener.close();
  const error = await waiting;
  return [Buffer.from(p.subarray(0, n ?? 0)).toString(), one.isClosed(error), other.isClosed(error)];
}

console.log(
  JSON.stringify({
    different: /** @type {unknown} */ (cjs.TCPConn) !== esm.TCPConn,
    names: Object.keys(cjs).sort().join() === Object.keys(esm).sort().join(),
    forth: await talk(esm, cjs),
    back: await talk(cjs, esm),
  }),
);
