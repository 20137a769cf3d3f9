// Deadlines of every kind of socket, against data, against close, and far out of any calendar.

import { type Conn, dial } from "rawconn";
import { describe, expect, it } from "vitest";
import { codeOf, outcome, turn } from "../poll/pair.js";
import { clog, each, receive, unclog } from "../support/kinds.js";
import { eachWay, SENT, type Way, waysIn, waysOut } from "../support/operations.js";
import { outcomeAfter, SLACK } from "../support/outcome.js";
import { type Fault, watched, withFault } from "./inject.js";

const message = "x".repeat(SENT);
const inward = eachWay(each(), waysIn);
const outward = eachWay(
  each((kind) => kind.waits),
  waysOut,
);
const YEAR_275760 = new Date(8.64e15);

/** Sets the deadline of the side that a way uses. */
function limit(conn: Conn, { call }: Way, t: Date | number | null): void {
  if (call.startsWith("recv")) conn.setReadDeadline(t);
  else conn.setWriteDeadline(t);
}

/** Blocks the event loop. */
function block(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

describe("a deadline in the past", () => {
  it.each([...inward, ...outward])("ends %s before any system call", async (_what, kind, way) => {
    using ends = await kind.connect();
    await ends.far.write(message);
    let calls = 0;
    const count: Fault<(...args: never[]) => number> = watched(() => calls++);
    for (const past of [0, -1, -(2 ** 53), -Infinity, new Date(-8.64e15), new Date(), Date.now() - 1]) {
      limit(ends.near, way, past);
      await withFault({ [way.call]: count }, async () => {
        expect(await codeOf(way.start(ends.near))).toBe("ERR_DEADLINE");
      }).catch((error: Error) => expect(error.message).toMatch(/^nothing called/));
    }
    expect(calls).toBe(0);
    limit(ends.near, way, null);
    expect(await way.start(ends.near)).toBe(SENT);
  });
});

describe("a deadline far away", () => {
  const far: [string, Date | number][] = [
    ["the year 275760", YEAR_275760],
    ["2^31 ms from now", Date.now() + 2 ** 31],
    ["2^31 - 1 ms from now", Date.now() + 2 ** 31 - 1],
    ["2^32 ms from now", Date.now() + 2 ** 32],
    ["2^53", 2 ** 53],
    ["the largest number", Number.MAX_VALUE],
    ["Infinity", Infinity],
  ];

  it.each(far)("does not end what waits: %s", async (_what, t) => {
    const all = await Promise.all(each().map(async ([, kind]) => ({ kind, ends: await kind.connect() })));
    const reads = all.map(({ kind, ends }) => {
      ends.near.setDeadline(t);
      return receive(kind, ends.near);
    });
    expect(await outcomeAfter(20, Promise.race(reads))).toBe("pending");
    for (const { ends } of all) await ends.far.write(message);
    expect((await Promise.all(reads)).map(String)).toEqual(all.map(() => message));
    for (const { ends } of all) ends[Symbol.dispose]();
  });
});

describe("a deadline while", () => {
  it.each(inward)("%s waits: not early, and what comes later is the next one's", async (_what, kind, way) => {
    using ends = await kind.connect();
    const at = Date.now() + 20;
    limit(ends.near, way, at);
    expect(await codeOf(way.start(ends.near))).toBe("ERR_DEADLINE");
    expect(Date.now()).toBeGreaterThanOrEqual(at);
    limit(ends.near, way, null);
    await ends.far.write(message);
    expect(await way.start(ends.near)).toBe(SENT);
  });

  it.each(outward)("%s waits: what did not go does not go later", async (_what, kind, way) => {
    using ends = await kind.connect();
    clog(ends.near);
    limit(ends.near, way, Date.now() + 20);
    expect(await codeOf(way.start(ends.near))).toBe("ERR_DEADLINE");
    limit(ends.near, way, null);
    unclog(ends.far);
    expect(await way.start(ends.near)).toBe(SENT);
    expect((await receive(kind, ends.far))!.length).toBe(SENT);
  });

  it.each([...inward, ...outward])(
    "%s waits, put off again and again, does not end it",
    async (_what, kind, way) => {
      using ends = await kind.connect();
      if (way.call.startsWith("send")) clog(ends.near);
      limit(ends.near, way, Date.now() + 1000);
      const waiting = way.start(ends.near);
      for (let time = 0; time < 3; time++) {
        // In one turn, so that a machine that is busy elsewhere cannot let the nearer one come.
        limit(ends.near, way, Date.now() + 5);
        limit(ends.near, way, Date.now() + 10_000);
        expect(await outcomeAfter(8, waiting)).toBe("pending");
      }
      limit(ends.near, way, 0);
      expect(await codeOf(waiting)).toBe("ERR_DEADLINE");
    },
  );
});

describe("a deadline of a listener", () => {
  it.each(each((kind) => kind.listen !== null))(
    "ends the accept, and not the next: %s",
    async (_name, kind) => {
      using listener = await kind.listen!();
      const at = Date.now() + 20;
      const accepts = [codeOf(listener.accept()), codeOf(listener.accept())];
      listener.setDeadline(at);
      expect(await Promise.all(accepts)).toEqual(["ERR_DEADLINE", "ERR_DEADLINE"]);
      expect(Date.now()).toBeGreaterThanOrEqual(at);
      listener.setDeadline(YEAR_275760);
      const { network } = listener.addr!;
      const dialing = dial(network === "tcp" ? kind.name : network, listener.addr!.toString());
      using far = await listener.accept();
      using near = await dialing;
      await near.write("x");
      expect(await far.read(new Uint8Array(8))).toBe(1);
    },
  );
});

describe("a deadline and", () => {
  // Whoever wins, the message is there once: for the operation that waited, or for the next.
  it.each(inward)(
    "data in one moment: %s has one outcome, and no message is lost",
    async (_what, kind, way) => {
      using ends = await kind.connect();
      const outcomes = new Set<string>();
      for (let round = 0; round < 40; round++) {
        limit(ends.near, way, Date.now() + 1 + (round % 4));
        const waiting = outcome(way.start(ends.near));
        if (round % 2 === 0) block(round % 5);
        await ends.far.write(message);
        const ended = await waiting;
        outcomes.add("value" in ended ? "data" : ended.error.code!);
        limit(ends.near, way, null);
        if ("error" in ended) expect(await way.start(ends.near)).toBe(SENT);
        else expect(ended.value).toBe(SENT);
      }
      expect([...outcomes].every((one) => one === "data" || one === "ERR_DEADLINE")).toBe(true);
    },
  );

  it.each(inward)("close in one moment: %s has one outcome", async (_what, kind, way) => {
    for (const wait of [0, 30]) {
      using ends = await kind.connect();
      limit(ends.near, way, Date.now() + 20);
      const waiting = outcome(way.start(ends.near));
      block(wait);
      ends.near.close();
      // Which of both, when the machine was busy elsewhere for so long, is nobody's promise.
      const ended = await waiting;
      expect("error" in ended && ["ERR_CLOSED", "ERR_DEADLINE"].includes(ended.error.code!)).toBe(true);
    }
  });

  it("a loop that was blocked for long: it ends at once, not early, and for all at one time", async () => {
    const all = await Promise.all(each().map(async ([, kind]) => ({ kind, ends: await kind.connect() })));
    const at = Date.now() + 50;
    const waiting = all.map(({ kind, ends }) => {
      ends.near.setReadDeadline(at);
      return codeOf(receive(kind, ends.near));
    });
    await turn();
    block(400);
    const end = performance.now();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["ERR_DEADLINE"]));
    expect(performance.now() - end).toBeLessThan(SLACK);
    for (const { ends } of all) ends[Symbol.dispose]();
  });
});
