// A hundred thousand random steps over sockets of every kind: receiving, sending, deadlines, duplicates that take the place
// of the original, and closes, in any order. Every operation ends exactly once, no message is lost or doubled, and no
// descriptor is left.
//
//     RAWCONN_SEED=4711 npx vitest run test/races     # again what failed

import { expect, it } from "vitest";
import { poller } from "#lib/internal/poll/poller.js";
import { lastingLeaks, openDescriptors } from "../descriptors.js";
import { Pair, turn } from "../poll/pair.js";
import { Dice, Scripted } from "../poll/script.js";
import { type Kind, kinds } from "../support/kinds.js";
import { ScriptedMessages } from "./scripted-messages.js";
import { Tally } from "./tally.js";

const STEPS = 100_000;
const PER_KIND = 4;
const SEEDS = [Number(process.env.RAWCONN_SEED ?? 20_260_729)];

const streams = kinds.filter((kind) => kind.stream);
const messages = kinds.filter((kind) => !kind.stream);

/** What takes steps until both of its ends are closed. */
interface Running {
  readonly faults: readonly string[];
  readonly over: boolean;
  step(): void;
  close(): void;
}

it.each(SEEDS)("random steps from seed %i", { timeout: 60_000 }, async (seed) => {
  const before = openDescriptors()!;
  const dice = new Dice(seed);
  const tally = new Tally();
  const streamsBefore = Scripted.begun;
  const make = async (kind: Kind): Promise<Running> => {
    const ends = await kind.connect();
    return kind.stream
      ? new Scripted(new Pair(ends.near, ends.far), dice)
      : new ScriptedMessages(kind, ends, dice, tally);
  };
  const all: Running[] = [];
  const running: { kind: Kind; ends: Running }[] = [];
  for (const kind of [...streams, ...messages]) {
    for (let i = 0; i < PER_KIND; i++) running.push({ kind, ends: await make(kind) });
  }
  for (let step = 0; step < STEPS; step++) {
    const one = running[dice.roll(running.length)];
    // Now and then a turn is nearly used up, as if many others had been busy before.
    if (dice.roll(10) === 0) poller.turn = dice.roll(4);
    one.ends.step();
    if (one.ends.over) {
      all.push(one.ends);
      one.ends = await make(one.kind);
    } else if (dice.roll(8) === 0) {
      await turn();
    }
  }
  all.push(...running.map(({ ends }) => ends));
  for (const ends of all) ends.close();
  await turn();
  await turn();
  for (const ends of all) if (ends instanceof ScriptedMessages) ends.findLost();
  expect(all.flatMap(({ faults }) => faults)).toEqual([]);
  expect(tally.ended).toBe(tally.begun);
  expect(tally.begun).toBeGreaterThan(STEPS / 4);
  for (const end of ["value", "ERR_CLOSED", "ERR_DEADLINE"])
    expect(tally.ends.get(end)).toBeGreaterThan(STEPS / 400);
  expect([...Scripted.ends.values()].reduce((sum, count) => sum + count)).toBe(Scripted.begun);
  expect(Scripted.begun - streamsBefore).toBeGreaterThan(STEPS / 20);
  expect(tally.twice).toEqual([]);
  expect(poller.stale).toBe(0);
  expect(poller.waiting.filter((op) => op !== null)).toEqual([]);
  expect(await lastingLeaks(before)).toEqual([]);
});
