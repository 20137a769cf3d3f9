// What is forgotten is collected, and its descriptor closed; what still waits is not.

import { describe, expect, it } from "vitest";
import { run, saying } from "./child.js";

const flags = ["--expose-gc"];
const listed = JSON.parse((await run("gc.mjs", [], { flags })).stdout) as string[];
const SAID: Record<string, unknown> = {
  "connections with a read that waits": { early: 0, heard: 100, left: 0 },
  "the array of a poller that is known to native code alone": { kept: true, told: 1 },
  "a server in the middle of its work": { heard: 100 },
};

describe("the collector", () => {
  it.each(listed)("and %s", async (name) => {
    expect(await run("gc.mjs", [name], { flags })).toEqual(saying(SAID[name] ?? { left: 0 }));
  });
});
