// The very first wait comes when there is no descriptor left for the poller itself.

import { closeSync, openSync } from "node:fs";
import { dial, listen } from "rawconn";

const listener = await listen("tcp", "127.0.0.1:0");
const address = String(listener.addr);
/** @type {number[]} */
const taken = [];
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // Now there are none.
}
const failure = await listener.accept().catch((error) => error);
for (const fd of taken) closeSync(fd);

const [near, far] = await Promise.all([dial("tcp", address), listener.accept()]);
near.close();
far.close();
listener.close();
const { code, op, name } = failure;
console.log(JSON.stringify({ name, code, op }));
process.disconnect?.();
