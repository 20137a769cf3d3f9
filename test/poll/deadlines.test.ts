import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extended } from "#lib/internal/poll/deadlines.js";
import { lateness, World } from "./world.js";

/** Of deadlines within a second. */
const LATE = lateness(0);
const SIDE = 4;
const OTHER = 7;
const DAY = 24 * 3600 * 1000;

/** Sets a deadline so many milliseconds from now. */
function after(world: World, side: number, milliseconds: number): number {
  const at = world.wall() + milliseconds;
  world.deadlines.set(side, at);
  return at;
}

function sidesOf(world: World): number[] {
  return world.expired.map(({ side }) => side);
}

describe("a deadline", () => {
  it("fails what waits: never early, and at most a step late", () => {
    for (let offset = 0; offset < 12; offset += 0.25) {
      const world = new World();
      const at = after(world, SIDE, 100 + offset);
      world.park(SIDE);
      world.pass(99);
      expect(sidesOf(world)).toEqual([]);
      world.pass(1000);
      expect(sidesOf(world)).toEqual([SIDE]);
      expect(world.expired[0].wall).toBeGreaterThanOrEqual(at);
      expect(world.expired[0].wall).toBeLessThanOrEqual(at + LATE);
    }
  });

  it.each([1000, 5000, 20_000, 100_000, DAY])("is late by a small share of %d ms, if at all", (wait) => {
    for (let offset = 0; offset < 70; offset += 0.75) {
      const world = new World();
      const at = after(world, SIDE, wait + offset);
      world.park(SIDE);
      world.pass(wait - 1);
      expect(sidesOf(world)).toEqual([]);
      world.pass(1000);
      expect(world.expired[0].wall).toBeGreaterThanOrEqual(at);
      expect(world.expired[0].wall - at).toBeLessThanOrEqual(lateness(wait + offset));
    }
  });

  it("that moves a little while it is far off is filed once, and far-off ones together", () => {
    const world = new World();
    const before = world.arms;
    for (let side = 2; side < 10; side++) {
      after(world, side, 20_000 - side);
      world.park(side);
      after(world, side, 20_000 - 2 * side);
    }
    expect(world.arms - before).toBeLessThanOrEqual(2);
  });

  it("is none for a side that does not wait", () => {
    const world = new World();
    after(world, SIDE, 10);
    world.pass(1000);
    expect(sidesOf(world)).toEqual([]);
    expect(world.deadlines.passed(SIDE)).toBe(true);
    expect(world.deadlines.passed(OTHER)).toBe(false);
  });

  it("set while an operation waits applies to it", () => {
    const world = new World();
    world.park(SIDE);
    world.pass(1000);
    const at = after(world, SIDE, 50);
    world.pass(49);
    expect(sidesOf(world)).toEqual([]);
    world.pass(LATE + 1);
    expect(world.expired).toEqual([expect.objectContaining({ side: SIDE })]);
    expect(world.expired[0].wall).toBeGreaterThanOrEqual(at);
  });

  it.each([0, -1, -1e15, -Infinity, -0])("of %d is past: it fails what waits at once", (at) => {
    const world = new World();
    world.park(SIDE);
    world.deadlines.set(SIDE, at);
    expect(sidesOf(world)).toEqual([SIDE]);
    expect(world.deadlines.passed(SIDE)).toBe(true);
  });

  it("of this very millisecond has come", () => {
    const world = new World();
    world.park(SIDE);
    after(world, SIDE, 0);
    expect(sidesOf(world)).toEqual([SIDE]);
  });

  it("that passes between the call and the wait fails the wait", () => {
    const world = new World();
    after(world, SIDE, 5);
    expect(world.deadlines.passed(SIDE)).toBe(false);
    world.block(10);
    world.park(SIDE);
    world.pass(0);
    expect(sidesOf(world)).toEqual([SIDE]);
  });

  it.each([
    ["2^31 ms from now", 2 ** 31],
    ["2^31 - 1 ms from now", 2 ** 31 - 1],
    ["2^32 ms from now", 2 ** 32],
    ["in eighty years", 80 * 365.25 * 24 * 3600 * 1000],
  ])("%s is neither early nor forgotten", (_when, distance) => {
    const world = new World();
    world.park(SIDE);
    after(world, SIDE, distance);
    world.pass(distance - 1);
    expect(sidesOf(world)).toEqual([]);
    world.pass(LATE + 1);
    expect(sidesOf(world)).toEqual([SIDE]);
  });

  it.each([8.64e15, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE])(
    "of %d, beyond every calendar, waits",
    (at) => {
      const world = new World();
      world.park(SIDE);
      world.deadlines.set(SIDE, at);
      const other = after(world, OTHER, 10);
      world.park(OTHER);
      world.pass(3 * 365 * 24 * 3600 * 1000);
      expect(sidesOf(world)).toEqual([OTHER]);
      expect(world.expired[0].wall).toBeLessThanOrEqual(other + LATE);
      world.deadlines.set(SIDE, 0);
      expect(sidesOf(world)).toEqual([OTHER, SIDE]);
    },
  );

  it("is late by no more than the loop was blocked", () => {
    const world = new World();
    const at = after(world, SIDE, 100);
    world.park(SIDE);
    world.block(2000);
    expect(world.expired).toEqual([expect.objectContaining({ side: SIDE })]);
    expect(world.expired[0].wall).toBeLessThanOrEqual(at + 1900 + LATE);
  });
});

