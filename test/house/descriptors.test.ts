import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { lastingLeaks, leaks, openDescriptors } from "../descriptors.js";

describe("the descriptor check", () => {
  it.skipIf(openDescriptors() === null)(
    "(needs /proc) names a socket that stays open, and forgets it when it is closed",
    async () => {
      const before = openDescriptors() ?? new Map();
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const found = leaks(before, openDescriptors() ?? new Map());
      expect(found).toEqual([expect.stringMatching(/descriptor \d+ -> socket:\[\d+\] \(tcp: .*0100007F/)]);
      server.close();
      expect(await lastingLeaks(before)).toEqual([]);
    },
  );

  it("lets one Poller stay, but not two", () => {
    const poller: [number, string][] = [
      [7, "anon_inode:[eventpoll]"],
      [8, "anon_inode:[timerfd]"],
    ];
    const second: [number, string] = [9, "anon_inode:[eventpoll]"];
    expect(leaks(new Map(), new Map(poller))).toEqual([]);
    expect(leaks(new Map(), new Map([...poller, second]))).toEqual([
      "  descriptor 9 -> anon_inode:[eventpoll]",
    ]);
  });

  it("notices that a number was given to something else", () => {
    expect(leaks(new Map([[7, "pipe:[1]"]]), new Map([[7, "pipe:[2]"]]))).toEqual([
      "  descriptor 7 -> pipe:[2]",
    ]);
  });
});
