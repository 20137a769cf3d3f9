import { describe, expect, it } from "vitest";
import { ByHop, ByRound, type Schedule } from "#lib/ping/trace/schedule.js";

/** All that a schedule has now, as `ttl/query`. */
function rest(schedule: Schedule, last: number): string {
  const steps: string[] = [];
  for (let step = schedule.next(last); step !== null; step = schedule.next(last))
    steps.push(`${step.ttl}/${step.query}`);
  return steps.join(" ");
}

describe("ByHop", () => {
  it("gives a hop all its probes before the next has any", () => {
    expect(rest(new ByHop(1, 2), 3)).toBe("1/1 1/2 2/1 2/2 3/1 3/2");
    expect(rest(new ByHop(4, 1), 5)).toBe("4/1 5/1");
  });

  it("ends where the path does, also when that is found out late", () => {
    const schedule = new ByHop(1, 2);
    for (let i = 0; i < 5; i++) schedule.next(9);
    expect(rest(schedule, 3)).toBe("3/2");
    expect(rest(schedule, 2)).toBe("");
  });
});

describe("ByRound", () => {
  it("has nothing before a round has begun, and each hop once in it", () => {
    const schedule = new ByRound(1, 2);
    expect(rest(schedule, 3)).toBe("");
    expect(schedule.again()).toBe(true);
    expect(rest(schedule, 3)).toBe("1/1 2/1 3/1");
    expect(rest(schedule, 3)).toBe("");
    expect(schedule.again()).toBe(false);
    expect(rest(schedule, 2)).toBe("1/2 2/2");
  });

  it("makes up for a round that had no room, and for no more than were asked for", () => {
    const schedule = new ByRound(2, 3);
    for (let i = 0; i < 5; i++) schedule.again();
    expect(rest(schedule, 3)).toBe("2/1 3/1 2/2 3/2 2/3 3/3");
  });
});
