// Readiness that is told in vain, for the operations that packets, listeners and RawConn have.

import type { Conn } from "rawconn";
import { describe, expect, it } from "vitest";
import type { NetFD } from "#lib/internal/socket/net-fd.js";
import { poller, READABLE, WRITABLE } from "#lib/internal/poll/poller.js";
import { FakeNative, installFakeNative } from "../poll/fake-native.js";
import { fdOf, outcome } from "../poll/pair.js";
import { each } from "../support/kinds.js";
import { eachWay, SENT, waysIn, waysOut } from "../support/operations.js";
import { type Fault, failing, failingAlways, watched, withFault } from "./inject.js";

// Events are the test's own here, so that the kernel's cannot help.
installFakeNative();

const TIMES = 10_000;
const connects = each((kind) => kind.listen === null);

/** Tells of the readiness of a watched descriptor, so many times. */
function tell({ slot }: NetFD, readiness: number, times = 1): void {
  const [, , generation] = FakeNative.last.added.findLast(([, added]) => added === slot)!;
  for (let time = 0; time < times; time++) FakeNative.last.tell([[slot, generation, readiness]]);
}

/** Runs `body` and counts how often one call was made. */
async function callsOf(call: string, body: () => void): Promise<number> {
  let calls = 0;
  const count: Fault<(...args: never[]) => number> = watched(() => calls++);
  await withFault({ [call]: count }, body);
  return calls;
}

const side = (conn: Conn, mode: 0 | 1) => poller.waiting[fdOf(conn).slot * 2 + mode];

// Kinds that dial by waiting would need the kernel's events for it; theirs are the same operations.
describe("readiness in vain, ten thousand times, costs one call a time and ends nothing:", () => {
  it.each(eachWay(connects, waysIn))("%s", async (_what, kind, way) => {
    using ends = await kind.connect();
    const receiving = outcome(way.start(ends.near));
    const fd = fdOf(ends.near);
    expect(await callsOf(way.call, () => tell(fd, READABLE, TIMES))).toBe(TIMES);
    expect(side(ends.near, 0)).not.toBe(null);
    await ends.far.write("x".repeat(SENT));
    tell(fd, READABLE);
    expect(await receiving).toEqual({ value: SENT });
  });

  it.each(eachWay(connects, waysOut))("%s", async (_what, kind, way) => {
    using ends = await kind.connect();
    const fd = fdOf(ends.near);
    let sending!: ReturnType<typeof outcome>;
    await withFault({ [way.call]: failingAlways("EAGAIN") }, () => {
      sending = outcome(way.start(ends.near));
      tell(fd, WRITABLE, TIMES);
    });
    expect(side(ends.near, 1)).not.toBe(null);
    tell(fd, WRITABLE);
    expect(await sending).toEqual({ value: SENT });
  });

  it.each(["read", "write"] as const)("%s of a RawConn", async (name) => {
    const [, kind] = connects[0];
    using ends = await kind.connect();
    let [calls, ready] = [0, false];
    const waiting = ends.near.syscallConn()[name](() => {
      calls++;
      return ready;
    });
    tell(fdOf(ends.near), name === "read" ? READABLE : WRITABLE, TIMES);
    expect(calls).toBe(TIMES + 1);
    ready = true;
    tell(fdOf(ends.near), name === "read" ? READABLE : WRITABLE);
    await waiting;
  });

  it.each(each((kind) => kind.listen !== null))("accept of %s", async (_name, kind) => {
    using listener = await kind.listen!();
    const accepting = outcome(listener.accept());
    const calls = await callsOf("accept", () => tell(fdOf(listener), READABLE, TIMES));
    expect(calls).toBe(TIMES);
    expect(poller.waiting[fdOf(listener).slot * 2]).not.toBe(null);
    listener.close();
    expect(await accepting).toMatchObject({ error: { code: "ERR_CLOSED" } });
  });
});

describe("readiness of one side", () => {
  it.each(connects)("does not try the other: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const reading = outcome(ends.near.read(new Uint8Array(64)));
    await ends.far.write("x");
    let calls = 0;
    await withFault({ recv: watched(() => calls++) }, () => {
      tell(fdOf(ends.near), WRITABLE, 100);
      expect(calls).toBe(0);
      tell(fdOf(ends.near), READABLE);
    });
    expect(calls).toBe(1);
    expect(await reading).toEqual({ value: 1 + kind.header });
  });

  it.each(connects)("and of the other at once tries both: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const reading = outcome(ends.near.read(new Uint8Array(64)));
    let writes = 0;
    const writing = ends.near.syscallConn().write(() => ++writes > 1);
    // As the kernel tells of an error: it is one operation's, and the other goes on.
    await withFault({ recv: failing("ECONNREFUSED") }, () => tell(fdOf(ends.near), READABLE | WRITABLE));
    expect(await reading).toMatchObject({ error: { code: "ECONNREFUSED" } });
    await writing;
    expect(fdOf(ends.near).closing).toBe(false);
  });
});
