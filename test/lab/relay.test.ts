// What the relay does to packets, as ping(8) sees it; and what our own ping and trace make of it.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noNamespaces, type Result } from "../support/lab.js";
import { noRelay } from "../support/relay.js";
import { Row, way } from "../support/row.js";
import { main } from "../cli/cli.js";
import { told } from "../ping/told.js";
import { ofType, routers, traceAll, traceIn } from "../ping/trace/tracing.js";

const PINGS = 40;

const times = ({ stdout }: Result) => [...stdout.matchAll(/time=(\S+) ms/g)].map(([, time]) => Number(time));

describe.skipIf(noNamespaces !== null || noRelay !== null)("a relay in a row", () => {
  let row: Row;
  beforeAll(async () => {
    row = await Row.make({ relayed: true });
    for (const family of [4, 6] as const) await traceIn(row.near, way[family][2], {});
  });
  afterAll(() => row?.end());

  const args = (target: string) => ["-n", "-c", String(PINGS), "-i", "0.01", "-W", "0.3", target];
  const theirs = (target: string) => row.near.execute("ping", ...args(target));
  const ours = (target: string) => row.near.execute(process.execPath, main, "ping", ...args(target));
  const seqs = Array.from({ length: PINGS }, (_, i) => i + 1);

  describe.each([4, 6] as const)("IPv%i", (family) => {
    const target = way[family][2];

    it("is no hop of its own, and does nothing that it was not told", async () => {
      await row.relay.treat({});
      for (const result of [await theirs(target), await ours(target)])
        expect(told(result).answers).toEqual(seqs.map((seq) => [seq, 62, false]));
      expect(routers(await traceIn(row.near, target, {}))).toEqual(way[family]);
    });

    it("loses what it is told to", async () => {
      for (const run of [theirs, ours]) {
        await row.relay.treat({ lose: 4 });
        const { answers, total } = told(await run(target));
        expect(answers.map(([seq]) => seq)).toEqual(seqs.filter((seq) => seq % 4 !== 0));
        expect(total).toContain("25% packet loss");
      }
    });

    it("doubles what it is told to", async () => {
      for (const run of [theirs, ours]) {
        // Not the last one: with its first answer a ping is over.
        await row.relay.treat({ double: 7 });
        const { answers, total } = told(await run(target));
        expect(answers.filter(([, , dup]) => dup).map(([seq]) => seq)).toEqual([7, 14, 21, 28, 35]);
        expect(total).toContain("+5 duplicates, 0% packet loss");
      }
    });

    it("lets one overtake another", async () => {
      for (const run of [theirs, ours]) {
        await row.relay.treat({ swap: 5 });
        const { answers } = told(await run(target));
        const order = answers.map(([seq]) => seq);
        expect(order.slice(0, 12)).toEqual([1, 2, 3, 4, 6, 5, 7, 8, 9, 11, 10, 12]);
      }
    });

    it("takes its time", async () => {
      await row.relay.treat({ delay: 15 });
      for (const result of [await theirs(target), await ours(target)]) {
        expect(Math.min(...times(result))).toBeGreaterThan(28);
        expect(told(result).answers).toHaveLength(PINGS);
      }
    });
  });

  it("shows in a trace what is lost, and where", async () => {
    // Hop by hop, one probe at a time: those to the second and third hop pass through it.
    await row.relay.treat({ lose: 3 });
    const options = { queries: 6, parallel: 1, timeout: 200 };
    const outcome = await traceIn(row.near, way[4][2], options);
    expect(routers(outcome)).toEqual(way[4]);
    expect(outcome.hops.map(({ transmitted, received }) => [transmitted, received])).toEqual([
      [6, 6],
      [6, 4],
      [6, 4],
    ]);
    expect(ofType(outcome, "timeout").map(({ ttl, query }) => [ttl, query])).toEqual([
      [2, 3],
      [2, 6],
      [3, 3],
      [3, 6],
    ]);
  });

  it.each(["udp", "icmp", "tcp"] as const)("counts each answer of a trace once, by %s", async (method) => {
    await row.relay.treat({ double: 1 });
    // So many that reports meet sends, which they must not fail.
    const runs = Array.from({ length: 4 }, () => ({ target: way[4][2], options: { method, queries: 10 } }));
    for (const outcome of await traceAll(row.near, runs)) {
      expect(routers(outcome)).toEqual(way[4]);
      expect(outcome.hops.map(({ received, sendErrors }) => [received, sendErrors])).toEqual(
        way[4].map(() => [10, 0]),
      );
      expect(ofType(outcome, "reply")).toHaveLength(30);
    }
  });

  it.each(["udp", "icmp", "tcp"] as const)("measures its delay in a trace, by %s", async (method) => {
    await row.relay.treat({ delay: 15 });
    const outcome = await traceIn(row.near, way[4][2], { method });
    const [first, ...further] = outcome.hops.map(({ max }) => max!);
    expect(first).toBeLessThan(15);
    for (const max of further) expect(max).toBeGreaterThan(29);
  });
});
