// More than one environment in a process: workers, and two copies of the library.

import { describe, expect, it } from "vitest";
import { CLEAN, run, saying } from "./child.js";

describe("the addon", () => {
  it("works in the main thread and four workers at once, three times over", async () => {
    expect(await run("workers.mjs")).toEqual(CLEAN);
  });

  // Node unloads it with the last worker that used it, and libuv still has a callback of ours to call.
  it("works in workers alone, and may be unloaded and loaded again", async () => {
    expect(await run("workers.mjs", ["alone"])).toEqual(CLEAN);
  });

  it("closes what a worker has taken over when that ends", async () => {
    expect(await run("adopt.mjs")).toEqual(saying({ taken: "EBADF", left: "open" }));
  });

  it("works as ES modules and as CommonJS in one process", async () => {
    const heard = ["back", true, true];
    expect(await run("copies.mjs")).toEqual(
      saying({ different: true, names: true, forth: heard, back: heard }),
    );
  });
});

describe("a worker that ends while fifty operations wait", () => {
  it(
    "two hundred times, however it ends: peers see it, and nothing is left",
    { timeout: 60_000 },
    async () => {
      const ended = await run("terminate.mjs", [], { patience: 55_000 });
      // A worker that dies of its own mistake is reported by Node, on standard error too.
      expect({ ...ended, stderr: "" }).toEqual(saying({ well: 200, enough: true, unended: 0, left: 0 }));
    },
  );
});
