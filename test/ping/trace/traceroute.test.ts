// traceroute(8) as the oracle: on the same row of routers, it finds what we find.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../cli/cli.js";
import { asNobody, execute, noNamespaces } from "../../support/lab.js";
import { Row, way } from "../../support/row.js";

const traceroute = await execute("traceroute", ["--version"]).catch(() => null);
if (traceroute === null) console.log("no traceroute here to compare with");

/** The addresses of a line each, and what is said behind a time. */
function path(stdout: string): { addrs: string[]; flags: string[] }[] {
  return stdout
    .split("\n")
    .filter((text) => /^\s*\d+ /.test(text))
    .map((text) => ({
      addrs: [...new Set(text.replaceAll(/[\d.]+ ms/g, "").match(/ [0-9a-f]*[.:][0-9a-f.:]+/g))],
      flags: [...new Set([...text.matchAll(/ms (!\S+)/g)].map(([, flag]) => flag))],
    }));
}

describe.skipIf(noNamespaces !== null || traceroute === null)("rawconn trace and traceroute", () => {
  let row: Row;
  beforeAll(async () => {
    row = await Row.make();
    for (const family of [4, 6] as const) await row.near.execute("traceroute", "-n", way[family][2]);
  });
  afterAll(() => row?.end());

  // The other one is always root's: it finds less without rights.
  it.each(
    ["-U", "-I", "-T"].flatMap(
      (method) =>
        [
          [method, "as root", []],
          [method, "without rights", asNobody],
        ] as const,
    ),
  )("agree by %s, ours %s", async (method, _, as) => {
    for (const target of [way[4][2], way[6][2], "10.9.4.1", "10.9.5.1", "fd09:4::1", "fd09:5::1"]) {
      const mine = await row.near.execute(
        ...as,
        process.execPath,
        main,
        "trace",
        method,
        "-n",
        "-w",
        "1",
        target,
      );
      const other = await row.near.execute("traceroute", method, "-n", "-w", "1", target);
      expect({ target, path: path(mine.stdout) }).toEqual({ target, path: path(other.stdout) });
      expect(path(mine.stdout).length).toBeGreaterThan(1);
    }
  });

  it("agree on packets that are too long", async () => {
    for (const target of [way[4][2], way[6][2]]) {
      const args = ["-F", "-n", "-q", "1", target, "1400"];
      const mine = await row.near.execute(...asNobody, process.execPath, main, "trace", ...args);
      const other = await row.near.execute(...asNobody, "traceroute", ...args);
      expect(path(mine.stdout)).toEqual(path(other.stdout));
      expect(mine.stdout).toContain("!F-1300");
    }
  });
});
