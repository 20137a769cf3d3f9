// User memory of an idle connection: growth of the resident set, divided by the connections added.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { addFigures, collectGarbage, reason, startLoad, startServer } from "./measure.mjs";

/** @typedef {import("./measure.mjs").Target} Target */

/** The first ones pay for what is allocated once; the figure is the slope over those after them. */
const FIRST = 3000;
const ADDED = 10_000;
const ROUNDS = 5;

/**
 * Anonymous pages only: those of the binary come in as its code is first run, whatever the connections do.
 * @param {number} pid
 */
function residentBytes(pid) {
  const kb = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return Number(kb?.[1]) * 1024;
}

/**
 * Waits until the server has accepted `wanted` connections.
 * @param {Target} target
 * @param {number} wanted
 */
async function accepted({ server }, wanted) {
  const giveUp = Date.now() + 20_000;
  for (;;) {
    const count = Number(await server.ask("count"));
    if (count >= wanted) return;
    if (Date.now() > giveUp) throw new Error(`the server accepted ${count} of ${wanted} connections`);
    await delay(20);
  }
}

/**
 * Opens `more` connections on top of `held`, and reads the settled memory.
 * @param {Target} target
 * @param {number} held
 * @param {number} more
 * @param {import("./measure.mjs").Settings} settings
 */
async function grow(target, held, more, settings) {
  const load = await startLoad(["idle", `--conns=${more}`], target, settings);
  await accepted(target, held + more);
  await collectGarbage(target.server);
  return { load, bytes: residentBytes(target.server.pid) };
}

/**
 * @param {import("./measure.mjs").Contestant} contestant
 * @param {import("./measure.mjs").Settings} settings
 */
async function oneServer(contestant, settings) {
  const target = await startServer(contestant, "memory", settings);
  /** @type {import("./child.mjs").Child[]} */
  const loads = [];
  try {
    const base = await grow(target, 0, FIRST, settings);
    loads.push(base.load);
    const full = await grow(target, FIRST, ADDED, settings);
    loads.push(full.load);
    return (full.bytes - base.bytes) / ADDED;
  } finally {
    // The server first: 13,000 resets are nobody's business any more.
    target.server.kill("SIGKILL");
    await Promise.all([target.server, ...loads].map((child) => child.stop()));
  }
}

/**
 * A fresh server per figure: memory once returned would be counted too low the second time.
 *
 * @param {import("./trials.mjs").Trial} _trial
 * @param {readonly import("./measure.mjs").Contestant[]} contestants
 * @param {import("./measure.mjs").Settings} settings
 */
export async function measureMemory(_trial, contestants, settings) {
  /** @type {import("./measure.mjs").Result[]} */
  const results = contestants.map(({ entry }) => ({ id: entry.id, figures: {}, notes: [] }));
  for (let round = 0; round < Math.min(ROUNDS, settings.rounds); round++) {
    for (const [i, contestant] of contestants.entries()) {
      if (results[i].failed !== undefined) continue;
      try {
        addFigures(results[i], { bytes: await oneServer(contestant, settings) });
      } catch (error) {
        results[i].failed = reason(error);
      }
    }
  }
  return results;
}
