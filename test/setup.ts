// Before each test file: remember what is open. After it: fail the file if more is open than before.
// Each file has a process of its own (vitest.config.ts), so whatever was added is that file's.

import { afterAll } from "vitest";
import { lastingLeaks, openDescriptors } from "./descriptors.js";

const before = openDescriptors();

afterAll(async () => {
  if (before === null) return;
  const lines = await lastingLeaks(before);
  if (lines.length === 0) return;
  throw new Error(
    `This test file left ${lines.length} descriptor(s) open:\n${lines.join("\n")}\n` +
      "Close every connection, listener and child process it opens; waiting for the garbage collector does not count.",
  );
});
