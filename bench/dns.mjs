// Lookups by DNS: the contestants are clients, and one server in C answers all of them.
import { Child } from "./child.mjs";
import { addFigures, cpuNanos, reason } from "./measure.mjs";
import { compiled } from "./rivals.mjs";

/** @typedef {import("./measure.mjs").Contestant} Contestant */
/** @typedef {import("./measure.mjs").Settings} Settings */
/** @typedef {import("./measure.mjs").Result} Result */

/**
 * One round; the contestant is idle at both readings of its clock.
 * @param {Child} client
 * @param {Settings} settings
 */
async function oneRound(client, { seconds }) {
  const before = cpuNanos(client.pid);
  const start = performance.now();
  const { lookups } = /** @type {{ lookups: number }} */ (await client.ask("round", seconds * 1000 + 15_000));
  if (lookups === 0) throw new Error("not one lookup was answered");
  const took = performance.now() - start;
  return { cpu: (cpuNanos(client.pid) - before) / lookups, rate: (lookups * 1000) / took };
}

/**
 * @param {import("./trials.mjs").Trial} _trial
 * @param {readonly Contestant[]} contestants
 * @param {Settings} settings
 * @returns {Promise<Result[]>}
 */
export async function measureDNS(_trial, contestants, settings) {
  const stub = new Child([compiled("dns"), "stub"], { title: "stub", core: settings.cores?.load });
  /** @type {{ result: Result, client: Child | null, contestant: Contestant }[]} */
  const runs = contestants.map((contestant) => ({
    result: { id: contestant.entry.id, figures: {}, notes: [] },
    client: null,
    contestant,
  }));
  try {
    const port = await stub.line(10_000);
    for (let round = 0; round <= settings.rounds; round++) {
      for (const run of runs) {
        if (run.result.failed !== undefined) continue;
        try {
          run.client ??= await startClient(run.contestant, port, settings);
          const figures = await oneRound(run.client, settings);
          // Round 0 warms up.
          if (round > 0) addFigures(run.result, figures);
        } catch (error) {
          await run.client?.stop();
          run.result.failed = reason(error, run.client ?? undefined);
        }
      }
    }
  } finally {
    await Promise.all([stub.stop(), ...runs.map(async ({ client }) => client?.stop())]);
  }
  return runs.map(({ result }) => result);
}

/**
 * @param {Contestant} contestant
 * @param {string} port the server's
 * @param {Settings} settings
 */
async function startClient({ entry, found }, port, { seconds, cores }) {
  const argv = [...found.argv(entry.mode, "speed"), port, String(seconds)];
  const client = new Child(argv, { title: entry.id, core: cores?.server });
  await client.line(60_000);
  return client;
}
