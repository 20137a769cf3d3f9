// Two routers side by side: packets go several ways, and a hop has several nodes.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/cli.js";
import { asNobody, link, Namespace, noNamespaces } from "../../support/lab.js";
import { Row } from "../../support/row.js";
import { traceIn } from "./tracing.js";

describe.skipIf(noNamespaces !== null)("trace where packets go several ways", () => {
  let row: Row;
  let other: Namespace;
  beforeAll(async () => {
    row = await Row.make();
    other = new Namespace();
    const { near, first, far } = row;
    link(first, "a2", ["10.9.8.1/24"], other, "c0", ["10.9.8.2/24"]);
    link(other, "c1", ["10.9.9.1/24"], far, "f1", ["10.9.9.2/24"]);
    other.sysctl("net.ipv4.ip_forward=1", "net.ipv4.icmp_ratemask=0");
    other.ip("route", "add", "10.9.3.0/24", "via", "10.9.9.2");
    other.ip("route", "add", "10.9.1.0/24", "via", "10.9.8.1");
    first.ip("route", "add", "10.9.3.0/24", "nexthop", "via", "10.9.2.2", "nexthop", "via", "10.9.8.2");
    // By ports, too.
    first.sysctl("net.ipv4.fib_multipath_hash_policy=1");
    await traceIn(near, "10.9.3.2", { queries: 20 });
  });
  afterAll(async () => {
    other?.remove();
    await row?.end();
  });

  it("finds all who answer at a hop, and how often each did", async () => {
    const { hops, reached } = await traceIn(row.near, "10.9.3.2", { queries: 40 });
    expect(reached).toBe(true);
    expect(hops.map(({ received }) => received)).toEqual([40, 40, 40]);
    const counts = new Map(hops[1].nodes);
    expect(new Set(counts.keys())).toEqual(new Set(["10.9.2.2", "10.9.8.2"]));
    expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(40);
    expect(hops[0].nodes).toEqual([["10.9.1.2", 40]]);
    expect(hops[2].nodes).toEqual([["10.9.3.2", 40]]);
  });

  it("shows who answered where it changes within a line", async () => {
    const args = ["trace", "-n", "-q", "40", "-f", "2", "-m", "2", "10.9.3.2"];
    const { stdout } = await row.near.execute(...asNobody, process.execPath, main, ...args);
    const line = stdout.split("\n")[1];
    const shown = line.match(/10\.9\.[28]\.2/g)!;
    expect(new Set(shown)).toEqual(new Set(["10.9.2.2", "10.9.8.2"]));
    expect(line.match(/ ms/g)).toHaveLength(40);
    // Never the same one twice in a row.
    expect(shown.every((addr, i) => addr !== shown[i - 1])).toBe(true);
  });

  it("shows them below each other in a table", async () => {
    const args = ["trace", "-n", "--mtr", "-c", "30", "--interval", "0.01", "10.9.3.2"];
    const { stdout } = await row.near.execute(...asNobody, process.execPath, main, ...args);
    const rows = stdout.trimEnd().split("\n").slice(2);
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^ 2\. 10\.9\.[28]\.2 +0\.0% +30 /);
    expect(rows[2]).toMatch(/^ {4}10\.9\.[28]\.2$/);
  });
});
