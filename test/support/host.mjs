// The process in a Host of lab.ts: it runs the functions that the test sends.

import { runInThisContext } from "node:vm";
import * as net from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { binding, constant } from "#lib/internal/binding.js";

/** @type {Map<string, Disposable>} */
const kept = new Map();
const world = {
  net,
  ipv4,
  ipv6,
  binding,
  constant,
  kept,
  /** @param {string} name */
  get(name) {
    const found = kept.get(name);
    if (found === undefined) throw new Error(`nothing is kept under the name ${name}`);
    return found;
  },
};

/** @param {{ id: number, source: string, args: unknown[] }} asked */
async function answer({ id, source, args }) {
  try {
    process.send?.({ id, value: await runInThisContext(`(${source})`)(world, ...args) });
  } catch (thrown) {
    const { name, message, code, op, syscall } = /** @type {Record<string, string>} */ (thrown);
    process.send?.({ id, error: { name, message, code, op, syscall } });
  }
}

process.on("message", (/** @type {Parameters<typeof answer>[0]} */ asked) => void answer(asked));
process.once("disconnect", () => {
  for (const handle of kept.values()) handle[Symbol.dispose]();
});
