// How long a listener's queue is: what the system allows, whatever the file says.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, expect, it } from "vitest";
import { constant } from "#lib/internal/binding.js";
import { maxListenerBacklog } from "#lib/internal/socket/backlog.js";

const { readFileSync } = fs;
const SOMAXCONN = constant("SOMAXCONN");

/** Makes the one file that is asked say something else; null for no such file. */
function pretend(text: string | null): void {
  fs.readFileSync = ((path: string) => {
    expect(path).toBe("/proc/sys/net/core/somaxconn");
    if (text === null) throw new Error("no such file");
    return text;
  }) as typeof readFileSync;
  syncBuiltinESMExports();
}

afterEach(() => {
  fs.readFileSync = readFileSync;
  syncBuiltinESMExports();
});

it.each([
  ["1\n", 1],
  ["128\n", 128],
  ["4096\n", 4096],
  ["65536\n", 65536],
  ["4294967295\n", 0x7fffffff],
  ["0\n", SOMAXCONN],
  ["-1\n", SOMAXCONN],
  ["nonsense\n", SOMAXCONN],
  ["", SOMAXCONN],
  [null, SOMAXCONN],
])("a somaxconn of %j makes it %i", (text, backlog) => {
  pretend(text);
  expect(maxListenerBacklog()).toBe(backlog);
});
