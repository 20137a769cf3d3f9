// npm run check: everything that CI runs, in the same order. All steps are carried out, so one run shows every failure;
// the tests come last, and the last line says how many passed.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { formatters } from "./format.mjs";
import { root, say, tool } from "./run.mjs";
import { tally } from "./tally.mjs";

const RESULTS = join(root, "build/tests.json");

/** @type {{ name: string, command: string[] }[]} */
const STEPS = [
  ...formatters("check").map((command) => ({ name: "format", command })),
  { name: "lint", command: [tool("oxlint")] },
  ...["test", "scripts", "bench", "examples"].map((folder) => ({
    name: `types of ${folder}`,
    command: [tool("tsc"), "-p", folder],
  })),
  { name: "house rules", command: [execPath, "scripts/rules.mjs"] },
  { name: "reference", command: [execPath, "scripts/docs.mjs"] },
  { name: "clang-tidy", command: [execPath, "scripts/tidy.mjs"] },
  { name: "sanitizers", command: [execPath, "scripts/sanitize.mjs", "--reporter=dot"] },
  {
    name: "tests",
    command: [tool("vitest"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`],
  },
];

mkdirSync(join(root, "build"), { recursive: true });
rmSync(RESULTS, { force: true });

const failed = STEPS.filter(({ name, command: [program = "", ...args] }) => {
  say(`check: ${name}`);
  return spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status !== 0;
});

if (failed.length > 0) {
  say(`check: failed: ${failed.map(({ name }) => name).join(", ")}`);
  process.exitCode = 1;
}
// vitest writes no results when it cannot even start: that, too, is a failure.
const results = existsSync(RESULTS)
  ? JSON.parse(readFileSync(RESULTS, "utf8"))
  : { success: false, testResults: [] };
const { passed, failed: red, skipped } = tally(results);
if (skipped > 0) console.log(`${skipped} skipped, each with its reason above`);
console.log(`${passed} passed, ${red} failed`);
