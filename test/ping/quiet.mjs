// Pings a host once on a raw socket, then waits while another process pings it, with a TTL of its own. Prints, as one line
// of JSON, how often it read meanwhile, and how many answers the other one had.
//
//     node quiet.mjs '{ "tool": "sweep", "target": "10.9.1.1", "ttl": 64, "count": 100 }'

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { binding } from "#lib/internal/binding.js";
import { ping, sweep } from "#lib/ping/index.js";

const { target, ttl, count, tool = "ping" } = JSON.parse(process.argv[2] ?? "{}");
const waist = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (binding));

let reads = 0;
let id = -1;
for (const [name, call] of Object.entries(waist)) {
  if (typeof call !== "function" || !/^(recv|read|send)/.test(name)) continue;
  waist[name] = (/** @type {unknown[]} */ ...args) => {
    if (name.startsWith("send")) id = new DataView(/** @type {Uint8Array} */ (args[1]).buffer).getUint16(4);
    else reads++;
    return call(...args);
  };
}

const turns = async () => {
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
};

const run =
  tool === "ping"
    ? ping(target, { count: 2, interval: 600_000 })
    : sweep(target, { count: 2, period: 600_000 });
while (![(await run.next()).value].flat().some((result) => result?.type === "reply"));
await turns();

reads = 0;
const noise = JSON.stringify({ target, ttl, id: id ^ 1, count });
const script = fileURLToPath(new URL("noise.mjs", import.meta.url));
const { stdout } = await promisify(execFile)(process.execPath, [script, noise]);
await turns();
console.log(JSON.stringify({ privileged: run.privileged, reads, answers: Number(stdout) }));
run.stop();
