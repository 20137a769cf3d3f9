// Traces and prints what happened as one line of JSON: run inside a network namespace, or as somebody else.
//
//     node child.mjs '{ "runs": [{ "target": "10.9.3.2", "options": { "method": "udp" } }], "block": 50 }'
//
// Several runs go at the same time. With `block`, the event loop is blocked so many milliseconds at each event.

import { trace } from "#lib/ping/index.js";

const { runs, block = 0 } = JSON.parse(process.argv[2] ?? "{}");

/** @param {number} milliseconds */
function busy(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** @param {import("#lib/ping/index.js").TraceHop} hop */
function factsOf({ ttl, nodes, statistics, final }) {
  const { transmitted, received, sendErrors, max } = statistics;
  const counts = nodes.map(({ addr, received: n }) => [addr.toString(), n]);
  return { ttl, nodes: counts, transmitted, received, sendErrors, max, final };
}

/** @param {{ target: string, options: import("#lib/ping/index.js").TraceOptions }} asked */
async function run({ target, options }) {
  const tracing = trace(target, options);
  /** @type {Record<string, unknown>[]} */
  const events = [];
  let error = null;
  try {
    for await (const event of tracing) {
      if (event.type === "reply") events.push({ ...event, addr: event.addr?.toString() ?? null });
      else events.push(event.type === "hop" ? { type: "hop", ...factsOf(event.hop) } : { ...event });
      busy(block);
    }
  } catch (caught) {
    const { name, code, message } = /** @type {Error & { code: string }} */ (caught);
    error = { name, code, message };
  }
  const { reached, privileged, hops } = tracing;
  return { events, error, reached, privileged, hops: hops.map(factsOf) };
}

console.log(JSON.stringify(await Promise.all(runs.map(run))));
