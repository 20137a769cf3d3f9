// Mistakes of the user's, in the middle of a batch of the poller's: `throw.mjs WHERE [caught]`.

import { dial, listen } from "rawconn";
import { pair, turn } from "./echo.mjs";

const [where, caught] = process.argv.slice(2);
/** @type {string[]} */
const seen = [];
if (caught === "caught") {
  process.on("uncaughtException", (error, origin) => seen.push(`${origin} ${error.message}`));
}

const COUNT = 10;
const pairs = await Promise.all(Array.from({ length: COUNT }, pair));
const mistake = () => {
  throw new Error("a mistake");
};

let settled = 0;
const reads = pairs.map(async ({ near }, i) => {
  await near.read(new Uint8Array(4));
  settled++;
  if (i !== 3) return;
  if (where === "in a promise") mistake();
  if (where === "in a tick") process.nextTick(mistake);
  if (where === "in a microtask") queueMicrotask(mistake);
  if (where === "in an immediate") setImmediate(mistake);
});
const settledReads = reads.map((read, i) => (i === 3 ? Promise.resolve() : read));
for (const { far } of pairs) void far.write("x");
await Promise.all(settledReads);
for (let turns = 0; turns < 5; turns++) await turn();
for (const { near, far } of pairs) {
  near.close();
  far.close();
}

// And the poller goes on as if nothing had been.
const listener = await listen("tcp", "127.0.0.1:0");
const [near, far] = await Promise.all([dial("tcp", String(listener.addr)), listener.accept()]);
near.close();
far.close();
listener.close();
console.log(JSON.stringify({ settled, seen }));
