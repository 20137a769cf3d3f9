// Sweeps once and prints what happened as one line of JSON: run inside a network namespace, or as somebody else.
//
//     node child.mjs '{ "targets": ["::1"], "options": { "count": 1 }, "block": 50 }'
//
// With `block`, the event loop is blocked so many milliseconds after each batch.

import { sweep } from "#lib/ping/index.js";

const { targets, options, block = 0 } = JSON.parse(process.argv[2] ?? "{}");

/** @param {number} milliseconds */
function busy(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const run = sweep(targets, { ...options, rate: options.rate ?? Infinity });
const results = [];
let error = null;
try {
  for await (const batch of run) {
    for (const result of batch) {
      const told = "error" in result ? { ...result, error: result.error.message } : result;
      results.push(told);
    }
    busy(block);
  }
} catch (caught) {
  const { name, code, message } = /** @type {Error & { code: string }} */ (caught);
  error = { name, code, message };
}
const { transmitted, received, duplicates, errors, begun, unreachable, silent, unresolved } = run.statistics;
const statistics = { transmitted, received, duplicates, errors, begun, unreachable, silent, unresolved };
console.log(JSON.stringify({ results, error, privileged: run.privileged, statistics }));
