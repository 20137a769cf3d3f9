// Run before every command: makes the tree ready, and does nothing (in a tenth of a second) when it is.
//
// Uses Node's own modules only, because on a fresh clone there is nothing else yet.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lib, LOCK, native } from "./build.mjs";
import { isInstalled } from "./installed.mjs";
import { withLock } from "./lock.mjs";
import { main, root, run, say } from "./run.mjs";

/** @type {import("./build.mjs").Step} */
const dependencies = {
  name: "dependencies",
  isFresh: () => isInstalled(lockfile("package-lock.json"), lockfile("node_modules/.package-lock.json")),
  build() {
    say("installing the dependencies");
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  },
};

/**
 * @param {string} path
 * @returns {Record<string, import("./installed.mjs").LockedPackage>}
 */
function lockfile(path) {
  const whole = join(root, path);
  return existsSync(whole) ? JSON.parse(readFileSync(whole, "utf8")).packages : {};
}

await main(() => {
  const steps = [dependencies, native, lib];
  if (steps.every((step) => step.isFresh())) return;
  withLock(LOCK, () => {
    // Asked again, one by one: another process may have done the work meanwhile, and each step changes the next one's inputs.
    for (const step of steps) if (!step.isFresh()) step.build();
  });
});
