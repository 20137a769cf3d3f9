import { IPAddr } from "rawconn";
import { describe, expect, it } from "vitest";
import { Names } from "#lib/cli/names.js";
import { table } from "#lib/cli/trace-table.js";
import { Hop } from "#lib/ping/trace/hop.js";

const names = new Names(true);

function hop(ttl: number, transmitted: number, answers: [ip: string, rtt: number][]): Hop {
  const made = new Hop(ttl);
  Object.assign(made.statistics, { transmitted, settled: transmitted });
  for (const [ip, rtt] of answers) made.answered(new IPAddr({ ip }), rtt);
  return made;
}

const texts = (hops: Hop[], width = 0) => table(hops, names, width).map(({ text }) => text);

describe("the table of a trace", () => {
  it("has a row for each hop, with its figures", () => {
    const hops = [
      hop(1, 4, [
        ["10.0.0.1", 1],
        ["10.0.0.1", 3],
        ["10.0.0.1", 0.125],
      ]),
      hop(2, 2, []),
      hop(10, 1, [["2001:db8::1234:5678:9abc", 1234.5]]),
    ];
    expect(texts(hops)).toEqual([
      "    Host                      Loss%    Snt   Last    Avg   Best   Wrst  StDev",
      " 1. 10.0.0.1                  25.0%      4   0.13   1.38   0.13   3.00   1.20",
      " 2. ???                      100.0%      2",
      "10. 2001:db8::1234:5678:9abc   0.0%      1   1235   1235   1235   1235   0.00",
    ]);
  });

  it("leaves out what is silent at the end, but for one", () => {
    const hops = [hop(1, 1, [["10.0.0.1", 1]]), hop(2, 1, []), hop(3, 1, []), hop(4, 1, [])];
    expect(texts(hops)).toHaveLength(3);
    expect(texts([hop(1, 1, []), hop(2, 1, [])])).toHaveLength(2);
    expect(texts([])).toHaveLength(1);
  });

  it("shows all who answer at a hop, the busiest first", () => {
    const rows = texts([
      hop(3, 3, [
        ["10.0.0.1", 1],
        ["10.0.0.2", 1],
        ["10.0.0.2", 1],
      ]),
    ]);
    expect(rows[1]).toMatch(/^ 3\. 10\.0\.0\.2 +0\.0%/);
    expect(rows[2]).toBe("    10.0.0.1");
  });

  it.each([
    [100, "2001:db8:1111:2222:3333:4444:5555:6666", "StDev"],
    [80, "2001:db8:1111:2222:3333:444", "StDev"],
    [60, "2001:db8:1111:2222:33", "Best"],
    [40, "2001:db8:1111", "Snt"],
    [20, "2001:db8:1111:2", "Host"],
  ])("leaves out what has no room in %i columns", (width, host, last) => {
    const rows = texts([hop(1, 1, [["2001:db8:1111:2222:3333:4444:5555:6666", 1]])], width);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(width);
    expect(rows[0].endsWith(last)).toBe(true);
    expect(rows[1]).toContain(` 1. ${host}`);
  });

  it("tells what is worth a look", () => {
    const moods = table(
      [
        hop(1, 2, [
          ["10.0.0.1", 1],
          ["10.0.0.1", 1],
        ]),
        hop(2, 3, [
          ["10.0.0.2", 1],
          ["10.0.0.2", 1],
        ]),
        hop(3, 2, [["10.0.0.3", 1]]),
        hop(4, 0, []),
      ],
      names,
      0,
    ).map(({ mood }) => mood);
    expect(moods).toEqual(["head", "plain", "worse", "bad", "plain"]);
  });
});
