// Whatever is done with a pool, in whatever order: never too many, nobody waits beside a free place, and none is lost.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Lease, Pool } from "rawconn/netutil";
import { turn } from "../support/outcome.js";

const MAX = 3;

class Fake {
  open = true;
  close(): void {
    this.open = false;
  }
}

type Step =
  | { do: "get"; dialFails: boolean; abort: boolean }
  | { do: "release" | "discard" | "close" | "spoil"; which: number }
  | { do: "turn" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("get" as const), dialFails: fc.boolean(), abort: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("release" as const, "discard" as const, "close" as const, "spoil" as const),
      which: fc.nat(20),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
);

/** A pool, all that it opened, and who has what. */
function lab() {
  const made: Fake[] = [];
  const spoiled = new WeakSet<Fake>();
  const leases: Lease<Fake>[] = [];
  const failing: boolean[] = [];
  const pool = new Pool<Fake>({
    max: MAX,
    // Some fail, some pay no heed to the signal, and all take their time.
    dial: async () => {
      const fails = failing.shift() ?? false;
      await turn();
      if (fails) throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
      const conn = new Fake();
      made.push(conn);
      return conn;
    },
    check: async (conn) => {
      await Promise.resolve();
      return conn.open && !spoiled.has(conn);
    },
  });
  const check = () => {
    expect(made.filter((conn) => conn.open).length).toBeLessThanOrEqual(MAX);
    expect(pool.size).toBeLessThanOrEqual(MAX);
    if (pool.waiting > 0) expect([pool.idle, pool.size]).toEqual([0, MAX]);
  };
  return { pool, made, spoiled, leases, failing, check };
}

async function run({ pool, made, spoiled, leases, failing, check }: ReturnType<typeof lab>, steps: Step[]) {
  const gets: Promise<unknown>[] = [];
  for (const each of steps) {
    if (each.do === "turn") await turn();
    else if (each.do === "get") {
      const abort = new AbortController();
      failing.push(each.dialFails);
      gets.push(
        pool.get({ signal: abort.signal }).then(
          (lease) => leases.push(lease),
          (error: { code?: string }) => expect(["ABORT_ERR", "ECONNREFUSED"]).toContain(error.code),
        ),
      );
      if (each.abort) setImmediate(() => abort.abort());
    } else if (each.do === "spoil") {
      if (made.length > 0) spoiled.add(made[each.which % made.length]);
    } else if (leases.length > 0) {
      const [lease] = leases.splice(each.which % leases.length, 1);
      if (each.do === "close") lease.conn.close();
      else lease[each.do]();
    }
    check();
  }
  return gets;
}

it("a pool keeps its number and its promises", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const all = lab();
      const gets = await run(all, steps);
      const over = new AbortController();
      void Promise.all(gets).then(() => over.abort());
      // Give all back until nobody waits: that has to come to an end by itself.
      while (!over.signal.aborted || all.leases.length > 0) {
        for (const lease of all.leases.splice(0)) lease.release();
        all.check();
        await turn();
      }
      const { pool, made } = all;
      all.failing.length = 0;
      // What is open is idle, and what is idle can be had: there is a place for each.
      for (let i = 0; i < 4; i++) await turn();
      expect([pool.waiting, pool.size]).toEqual([0, pool.idle]);
      expect(made.filter((conn) => conn.open).length).toBe(pool.idle);
      const last = await Promise.all(Array.from({ length: MAX }, () => pool.get()));
      expect(new Set(last.map((lease) => lease.conn)).size).toBe(MAX);
      expect(last.every((lease) => lease.conn.open)).toBe(true);
      for (const lease of last) lease.release();
      pool.close();
      expect([made.filter((conn) => conn.open), pool.size]).toEqual([[], 0]);
    }),
    { numRuns: 400 },
  );
});
