// A thousand pings through a lossy row of routers: ours tells what ping(8) of iputils does, packet by packet.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../cli/cli.js";
import { told } from "../ping/told.js";
import { execute, noNamespaces } from "../support/lab.js";
import { noRelay, type Treatment } from "../support/relay.js";
import { Row, way } from "../support/row.js";

const PINGS = 1000;
const PATIENCE = 60_000;

const iputils = await execute("ping", ["-V"]).then(
  ({ stdout }) => stdout.includes("iputils"),
  () => false,
);
if (!iputils) console.log("no ping of iputils here to compare with");

describe.skipIf(noNamespaces !== null || noRelay !== null || !iputils)("a thousand pings", () => {
  let row: Row;
  beforeAll(async () => {
    row = await Row.make({ relayed: true });
    for (const family of [4, 6] as const) await row.near.execute("ping", "-c", "2", way[family][2]);
  });
  afterAll(() => row?.end());

  const both = async (treatment: Treatment, ...args: string[]) => {
    const all = ["-n", "-c", String(PINGS), "-i", "0.002", "-W", "0.5", ...args];
    await row.relay.treat(treatment);
    const theirs = told(await row.near.execute("ping", ...all));
    await row.relay.treat(treatment);
    const ours = told(await row.near.execute(process.execPath, main, "ping", ...all));
    return { theirs, ours };
  };
  const bySeq = (answers: ReturnType<typeof told>["answers"]) =>
    [...answers].sort(([a, , first], [b, , second]) => a - b || Number(first) - Number(second));

  it.each([4, 6] as const)(
    "agree on loss, duplicates and TTL, IPv%i",
    async (family) => {
      const { theirs, ours } = await both({ lose: 10, double: 7 }, way[family][2]);
      expect(ours.total).toBe(theirs.total);
      expect(bySeq(ours.answers)).toEqual(bySeq(theirs.answers));
      // A hundred are lost; of those that go twice every tenth is.
      expect(ours.total).toBe(`${PINGS} packets transmitted, 900 received, +128 duplicates, 10% packet loss`);
      expect(ours.answers).toHaveLength(1028);
    },
    PATIENCE,
  );

  it.each([
    ["time to live", "Time to live exceeded", ["-t", "2", way[4][2]]],
    ["hop limit", "Time exceeded: Hop limit", ["-t", "2", way[6][2]]],
    ["filter", "Packet filtered", ["10.9.5.1"]],
  ])(
    "agree on errors of a %s: %s",
    async (_, message, args) => {
      const { theirs, ours } = await both({}, ...args);
      expect(ours.total).toBe(`${PINGS} packets transmitted, 0 received, +${PINGS} errors, 100% packet loss`);
      // The other one misses one now and then, when it meets a send.
      expect(theirs.errors.length).toBeGreaterThan(PINGS * 0.99);
      const told = new Set(ours.errors);
      expect(told.size).toBe(PINGS);
      expect(theirs.errors.filter((line) => !told.has(line))).toEqual([]);
      expect(ours.errors[0]).toContain(message);
    },
    PATIENCE,
  );

  it.each([4, 6] as const)("agree on a path that is too narrow, IPv%i", async (family) => {
    const args = ["-n", "-c", "3", "-i", "0.1", "-W", "1", "-M", "do", "-s", "1400", way[family][2]];
    const found = [];
    for (const command of [["ping"], [process.execPath, main, "ping"]]) {
      // What the one has learned of the path, the other is to learn itself.
      for (const version of ["-4", "-6"]) row.near.ip(version, "route", "flush", "cache");
      const result = await row.near.execute(...command, ...args);
      const { errors, answers } = told(result);
      // The first is refused by the router, the others by this host, which knows by then.
      found.push({
        status: result.status,
        errors,
        answers,
        complaints: result.stderr.trim().split("\n").length,
      });
    }
    const [theirs, ours] = found;
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ status: 1, complaints: 2 });
    expect(ours.errors).toEqual([expect.stringMatching(/^icmp_seq=1 .*mtu ?= ?1300\)?$/)]);
  });
});
