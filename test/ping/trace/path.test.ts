import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TraceMethod } from "#lib/ping/index.js";
import { asNobody, noNamespaces } from "../../support/lab.js";
import { Row, way } from "../../support/row.js";
import { ofType, type Outcome, routers, traceAll, traceIn } from "./tracing.js";

const METHODS: TraceMethod[] = ["udp", "icmp", "tcp"];
const FAMILIES = [4, 6] as const;
const all = METHODS.flatMap((method) => FAMILIES.map((family) => [method, family] as const));

describe.skipIf(noNamespaces !== null)("trace through a row of routers", () => {
  let row: Row;
  beforeAll(async () => {
    row = await Row.make();
    // The first packets of all ask for addresses, which takes its time.
    for (const family of FAMILIES) await traceIn(row.near, way[family][2], {});
  });
  afterAll(() => row?.end());

  describe.each(all)("by %s, IPv%i", (method, family) => {
    const target = way[family][2];
    const lost = (net: number) => (family === 4 ? `10.9.${net}.1` : `fd09:${net}::1`);
    const runs = {
      plain: { target, options: { method } },
      same: { target, options: { method, queries: 10 } },
      again: { target, options: { method, queries: 10 } },
      second: { target, options: { method, firstHop: 2, maxHop: 2, queries: 2 } },
      rounds: { target, options: { method, interval: 20, queries: 5 } },
      unreachable: { target: lost(4), options: { method, queries: 1 } },
      prohibited: { target: lost(5), options: { method, queries: 1 } },
      silent: { target: lost(6), options: { method, queries: 2, maxHop: 4, timeout: 150 } },
    };
    const outcomes: Record<string, Outcome> = {};

    // All at the same time: none may disturb another.
    beforeAll(async () => {
      const found = await traceAll(row.near, Object.values(runs), { as: asNobody });
      for (const [i, name] of Object.keys(runs).entries()) outcomes[name] = found[i];
    });

    it("finds them without rights", () => {
      const { plain } = outcomes;
      expect(plain).toMatchObject({ error: null, reached: true, privileged: false });
      expect(routers(plain)).toEqual(way[family]);
      for (const { ttl, transmitted, received, final } of plain.hops) {
        expect({ transmitted, received, final }).toEqual({ transmitted: 3, received: 3, final: ttl === 3 });
      }
    });

    it("finds them as root", async () => {
      const outcome = await traceIn(row.near, target, { method });
      expect(outcome).toMatchObject({ error: null, reached: true, privileged: false });
      expect(routers(outcome)).toEqual(way[family]);
    });

    it("tells each hop once, in order, with its replies before it", () => {
      const { events } = outcomes.plain;
      const order = events.map(({ type, ttl }) => `${type} ${String(ttl)}`);
      expect(order.filter((text) => text.startsWith("hop"))).toEqual(["hop 1", "hop 2", "hop 3"]);
      for (const ttl of [1, 2, 3])
        expect(order.indexOf(`hop ${ttl}`)).toBeGreaterThan(order.lastIndexOf(`reply ${ttl}`));
      const queries = events
        .filter(({ type, ttl }) => type === "reply" && ttl === 2)
        .map(({ query }) => query);
      expect(new Set(queries)).toEqual(new Set([1, 2, 3]));
    });

    it.each(["same", "again"])("is not disturbed by others to the same target: %s", (name) => {
      expect(routers(outcomes[name])).toEqual(way[family]);
      expect(outcomes[name].hops.map(({ received }) => received)).toEqual([10, 10, 10]);
    });

    it("begins and ends where it is told to", () => {
      const { second } = outcomes;
      expect(second).toMatchObject({ reached: false, error: null });
      expect(second.hops).toMatchObject([{ ttl: 2, transmitted: 2, final: false }]);
      expect(routers(second)).toEqual([way[family][1]]);
    });

    it("goes by rounds", () => {
      const { rounds } = outcomes;
      expect(routers(rounds)).toEqual(way[family]);
      for (const { transmitted, received } of rounds.hops) expect([transmitted, received]).toEqual([5, 5]);
    });

    it.each([
      ["unreachable", "!H"],
      ["prohibited", "!X"],
    ])("ends where the target is %s", (name, flag) => {
      expect(outcomes[name]).toMatchObject({ reached: false, error: null });
      // The second time for what it does with packets that could go on.
      const [first, second] = way[family];
      expect(routers(outcomes[name])).toEqual([first, second, second]);
      const last = ofType(outcomes[name], "reply").find(({ ttl }) => ttl === 3);
      expect(last).toMatchObject({ reason: "unreachable", flag });
    });

    it("gives up on who keeps silent", () => {
      const { silent } = outcomes;
      expect(silent).toMatchObject({ reached: false, error: null });
      expect(routers(silent)).toEqual([way[family][0], "", "", ""]);
      expect(ofType(silent, "timeout").map(({ ttl, query }) => [ttl, query])).toEqual(
        [2, 3, 4].flatMap((ttl) => [
          [ttl, 1],
          [ttl, 2],
        ]),
      );
    });
  });

  // Only root gets a raw socket, and only where there is no unprivileged one.
  it.each(FAMILIES)("finds them by ICMP on a raw socket, IPv%i", async (family) => {
    const back =
      family === 4 ? ["10.9.3.1", "10.9.2.1", "10.9.1.1"] : ["fd09:3::1", "fd09:2::1", "fd09:1::1"];
    const runs = Array.from({ length: 2 }, () => ({ target: back[2], options: { method: "icmp" as const } }));
    for (const outcome of await traceAll(row.far, runs)) {
      expect(outcome).toMatchObject({ error: null, reached: true, privileged: true });
      expect(routers(outcome)).toEqual(back);
      expect(outcome.hops.map(({ received }) => received)).toEqual([3, 3, 3]);
    }
  });

  it.each([
    ["raw", "far", "10.9.1.1", ["10.9.3.1", "10.9.2.1", "10.9.1.1"], true],
    ["unprivileged", "near", "10.9.3.2", way[4], false],
  ] as const)(
    "is not disturbed by pings and traces of other processes, %s",
    async (_, from, target, expected, privileged) => {
      const options = { method: "icmp", queries: 20, parallel: 4 } as const;
      const found = await Promise.all([
        traceIn(row[from], target, options),
        traceIn(row[from], target, options),
        row[from].execute("ping", "-n", "-c", "300", "-i", "0.002", target),
        row[from].execute("ping", "-n", "-c", "300", "-i", "0.002", "-t", "1", target),
      ]);
      for (const outcome of found.slice(0, 2) as Outcome[]) {
        expect(outcome).toMatchObject({ error: null, reached: true, privileged });
        expect(routers(outcome)).toEqual(expected);
        expect(outcome.hops.map(({ received }) => received)).toEqual([20, 20, 20]);
        expect(ofType(outcome, "reply")).toHaveLength(60);
      }
    },
  );

  it("names both ways out where no ICMP socket is allowed", async () => {
    const { error } = await traceIn(row.far, "10.9.1.1", { method: "icmp" }, { as: asNobody });
    expect(error).toMatchObject({ name: "PermissionError", code: "EPERM" });
  });

  it.each(
    FAMILIES.flatMap((family) => (["udp", "icmp"] as const).map((method) => [method, family] as const)),
  )("shows by %s where a packet is too long, IPv%i", async (method, family) => {
    const options = { method, queries: 1, length: 1400, dontFragment: true };
    for (const _ of [1, 2]) {
      const outcome = await traceIn(row.near, way[family][2], options, { as: asNobody });
      const last = ofType(outcome, "reply").find(({ ttl }) => ttl === 3);
      // The second router is the one that cannot send it on: at three hops to live it still may.
      expect(last).toMatchObject({
        addr: way[family][1],
        reason: "packet-too-big",
        flag: "!F-1300",
        mtu: 1300,
      });
    }
    const cut = await traceIn(row.near, way[4][2], { ...options, dontFragment: false });
    expect(cut.reached).toBe(true);
  });

  it("rejects when nothing at all can be sent", async () => {
    const options = { length: 2000, dontFragment: true };
    const { error, hops } = await traceIn(row.near, way[4][2], options);
    expect(error).toMatchObject({ name: "OpError", code: "EMSGSIZE" });
    expect(hops.every(({ received }) => received === 0)).toBe(true);
  });

  it.each(METHODS)("measures by the kernel's clock on a blocked loop, by %s", async (method) => {
    const outcome = await traceIn(row.near, way[4][2], { method, queries: 5, parallel: 1 }, { block: 50 });
    const times = ofType(outcome, "reply").filter(({ ttl }) => ttl !== 3 || method !== "tcp");
    const rtts = times.map(({ rtt }) => rtt as number).sort((a, b) => a - b);
    expect(rtts[Math.floor(rtts.length / 2)]).toBeLessThan(5);
  });

  it("gives no connection up before it was begun, on a blocked loop", async () => {
    const options = { method: "tcp", queries: 10 } as const;
    const outcome = await traceIn(row.near, way[4][2], options, { block: 50 });
    expect(routers(outcome)).toEqual(way[4]);
    expect(outcome.hops.map(({ received }) => received)).toEqual([10, 10, 10]);
  });

  it("sends from an address and through an interface", async () => {
    row.near.ip("addr", "add", "10.9.1.77/24", "dev", "n0");
    const from = await traceIn(
      row.near,
      way[4][2],
      { localAddr: "10.9.1.77", device: "n0" },
      { as: asNobody },
    );
    expect(routers(from)).toEqual(way[4]);
    const none = await traceIn(row.near, way[4][2], { device: "nosuch0" });
    expect(none.error).toMatchObject({ name: "OpError", code: "ENODEV" });
    const foreign = await traceIn(row.near, way[4][2], { localAddr: "10.9.99.9" });
    expect(foreign.error).toMatchObject({ name: "OpError", code: "EADDRNOTAVAIL" });
  });
});
