import { describe, expect, it } from "vitest";
import { IPAddr } from "rawconn";
import { Hops } from "#lib/ping/trace/hops.js";
import { Patience } from "#lib/ping/trace/patience.js";
import { traceSettingsOf } from "#lib/ping/trace/options.js";

const addr = (ip: string) => new IPAddr({ ip });

describe("Hops", () => {
  it("tells hops in order, each when its last probe is settled", () => {
    const hops = new Hops(2, 4, 2);
    hops.at(3).statistics.settled = 2;
    expect(hops.tell()).toBeNull();
    hops.at(2).statistics.settled = 2;
    expect(hops.tell()?.ttl).toBe(2);
    expect(hops.tell()?.ttl).toBe(3);
    expect(hops.tell()).toBeNull();
    expect(hops.allTold).toBe(false);
    hops.at(4).statistics.settled = 2;
    expect(hops.tell()?.ttl).toBe(4);
    expect(hops.allTold).toBe(true);
  });

  it("ends at the nearest place that is said to be the end", () => {
    const hops = new Hops(1, 30, 1);
    hops.at(9);
    expect(hops.endAt(7)).toBe(true);
    expect(hops.endAt(7)).toBe(false);
    expect(hops.endAt(8)).toBe(false);
    expect(hops.endAt(5)).toBe(true);
    expect(hops.last).toBe(5);
    expect(hops.known().map(({ ttl, final }) => [ttl, final])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n, n === 5]),
    );
    expect(hops.at(7).final).toBe(false);
  });

  it("takes the last one asked for as an end that may be final all the same", () => {
    const hops = new Hops(1, 3, 1);
    expect(hops.endAt(3)).toBe(true);
    expect(hops.at(3).final).toBe(true);
  });

  it("has lost what was given up, and not what is on its way", () => {
    const { statistics } = new Hops(1, 1, 4).at(1);
    statistics.transmitted = 4;
    expect(statistics.loss).toBe(0);
    statistics.received = 1;
    statistics.settled = 2;
    expect(statistics.loss).toBe(0.5);
  });

  it("counts who answered", () => {
    const hop = new Hops(1, 1, 4).at(1);
    hop.answered(addr("10.0.0.1"), 2);
    hop.answered(addr("10.0.0.2"), 4);
    hop.answered(addr("10.0.0.1"), 3);
    hop.answered(null, 7);
    expect(hop.nodes.map(({ addr: who, received }) => [String(who), received])).toEqual([
      ["10.0.0.1", 2],
      ["10.0.0.2", 1],
    ]);
    expect(hop).toMatchObject({ last: 7, statistics: { received: 4, min: 2, max: 7, avg: 4 } });
  });
});

describe("Patience", () => {
  const due = (options: object, times: [ttl: number, rtt: number][]) => {
    const hops = new Hops(1, 9, 3);
    for (const [ttl, rtt] of times) hops.at(ttl).answered(addr("10.0.0.1"), rtt);
    const patience = new Patience(traceSettingsOf({ timeout: 5000, ...options }), hops);
    return patience.due({ number: 1, ttl: 2, query: 1, made: 1000, sent: 0 }) - 1000;
  };

  it.each<[string, object, [number, number][], number]>([
    ["nobody has answered", {}, [], 5000],
    ["only a hop before has", {}, [[1, 50]], 5000],
    [
      "this hop has",
      {},
      [
        [2, 50],
        [2, 70],
      ],
      210,
    ],
    [
      "the next that has is further on",
      {},
      [
        [4, 60],
        [5, 500],
      ],
      600,
    ],
    [
      "both have",
      {},
      [
        [2, 50],
        [3, 400],
      ],
      150,
    ],
    ["that is less than makes sense", {}, [[2, 0.05]], 100],
    ["that is more than the timeout", {}, [[2, 4000]], 5000],
    ["the timeout is short", { timeout: 20 }, [[2, 0.05]], 20],
    [
      "there is no such rule for this hop",
      { here: 0 },
      [
        [2, 50],
        [3, 40],
      ],
      400,
    ],
    [
      "there is no such rule at all",
      { here: 0, near: 0 },
      [
        [2, 50],
        [3, 40],
      ],
      5000,
    ],
    [
      "it goes by rounds",
      { interval: 1000 },
      [
        [2, 50],
        [3, 40],
      ],
      5000,
    ],
  ])("when %s", (_, options, times, wait) => {
    expect(due(options, times)).toBeCloseTo(wait, 6);
  });
});
