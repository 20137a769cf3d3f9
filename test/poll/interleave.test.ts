// A hundred thousand random steps: reads, writes, deadlines, aborts and closes in any order. Every operation ends exactly
// once, no byte is lost or doubled, and at the end nothing is left.

import { inspect } from "node:util";
import { dial, listen, type TCPListener } from "rawconn";
import { expect, it } from "vitest";
import { fdOf, outcome, Pair, turn } from "./pair.js";
import { Dice, Scripted } from "./script.js";
import { poller } from "#lib/internal/poll/poller.js";
import { lastingLeaks, openDescriptors } from "../descriptors.js";

const STEPS = 100_000;
const CONNECTIONS = 24;

// Node tells of a promise that is settled a second time, though nobody can see it any more.
const twice: string[] = [];
process.on("multipleResolves", (type, _promise, value) => twice.push(`${type} ${inspect(value)}`));

/** Connects, with an accept that may be aborted and a dial that may be aborted. */
async function connect(listener: TCPListener, dice: Dice, spurious: AbortController): Promise<Pair> {
  const aborted = Promise.all([
    outcome(listener.accept({ signal: spurious.signal })),
    outcome(dial("tcp", listener.addr!.toString(), { signal: AbortSignal.abort() })),
  ]);
  const accepting = listener.accept();
  if (dice.roll(2) === 0) spurious.abort();
  const near = await dial("tcp", listener.addr!.toString());
  spurious.abort();
  const [first] = await aborted;
  // The aborted accept may have been served before it was aborted; then the second one waits on.
  if (!("value" in first)) return new Pair(near, await accepting);
  const other = await dial("tcp", listener.addr!.toString());
  (await accepting).close();
  other.close();
  return new Pair(near, first.value);
}

it.each([1, 20_260_729])("random interleavings from seed %i", async (seed) => {
  const before = openDescriptors()!;
  const dice = new Dice(seed);
  const all: Scripted[] = [];
  {
    using listener = await listen("tcp", "127.0.0.1:0");
    const make = async () => new Scripted(await connect(listener, dice, new AbortController()), dice);
    const running = await Promise.all(Array.from({ length: CONNECTIONS }, make));
    all.push(...running);
    for (let step = 0; step < STEPS / 2; step++) {
      const which = dice.roll(running.length);
      // Now and then a turn is nearly used up, as if many others had been busy before.
      if (dice.roll(10) === 0) poller.turn = dice.roll(4);
      running[which].step();
      if (running[which].over) all.push((running[which] = await make()));
      // Sometimes the kernel gets a word in, sometimes many steps fall into one turn.
      else if (dice.roll(8) === 0) await turn();
    }
    for (const scripted of all) scripted.close();
    expect(fdOf(listener).closing).toBe(false);
  }
  await turn();
  expect(all.flatMap(({ faults }) => faults)).toEqual([]);
  // Each way to end was met, often, and nothing is left that has not.
  expect([...Scripted.ends.values()].reduce((sum, count) => sum + count)).toBe(Scripted.begun);
  for (const end of ["value", "ERR_CLOSED", "ERR_DEADLINE"])
    expect(Scripted.ends.get(end)).toBeGreaterThan(STEPS / 200);
  expect(twice).toEqual([]);
  expect(poller.stale).toBe(0);
  expect(poller.waiting.filter((op) => op !== null)).toEqual([]);
  expect(await lastingLeaks(before)).toEqual([]);
});
