import { describe, expect, it } from "vitest";
import { listenPacket } from "#lib/icmp/index.js";
import { ping, sweep, type SweepOptions, type SweepResult } from "#lib/ping/index.js";

const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so nothing is swept: ${refused}`);

async function all(targets: Parameters<typeof sweep>[0], options?: SweepOptions) {
  const run = sweep(targets, options);
  const results: SweepResult[] = [];
  for await (const batch of run) {
    expect(batch.length).toBeGreaterThan(0);
    results.push(...batch);
  }
  return { results, statistics: run.statistics };
}

const addrs = (results: SweepResult[]) =>
  results.map((result) => ("addr" in result ? String(result.addr) : result.target));

describe.skipIf(refused !== null)("sweep", () => {
  it("asks every host of a network once, as fast as it can", async () => {
    const { results, statistics } = await all("127.1.0.0/22", { rate: Infinity });
    const expected = Array.from({ length: 1022 }, (_, i) => `127.1.${(i + 1) >> 8}.${(i + 1) & 255}`);
    expect(addrs(results).sort()).toEqual(expected.sort());
    expect(new Set(results.map(({ type }) => type))).toEqual(new Set(["reply"]));
    expect(statistics).toMatchObject({
      addresses: 1022,
      complete: true,
      begun: 1022,
      transmitted: 1022,
      received: 1022,
      duplicates: 0,
      loss: 0,
    });
    expect(statistics.percentile(50)).toBeLessThan(100);
  });

  it("makes rounds of both families and of names, each with a result for each host", async () => {
    const { results } = await all(["127.0.0.1", "::1", "localhost", "127.0.0.2-127.0.0.3"], {
      count: 3,
      period: 10,
      family: 0,
    });
    expect(results).toHaveLength(15);
    for (const round of [1, 2, 3]) {
      const targets = results
        .filter((result) => "round" in result && result.round === round)
        .map(({ target }) => target);
      expect(targets.sort()).toEqual([
        "127.0.0.1",
        "127.0.0.2-127.0.0.3",
        "127.0.0.2-127.0.0.3",
        "::1",
        "localhost",
      ]);
    }
  });

  it("tells of targets that have no address, and goes on", async () => {
    const { results, statistics } = await all(["10.0.0.0/33", "", "300.1.1.1", "127.0.0.1", "::1"], {
      family: 4,
    });
    const failed = results.filter((result) => result.type === "unresolved");
    expect(failed.map(({ target }) => target).sort()).toEqual(["", "10.0.0.0/33", "300.1.1.1", "::1"]);
    for (const { error } of failed)
      expect(error).toMatchObject({ code: expect.stringMatching(/^(ERR_|ENOTFOUND)/) });
    expect(statistics).toMatchObject({ unresolved: 4, received: 1, begun: 1 });
  });

  it("does nothing with no targets", async () => {
    expect((await all([])).results).toEqual([]);
  });

  it("keeps to its rate", async () => {
    const start = performance.now();
    await all("127.0.0.0/26", { rate: 500 });
    // 62 requests 2 ms apart, less the slack.
    expect(performance.now() - start).toBeGreaterThan(100);
  });

  it("takes a network of any size, and ends when it is left", async () => {
    let batches = 0;
    const run = sweep("127.0.0.0/8", { rate: 5000 });
    for await (const batch of run) {
      expect(batch[0]?.type).toBe("reply");
      if (++batches === 5) break;
    }
    expect(run.statistics.addresses).toBe(2 ** 24 - 2);
    expect(run.statistics.begun).toBeLessThan(10_000);
    expect((await run.next()).done).toBe(true);
  });

  it("waits for whoever reads slowly", async () => {
    using run = sweep("127.0.0.0/8", { rate: Infinity });
    await run.next();
    // Turns of the loop in which nobody reads, until nothing changes any more.
    let before = -1;
    while (run.statistics.begun !== before || before < 60_000) {
      before = run.statistics.begun;
      for (let i = 0; i < 50; i++) await new Promise(setImmediate);
    }
    expect(before).toBeLessThan(140_000);
    const { value } = await run.next();
    expect(value!.length).toBeGreaterThan(60_000);
    await run.next();
    expect(run.statistics.begun).toBeGreaterThan(before);
  });

  it("ends by an abort, before and during", async () => {
    await expect(sweep("127.0.0.1", { signal: AbortSignal.abort() }).next()).rejects.toMatchObject({
      code: "ABORT_ERR",
    });
    const controller = new AbortController();
    const run = sweep("127.0.0.0/8", { signal: controller.signal });
    await run.next();
    controller.abort();
    await expect(
      (async () => {
        for await (const _ of run);
      })(),
    ).rejects.toMatchObject({ code: "ABORT_ERR" });
  });

  it("passes on what goes wrong with the targets", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "127.0.0.1";
      throw new Error("the file is gone");
    }
    await expect(all(broken())).rejects.toThrow("the file is gone");
    await expect(all([1] as unknown as string[])).rejects.toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it("is not disturbed by others that do the same, nor they by it", async () => {
    const others = Array.from({ length: 4 }, () => all("127.2.0.0/24", { rate: 5000, count: 2, period: 5 }));
    const pings = ping("127.2.0.1", { count: 20, interval: 2 });
    for await (const event of pings) expect(["sent", "reply"]).toContain(event.type);
    expect(pings.statistics).toMatchObject({ received: 20, duplicates: 0 });
    for (const { statistics } of await Promise.all(others)) {
      expect(statistics).toMatchObject({ transmitted: 508, received: 508, duplicates: 0, errors: 0 });
    }
  });

  it.each([0, 7, 8, 1000, 8000])("sends %i bytes", async (size) => {
    const { results } = await all(["127.0.0.1", "::1"], { size });
    expect(results.map((result) => result.type === "reply" && result.bytes)).toEqual([size + 8, size + 8]);
  });
});

describe("sweep, asked for what makes no sense", () => {
  it.each<[unknown, unknown, RegExp]>([
    [1, {}, /a string, or an iterable of strings for targets/],
    [null, {}, /for targets/],
    [{}, {}, /for targets/],
    ["::1", null, /an object for options/],
    ["::1", { rate: 0 }, /a number above 0 for rate/],
    ["::1", { rate: NaN }, /for rate/],
    ["::1", { rate: "1" }, /for rate/],
    ["::1", { retries: -1 }, /for retries/],
    ["::1", { retries: 1.5 }, /for retries/],
    ["::1", { count: 0 }, /for count/],
    ["::1", { timeout: -1 }, /for timeout/],
    ["::1", { timeout: Infinity }, /for timeout/],
    ["::1", { period: NaN }, /for period/],
    ["::1", { size: 65508 }, /for size/],
    ["::1", { tos: 256 }, /for tos/],
    ["::1", { mark: -1 }, /for mark/],
    ["::1", { pathMTU: "maybe" }, /do, want, dont, probe for pathMTU/],
    ["::1", { broadcast: 1 }, /for broadcast/],
    ["::1", { family: 5 }, /for family/],
    ["::1", { device: "x".repeat(16) }, /for device/],
    ["::1", { signal: {} }, /for signal/],
  ])("refuses %j with %j", (targets, options, sentence) => {
    let thrown: unknown;
    try {
      sweep(targets as string, options as SweepOptions);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      message: expect.stringMatching(sentence),
      code: expect.stringMatching(/^ERR_/),
    });
  });
});
