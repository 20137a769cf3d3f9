// Pings until the sequence number has begun anew. Prints the last four of it and the figures, as one line of JSON.

import { ping } from "#lib/ping/index.js";

const run = ping("127.0.0.1", { count: 65_538, interval: 0, size: 8 });
/** @type {number[]} */
const last = [];
for await (const event of run) {
  if (event.type === "reply" && last.push(event.seq) > 4) last.shift();
}
const { transmitted, received, duplicates, errors } = run.statistics;
console.log(JSON.stringify({ last, privileged: run.privileged, transmitted, received, duplicates, errors }));