describe("a moved deadline", () => {
  it("that comes sooner is kept", () => {
    const world = new World();
    after(world, SIDE, 10_000);
    world.park(SIDE);
    const at = after(world, SIDE, 20);
    world.pass(19);
    expect(sidesOf(world)).toEqual([]);
    world.pass(LATE + 1);
    expect(sidesOf(world)).toEqual([SIDE]);
    expect(world.expired[0].wall).toBeGreaterThanOrEqual(at);
  });

  it("that comes later is kept, and its old one fails nothing", () => {
    const world = new World();
    after(world, SIDE, 100);
    world.park(SIDE);
    world.pass(50);
    after(world, SIDE, 500);
    world.pass(499);
    expect(sidesOf(world)).toEqual([]);
    world.pass(LATE + 1);
    expect(sidesOf(world)).toEqual([SIDE]);
  });

  it("that is taken back fails nothing, and may be given again", () => {
    const world = new World();
    after(world, SIDE, 100);
    world.park(SIDE);
    world.deadlines.set(SIDE, Infinity);
    world.pass(1000);
    expect(sidesOf(world)).toEqual([]);
    after(world, SIDE, 10);
    world.pass(10 + LATE);
    expect(sidesOf(world)).toEqual([SIDE]);
  });

  it("revives a side whose last one has fired", () => {
    const world = new World();
    after(world, SIDE, 10);
    world.park(SIDE);
    world.pass(100);
    expect(world.deadlines.passed(SIDE)).toBe(true);
    after(world, SIDE, 300);
    expect(world.deadlines.passed(SIDE)).toBe(false);
    world.park(SIDE);
    world.pass(299);
    expect(sidesOf(world)).toEqual([SIDE]);
    world.pass(LATE + 1);
    expect(sidesOf(world)).toEqual([SIDE, SIDE]);
  });

  it("with every message touches the timer once a deadline, not once a message", () => {
    const world = new World();
    for (let message = 0; message < 20_000; message++) {
      after(world, SIDE, 5000);
      world.park(SIDE);
      world.pass(1);
      expect(world.event(SIDE)).toBe(true);
    }
    expect(sidesOf(world)).toEqual([]);
    expect(world.arms).toBeLessThanOrEqual(2 * (20_000 / 5000) + 2);
  });
});

