// Descriptors after a busy life.

import { dial, listen } from "rawconn";
import { describe, expect, it } from "vitest";
import { poller } from "#lib/internal/poll/poller.js";
import { leaks, openDescriptors } from "../descriptors.js";
import { CLEAN, run, saying } from "./child.js";

describe("a process", () => {
  it("has no descriptor left after a busy day, and ends by itself", async () => {
    expect(await run("leaks.mjs")).toEqual(saying({ left: 0 }));
  });

  it("that only loads the library opens nothing and ends at once", async () => {
    expect(await run("exit.mjs", ["at no step at all"])).toEqual(CLEAN);
    expect(await run("loop.mjs", ["no case at all"])).toEqual(CLEAN);
  });
});

describe("slots", () => {
  it("are used again, so that the poller does not grow with the number of connections", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const visit = async () => {
      const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
      near.close();
      far.close();
    };
    await visit();
    const before = openDescriptors()!;
    const room = poller.ready.length;
    for (let time = 0; time < 500; time++) await visit();
    expect(poller.ready.length).toBe(room);
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });
});
