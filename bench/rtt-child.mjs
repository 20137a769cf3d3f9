// Pings, and blocks its own event loop now and then; prints `seq microseconds` for each answer.
//
//     node rtt-child.mjs TARGET COUNT INTERVAL BLOCK
import { ping } from "#lib/ping/index.js";

const [target = "", ...numbers] = process.argv.slice(2);
const [count = 0, interval = 0, block = 0] = numbers.map(Number);

// Every fifth request in the mean: its answer comes while nobody can look.
const SHARE = 0.2;

for await (const event of ping(target, { count, interval })) {
  if (event.type === "reply") console.log(event.seq, event.rtt * 1000);
  if (event.type !== "sent" || Math.random() >= SHARE) continue;
  for (const end = performance.now() + block; performance.now() < end;);
}
