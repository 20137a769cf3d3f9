// Deadlines while the wall clock is set, or runs unevenly: they mean a stretch of time from when they were given.

import { describe, expect, it } from "vitest";
import { lateness, World } from "./world.js";

const SIDE = 4;
const OTHER = 7;
const HOUR = 3_600_000;

const STEPS = [HOUR, -HOUR, 24 * HOUR, -24 * HOUR, 30, -30];

function after(world: World, side: number, milliseconds: number): void {
  world.deadlines.set(side, world.wall() + milliseconds);
}

/** How long a side waited, by the clock that nobody sets. */
function waited(world: World, side: number, since: number): number {
  const found = world.expired.filter((expiry) => expiry.side === side);
  if (found.length !== 1) throw new Error(`side ${side} expired ${found.length} times`);
  return found[0].monotonic - since;
}

function expectAfter(milliseconds: number, wait: number): void {
  expect(milliseconds).toBeGreaterThanOrEqual(wait - 1);
  expect(milliseconds).toBeLessThanOrEqual(wait + lateness(wait));
}

describe.each(STEPS)("when the wall clock is set by %d ms", (step) => {
  it("what waits goes on waiting as long as it was told", () => {
    const world = new World();
    const since = world.monotonic();
    after(world, SIDE, 5000);
    world.park(SIDE);
    world.pass(1000);
    world.step(step);
    world.pass(10_000);
    expectAfter(waited(world, SIDE, since), 5000);
  });

  it("a deadline given to what waits already is kept as well", () => {
    const world = new World();
    world.park(SIDE);
    world.pass(1000);
    const since = world.monotonic();
    after(world, SIDE, 5000);
    world.step(step);
    world.pass(10_000);
    expectAfter(waited(world, SIDE, since), 5000);
  });

  it("a deadline that stands behind a nearer one is kept as well", () => {
    const world = new World();
    const since = world.monotonic();
    after(world, OTHER, 1000);
    world.park(OTHER);
    after(world, SIDE, 5000);
    world.park(SIDE);
    world.pass(10);
    world.step(step);
    world.pass(10_000);
    expectAfter(waited(world, OTHER, since), 1000);
    expectAfter(waited(world, SIDE, since), 5000);
  });

  // What every server does: the deadline is given anew with each message, and then the next one is awaited.
  it("a deadline that moves with every message is kept as well", () => {
    const world = new World();
    for (let message = 0; message < 5; message++) {
      after(world, SIDE, 5000);
      world.park(SIDE);
      world.pass(100);
      expect(world.event(SIDE)).toBe(true);
    }
    const since = world.monotonic();
    after(world, SIDE, 5000);
    world.park(SIDE);
    world.pass(10);
    world.step(step);
    world.pass(10_000);
    expectAfter(waited(world, SIDE, since), 5000);
  });

  it("a message that comes in time is delivered, although the clock was set while it was awaited", () => {
    const world = new World();
    for (let message = 0; message < 5; message++) {
      after(world, SIDE, 5000);
      world.park(SIDE);
      world.pass(50);
      if (message === 3) world.step(step);
      world.pass(50);
      expect(world.event(SIDE)).toBe(true);
    }
    expect(world.expired).toEqual([]);
  });

  it("a deadline given afterwards is taken by the new clock", () => {
    const world = new World();
    after(world, OTHER, 60_000);
    world.park(OTHER);
    world.pass(1000);
    world.step(step);
    const since = world.monotonic();
    after(world, SIDE, 5000);
    world.park(SIDE);
    world.pass(20_000);
    expectAfter(waited(world, SIDE, since), 5000);
  });

  it("twice, there and back, nothing changes", () => {
    const world = new World();
    const since = world.monotonic();
    after(world, SIDE, 5000);
    world.park(SIDE);
    world.step(step);
    world.pass(1000);
    world.deadlines.now();
    world.step(-step);
    world.pass(10_000);
    expectAfter(waited(world, SIDE, since), 5000);
  });
});

describe("when the wall clock is slewed", () => {
  it.each([500, -500])("by %d ppm, a deadline keeps to one clock or the other", (ppm) => {
    const world = new World();
    world.slew(ppm);
    const since = world.monotonic();
    const at = world.wall() + HOUR;
    world.deadlines.set(SIDE, at);
    world.park(SIDE);
    // Traffic elsewhere, so that the clocks are compared now and then.
    for (let minute = 0; minute < 70; minute++) {
      after(world, OTHER, 60_000);
      world.park(OTHER);
      world.pass(30_000);
      world.unpark(OTHER);
      world.pass(30_000);
    }
    const { wall } = world.expired.find(({ side }) => side === SIDE)!;
    const drift = (HOUR * Math.abs(ppm)) / 1e6;
    const took = waited(world, SIDE, since);
    expect(Math.max(wall - at, took - HOUR)).toBeGreaterThanOrEqual(-1);
    expect(took).toBeLessThanOrEqual(HOUR + drift + lateness(HOUR));
  });
});

describe("when the process pauses between the readings of the two clocks", () => {
  // By the scheduler, a debugger, or SIGSTOP: then the clocks seem to differ, though nobody set either.
  it.each([25, 90, 60_000])("for %d ms, no deadline comes early", (pause) => {
    const world = new World();
    const since = world.monotonic();
    after(world, SIDE, 100_000);
    world.park(SIDE);
    after(world, OTHER, 100_000 - pause + 10);
    world.park(OTHER);
    world.pass(5);
    world.pause = pause;
    world.deadlines.now();
    // The other's deadline makes the timer fire while the mistake is believed.
    world.pass(200_000);
    expectAfter(waited(world, SIDE, since), 100_000);
  });

  it("and one that moves with every message is not late by it", () => {
    const world = new World();
    for (let message = 0; message < 3; message++) {
      after(world, SIDE, 5000);
      world.park(SIDE);
      world.pass(100);
      world.event(SIDE);
    }
    const since = world.monotonic();
    after(world, SIDE, 5000);
    world.park(SIDE);
    world.pause = 1000;
    world.deadlines.now();
    world.pass(20_000);
    expectAfter(waited(world, SIDE, since), 5000);
  });

  it("nor when the timer itself fires in that moment", () => {
    const world = new World();
    const since = world.monotonic();
    after(world, OTHER, 50);
    world.park(OTHER);
    after(world, SIDE, 100);
    world.park(SIDE);
    world.pass(49);
    world.pause = 45;
    world.deadlines.fire();
    world.pass(1000);
    expectAfter(waited(world, SIDE, since), 100);
  });
});
