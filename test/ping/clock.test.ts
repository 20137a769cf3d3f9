import { afterEach, describe, expect, it, vi } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { ping, sweep, trace } from "#lib/ping/index.js";

const HOUR = 3600e6;

describe.each([
  ["ahead", -HOUR],
  ["back", HOUR],
])("when somebody sets the clock %s while an answer is on its way", (_, off) => {
  // What was sent is noted by the clock as it was before.
  const before = binding.clock_gettime;
  afterEach(() => vi.restoreAllMocks());
  const set = () => vi.spyOn(binding, "clock_gettime").mockImplementation((clock) => before(clock) + off);

  it("a ping measures by the other clock", async () => {
    set();
    const run = ping("127.0.0.1", { count: 1 });
    for await (const event of run) if (event.type === "reply") expect(event.rtt).toBeLessThan(10_000);
    expect(run.statistics).toMatchObject({ received: 1 });
    expect(run.statistics.max).toBeGreaterThan(0);
  });

  it("so does a sweep", async () => {
    set();
    const run = sweep("127.0.0.1");
    for await (const results of run) expect(results).toMatchObject([{ type: "reply" }]);
    expect(run.statistics.max).toBeGreaterThan(0);
    expect(run.statistics.max).toBeLessThan(10_000);
  });

  it("so does a trace", async () => {
    set();
    const run = trace("127.0.0.1", { queries: 1 });
    for await (const event of run) if (event.type === "reply") expect(event.reason).toBe("reached");
    expect(run.hops[0].statistics.max).toBeGreaterThan(0);
    expect(run.hops[0].statistics.max).toBeLessThan(10_000);
  });
});
