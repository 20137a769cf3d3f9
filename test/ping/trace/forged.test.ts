import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Namespace, noNamespaces } from "../../support/lab.js";

const forger = fileURLToPath(new URL("forger.mjs", import.meta.url));

describe.skipIf(noNamespaces !== null)("trace among routers that lie", () => {
  let space: Namespace;
  beforeAll(() => {
    space = new Namespace();
    // Nobody reports but the forger.
    space.nft("add table ip quiet; add chain ip quiet out { type filter hook output priority 0 ; }");
    space.nft("add rule ip quiet out icmp type destination-unreachable drop");
  });
  afterAll(() => space?.remove());

  async function among(forgery: string): Promise<{ type: string; mpls?: unknown[] }[]> {
    const options = { maxHop: 1, queries: 2, timeout: 200 };
    const { status, stdout, stderr } = await space.execute(
      process.execPath,
      forger,
      JSON.stringify({ forgery, options }),
    );
    if (status !== 0) throw new Error(`the forger ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as { type: string; mpls?: unknown[] }[];
  }

  const answer = { type: "reply", addr: "127.0.0.1", reason: "time-exceeded", mpls: [] };

  it.each(["target", "sourcePort", "port", "cookie", "protocol", "shorter"])(
    "ignores a report on a packet with another %s",
    async (forgery) => {
      expect(await among(forgery)).toEqual([{ type: "timeout" }, { type: "timeout" }]);
    },
  );

  it.each(["nothing", "short"])("takes a report that has %s wrong with it", async (forgery) => {
    expect(await among(forgery)).toEqual([answer, answer]);
  });

  it("finds the labels of a packet that was dropped", async () => {
    const mpls = [
      { label: 16001, tc: 5, s: false, ttl: 1 },
      { label: 1048575, tc: 0, s: true, ttl: 254 },
    ];
    expect(await among("labels")).toEqual([
      { ...answer, mpls },
      { ...answer, mpls },
    ]);
  });

  it("takes no labels from extensions that are spoilt", async () => {
    expect(await among("labels spoilt")).toEqual([answer, answer]);
  });
});
