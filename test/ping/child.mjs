// Pings once and prints what happened as one line of JSON: run inside a network namespace, or as somebody else.
//
//     node child.mjs '{ "target": "::1", "options": { "count": 1 }, "block": 50 }'
//
// With `block`, the event loop is blocked so many milliseconds after each request but the first.

import { ping } from "#lib/ping/index.js";

const { target, options, block = 0 } = JSON.parse(process.argv[2] ?? "{}");

/** @param {number} milliseconds */
function busy(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const run = ping(target, options);
/** @type {Record<string, unknown>[]} */
const events = [];
let error = null;
try {
  for await (const event of run) {
    const addr = "addr" in event ? (event.addr?.toString() ?? null) : undefined;
    events.push({ ...event, ...(addr === undefined ? {} : { addr }) });
    if (event.type === "sent" && event.seq > 1) busy(block);
  }
} catch (caught) {
  const { name, code, message } = /** @type {Error & { code: string }} */ (caught);
  error = { name, code, message };
}
const { transmitted, received, duplicates, errors, sendErrors } = run.statistics;
const { privileged } = run;
console.log(
  JSON.stringify({ events, error, privileged, transmitted, received, duplicates, errors, sendErrors }),
);
