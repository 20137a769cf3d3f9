// Node's permission model: without leave nothing is opened, and what is wrong is said.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const child = fileURLToPath(new URL("permission-child.mjs", import.meta.url));
const preload = fileURLToPath(new URL("permission-preload.cjs", import.meta.url));
const knows = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);
const model = knows("--permission") ? "--permission" : "--experimental-permission";
const governsNetwork = knows("--allow-net");
const governsAddons = knows("--allow-addons");
if (!governsNetwork) {
  console.log(`Node ${process.version} has no --allow-net: its own leave for the network is not tested`);
}

function run(flags: string[], ...calls: string[]) {
  const argv = [...flags, child, ...calls];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  return { stderr, status, said: status === 0 ? (JSON.parse(stdout) as Said) : null };
}

interface Said {
  outcomes: Record<string, string>;
  opened: number;
}

/** Those that did not come to what they should. */
const others = (said: Said | null, code: string) =>
  Object.entries(said!.outcomes).filter(([, outcome]) => outcome !== code);

it("opens nothing without leave for the network, whatever is called", () => {
  const { said } = run(["--require", preload]);
  expect(others(said, "ERR_ACCESS_DENIED")).toEqual([]);
  expect(said!.opened).toBe(0);
});

it("opens sockets without a permission model", () => {
  const { said } = run([], "listen");
  expect(said!.outcomes["listen"]).toBe("allowed");
  expect(said!.opened).toBeGreaterThan(0);
});

it.skipIf(!governsAddons)("says what is missing where native addons are not allowed", () => {
  const { status, stderr } = run([model, "--allow-fs-read=*"]);
  expect(status).not.toBe(0);
  expect(stderr).toContain("--allow-addons");
  expect(stderr).toContain("code: 'ERR_ACCESS_DENIED'");
});

it.skipIf(!governsAddons || governsNetwork)("works where the model does not govern the network", () => {
  const { said, stderr } = run([model, "--allow-fs-read=*", "--allow-addons"], "listen");
  expect(said?.outcomes["listen"] ?? stderr).toBe("allowed");
});

it.skipIf(!governsNetwork)("keeps to Node's own leave for the network", () => {
  const flags = [model, "--allow-fs-read=*", "--allow-addons"];
  const denied = run(flags);
  expect(others(denied.said, "ERR_ACCESS_DENIED")).toEqual([]);
  const allowed = run([...flags, "--allow-net"], "listen");
  expect(allowed.said!.outcomes["listen"]).toBe("allowed");
});
