// A small source tree in a temporary folder, for a rule to complain about.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Writes the files (path -> text) below a new folder, which goes when the test ends, and returns the folder. */
export function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "rawconn-house-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** As many lines of nothing in particular. */
export function lines(count: number): string {
  return "// a line\n".repeat(count);
}
