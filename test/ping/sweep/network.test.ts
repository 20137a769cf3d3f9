import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SweepOptions } from "#lib/ping/index.js";
import { asNobody, Namespace, noNamespaces } from "../../support/lab.js";
import { fixture, Lab } from "../lab.js";

interface Outcome {
  results: Record<string, unknown>[];
  error: { name: string; code: string; message: string } | null;
  privileged: boolean | null;
  statistics: Record<string, number>;
}

async function sweepIn(
  space: Namespace,
  targets: string[],
  options: SweepOptions,
  { as = [], block = 0 }: { as?: string[]; block?: number } = {},
): Promise<Outcome> {
  const asked = JSON.stringify({ targets, options, block });
  const child = fixture("sweep/child.mjs");
  const { status, stdout, stderr } = await space.execute(...as, process.execPath, child, asked);
  if (status !== 0) throw new Error(`the child ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Outcome;
}

/** The results of one address. */
const of = ({ results }: Outcome, addr: string) => results.filter((result) => result.addr === addr);

describe.skipIf(noNamespaces !== null)("sweep through a network", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = new Lab();
    lab.router.ip("route", "add", "10.9.5.0/24", "via", "10.9.2.1");
    // Not as a route that is unreachable, whose reports the router counts out.
    lab.router.nft("add table ip sweep");
    lab.router.nft("add chain ip sweep forward { type filter hook forward priority 0; }");
    lab.router.nft("add rule ip sweep forward ip daddr 10.9.5.0/24 reject with icmp type host-unreachable");
    // Until the hosts have found each other on their links.
    await sweepIn(lab.near, ["10.9.2.1", "fd09:2::1"], { timeout: 200, retries: 50 });
  });
  afterAll(() => lab?.remove());

  it.each([
    [false, []],
    [false, asNobody],
  ])("tells alive, unreachable and silent hosts apart, unprivileged %#", async (_, as) => {
    const targets = ["10.9.2.1", "fd09:2::1", "10.9.3.0/30", "fd09:3::5", "10.9.4.1"];
    const outcome = await sweepIn(lab.near, targets, { timeout: 300, retries: 1 }, { as });
    expect(outcome).toMatchObject({ error: null, privileged: false });
    expect(of(outcome, "10.9.2.1")).toMatchObject([
      { type: "reply", ttl: 63, bytes: 64, attempts: 1, round: 1 },
    ]);
    expect(of(outcome, "fd09:2::1")).toMatchObject([{ type: "reply", ttl: 63, bytes: 64 }]);
    for (const addr of ["10.9.3.1", "10.9.3.2"]) {
      expect(of(outcome, addr)).toMatchObject([
        {
          type: "unreachable",
          target: "10.9.3.0/30",
          from: "10.9.1.2",
          reason: "unreachable",
          icmpType: 3,
          icmpCode: 1,
          message: "Destination Host Unreachable",
        },
      ]);
    }
    expect(of(outcome, "fd09:3::5")).toMatchObject([{ type: "unreachable", from: "fd09:1::2", icmpCode: 1 }]);
    expect(of(outcome, "10.9.4.1")).toMatchObject([{ type: "timeout", attempts: 2 }]);
    expect(outcome.statistics).toMatchObject({
      begun: 6,
      received: 2,
      unreachable: 3,
      silent: 1,
      transmitted: 7,
    });
  });

  it("does the same by raw sockets", async () => {
    const targets = ["10.9.1.1", "fd09:1::1", "10.9.3.1", "fd09:3::5", "10.9.4.1"];
    const outcome = await sweepIn(lab.far, targets, { timeout: 300, retries: 0 });
    expect(outcome).toMatchObject({ error: null, privileged: true });
    for (const addr of ["10.9.1.1", "fd09:1::1"])
      expect(of(outcome, addr)).toMatchObject([{ type: "reply", ttl: 63 }]);
    expect(of(outcome, "10.9.3.1")).toMatchObject([{ type: "unreachable", from: "10.9.2.2" }]);
    expect(of(outcome, "fd09:3::5")).toMatchObject([{ type: "unreachable", from: "fd09:2::2" }]);
    expect(of(outcome, "10.9.4.1")).toMatchObject([{ type: "timeout", attempts: 1 }]);
  });

  it.each([
    ["unprivileged", "near"],
    ["raw", "far"],
  ] as const)("is told by the router that a hop limit was too low, %s", async (_, where) => {
    const targets = where === "near" ? ["10.9.2.1", "fd09:2::1"] : ["10.9.1.1", "fd09:1::1"];
    const { results } = await sweepIn(lab[where], targets, { ttl: 1, timeout: 2000 });
    expect(results.map(({ type, reason }) => [type, reason])).toEqual([
      ["unreachable", "time-exceeded"],
      ["unreachable", "time-exceeded"],
    ]);
  });

  it.each([
    ["unprivileged", asNobody],
    ["as root", []],
  ])("takes every report of a router on most of a network, %s", async (_, as) => {
    const targets = ["10.9.5.0/24", "10.9.2.1", "10.9.5.0/24"];
    const { statistics } = await sweepIn(lab.near, targets, { timeout: 2000, retries: 0 }, { as });
    expect(statistics).toMatchObject({ begun: 509, received: 1, unreachable: 508, errors: 508, silent: 0 });
  });

  it("calls nothing missing that came while the event loop was blocked", async () => {
    const options = { count: 5, period: 20, timeout: 30, rate: 2000 };
    const outcome = await sweepIn(lab.near, ["10.9.2.1", "10.9.1.2"], options, { block: 60 });
    expect(outcome.statistics).toMatchObject({ transmitted: 10, received: 10, silent: 0 });
    for (const { rtt } of outcome.results) expect(rtt).toBeLessThan(20);
  });

  it("names both ways out when no socket is allowed", async () => {
    const { error, results } = await sweepIn(lab.far, ["127.0.0.1"], {}, { as: asNobody });
    expect(error).toMatchObject({ name: "PermissionError", code: expect.stringMatching(/^E(PERM|ACCES)$/) });
    expect(results).toEqual([]);
  });

  it("tells of hosts that nothing can be sent to", async () => {
    const alone = new Namespace();
    try {
      const { results } = await sweepIn(alone, ["10.9.9.9", "127.0.0.1"], { timeout: 1000 });
      expect(results).toMatchObject([
        { type: "send-error", addr: "10.9.9.9", error: expect.stringContaining("network is unreachable") },
        { type: "reply", addr: "127.0.0.1" },
      ]);
    } finally {
      alone.remove();
    }
  });

  it.each([
    ["unprivileged", asNobody],
    ["as root", []],
  ])("sends to all of a network by a link that has no room for them at once, %s", async (_, as) => {
    const { near, router, far } = lab;
    router.ip("route", "replace", "10.9.8.0/22", "via", "10.9.2.1");
    far.ip("route", "replace", "local", "10.9.8.0/22", "dev", "lo");
    // What waits there for its turn takes up the socket's room: some three hundred packets.
    const turns = ["tbf", "rate", "8mbit", "burst", "5kb", "limit", "1000000"];
    await near.execute("tc", "qdisc", "replace", "dev", "n0", "root", ...turns);
    const options = { timeout: 5000, retries: 0 };
    const { statistics } = await sweepIn(near, ["10.9.8.0/22"], options, { as });
    await near.execute("tc", "qdisc", "delete", "dev", "n0", "root");
    expect(statistics).toMatchObject({ transmitted: 1022, received: 1022, unreachable: 0, silent: 0 });
  });
});
