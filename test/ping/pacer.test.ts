import { describe, expect, it } from "vitest";
import { Pacer } from "#lib/ping/pacer.js";

/** The times of so many calls; `during` runs inside each, with its number. */
function calls(
  interval: number,
  count: number,
  during: (call: number, pacer: Pacer) => void = () => {},
): Promise<number[]> {
  const times: number[] = [];
  return new Promise((resolve) => {
    const pacer = new Pacer(interval, () => {
      times.push(performance.now());
      if (times.length === count) {
        pacer.stop();
        resolve(times);
      } else {
        during(times.length, pacer);
      }
    });
    pacer.start();
  });
}

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("Pacer", () => {
  it("calls at once, and then in steps that do not add up their delays", async () => {
    const before = performance.now();
    const times = await calls(10, 11);
    expect(times[0] - before).toBeLessThan(10);
    // Never ahead of the schedule.
    times.forEach((time, i) => expect(time - times[0]).toBeGreaterThanOrEqual(i * 10 - 3));
  });

  it("leaves out what a blocked loop has missed", async () => {
    const times = await calls(20, 6, (call) => {
      if (call === 2) busy(200);
    });
    // The third comes as soon as it can, and those behind it in their steps.
    expect(times[2] - times[1]).toBeGreaterThanOrEqual(200);
    for (let i = 3; i < 6; i++) expect(times[i] - times[i - 1]).toBeGreaterThanOrEqual(15);
  });

  it("keeps steps shorter than a timer can count", async () => {
    const times = await calls(0.1, 200);
    // A timer alone would take a millisecond for each.
    expect(times[199] - times[0]).toBeLessThan(150);
  });

  it("goes on at once when told to, with an interval of 0", async () => {
    const hurried = await calls(0, 50, (_, pacer) => pacer.hurry());
    const alone = await calls(0, 6);
    expect(hurried[49] - hurried[0]).toBeLessThan(250);
    expect(alone[5] - alone[0]).toBeGreaterThanOrEqual(45);
  });

  it("does not hurry otherwise", async () => {
    const times = await calls(10, 5, (_, pacer) => pacer.hurry());
    expect(times[4] - times[0]).toBeGreaterThanOrEqual(37);
  });

  it("stops", async () => {
    let count = 0;
    const pacer = new Pacer(1, () => count++);
    pacer.start();
    pacer.hurry();
    pacer.stop();
    pacer.hurry();
    await calls(1, 10);
    expect(count).toBe(1);
  });
});
