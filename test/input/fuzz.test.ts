// Nothing that a caller passes can abort the process: everything is called with weird values, in child processes.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { weird } from "./weird.mjs";

/** Some ten times what a script takes; what hangs is found by it. */
const MAX_MS = 50_000;

/** Runs a script, whose last line is what it complains of. */
function run(script: string): {
  status: number | null;
  signal: string | null;
  stderr: string;
  complaints: unknown;
} {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--unhandled-rejections=strict", path],
    {
      encoding: "utf8",
      timeout: MAX_MS,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return {
    status,
    signal,
    stderr,
    complaints: stdout === "" ? null : JSON.parse(stdout.trimEnd().split("\n").at(-1)!),
  };
}

it("there are enough weird values", () => {
  expect(Object.keys(weird).length).toBeGreaterThan(40);
});

it.each(["fuzz-binding.mjs", "fuzz-public.mjs"])(
  "%s survives, and every failure is an error with a code",
  (script) => {
    expect(run(script)).toEqual({ status: 0, signal: null, stderr: "", complaints: [] });
  },
  MAX_MS + 10_000,
);