describe("a closed side", () => {
  it("is not failed any more, nor is who has its number next", () => {
    const world = new World();
    after(world, SIDE, 100);
    world.park(SIDE);
    world.close(SIDE);
    world.pass(50);
    const at = after(world, SIDE, 400);
    world.park(SIDE);
    world.pass(399);
    expect(sidesOf(world)).toEqual([]);
    world.pass(LATE + 1);
    expect(sidesOf(world)).toEqual([SIDE]);
    expect(world.expired[0].wall).toBeGreaterThanOrEqual(at);
  });

  it("with the same deadline as its successor fails that one once", () => {
    const world = new World();
    const at = world.wall() + 100;
    for (let life = 0; life < 3; life++) {
      world.deadlines.set(SIDE, at);
      world.park(SIDE);
      if (life < 2) world.close(SIDE);
    }
    world.pass(200);
    expect(sidesOf(world)).toEqual([SIDE]);
  });

  it("leaves nothing behind, however far away its deadline was", () => {
    const world = new World();
    const grown = growth(200_000, () => {
      after(world, SIDE, DAY);
      world.park(SIDE);
      world.close(SIDE);
      world.pass(4);
    });
    // 200,000 connections, each closed before the next: what is left is not to grow with their number.
    expect(grown).toBeLessThan(2e6);
  });
});

describe("a side that stays open", () => {
  // A request has a short deadline, the pause between two requests a long one.
  it("leaves nothing behind when near and far deadlines take turns", () => {
    const world = new World();
    const grown = growth(100_000, () => {
      after(world, SIDE, DAY);
      world.park(SIDE);
      world.pass(2);
      world.event(SIDE);
      after(world, SIDE, 5);
      world.park(SIDE);
      world.pass(2);
      world.event(SIDE);
      world.pass(8);
    });
    expect(sidesOf(world)).toEqual([]);
    expect(grown).toBeLessThan(2e6);
  });

  it("leaves nothing behind when its deadline is given and taken back while it waits", () => {
    const world = new World();
    world.park(SIDE);
    const grown = growth(100_000, () => {
      after(world, SIDE, DAY - 1000 * Math.random());
      world.deadlines.set(SIDE, Infinity);
      world.pass(4);
    });
    expect(grown).toBeLessThan(2e6);
  });
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** By how many bytes the heap has grown after so many calls. */
function growth(times: number, body: () => void): number {
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  for (let warm = 0; warm < 5000; warm++) body();
  const before = heap();
  for (let time = 0; time < times; time++) body();
  return heap() - before;
}

describe("many sides", () => {
  const LONGEST = 5000;
  const MOST_LATE = lateness(LONGEST);

  it("each fail once, in their window, whatever is set and closed in between", () => {
    const side = fc.integer({ min: 2, max: 9 });
    const milliseconds = fc.oneof(
      fc.integer({ min: -5, max: 40 }),
      fc.integer({ min: 0, max: LONGEST }),
      fc.constant(Infinity),
    );
    const step = fc.oneof(
      fc.record({ do: fc.constant("set" as const), side, milliseconds }),
      fc.record({ do: fc.constantFrom("park" as const, "unpark" as const, "close" as const), side }),
      fc.record({ do: fc.constant("pass" as const), milliseconds: fc.integer({ min: 0, max: 500 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const world = new World();
        let seen = 0;
        for (const action of steps) {
          if (action.do === "set") after(world, action.side, action.milliseconds);
          else if (action.do === "pass") world.pass(action.milliseconds);
          else if (action.do === "park" && !world.waits(action.side) && !world.deadlines.passed(action.side))
            world.park(action.side);
          else if (action.do === "unpark" || action.do === "close") world[action.do](action.side);
          for (; seen < world.expired.length; seen++) {
            const { side: failed, wall } = world.expired[seen];
            const at = world.deadlines.at[failed];
            expect(wall).toBeGreaterThanOrEqual(at);
          }
          // Nothing whose time has come still waits.
          const now = world.wall();
          for (let each = 2; each < 10; each++)
            if (world.waits(each)) expect(world.deadlines.at[each] + MOST_LATE).toBeGreaterThan(now);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("have room when there are more", () => {
    const world = new World(4);
    after(world, 2, 10);
    world.park(2);
    world.deadlines.grow(128);
    after(world, 100, 20);
    world.park(100);
    expect(world.deadlines.at[64]).toBe(Infinity);
    world.pass(100);
    expect(sidesOf(world)).toEqual([2, 100]);
  });
});

describe("extended", () => {
  it("keeps what there was, and its kind", () => {
    const longer = extended(Int32Array.of(1, 2), 4);
    expect(longer).toEqual(Int32Array.of(1, 2, 0, 0));
  });
});
