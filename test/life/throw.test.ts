// Errors of the user's own: in hooks, in continuations. They are the user's to see, and nothing else breaks.

import { Dialer, isClosed, ListenConfig, listen, type RawConn } from "rawconn";
import { describe, expect, it } from "vitest";
import { leaks, openDescriptors } from "../descriptors.js";
import { outcome, turn } from "../poll/pair.js";
import { CLEAN, run, saying } from "./child.js";

const PLACES = ["in a promise", "in a tick", "in a microtask", "in an immediate"];

describe("an exception in the course of a batch", () => {
  it.each(PLACES)("%s is told to who listens, and the others of the batch go on", async (place) => {
    const origin = place === "in a promise" ? "unhandledRejection" : "uncaughtException";
    expect(await run("throw.mjs", [place, "caught"])).toEqual(
      saying({ settled: 10, seen: [`${origin} a mistake`] }),
    );
  });

  it.each(PLACES)("%s ends the process that does not listen, as Node does", async (place) => {
    const { stderr, ...rest } = await run("throw.mjs", [place]);
    expect(rest).toEqual({ code: 1, signal: null, stdout: "" });
    expect(stderr).toContain("Error: a mistake");
    expect(stderr).not.toMatch(/FATAL|Check failed|Segmentation/);
  });

  it("is not there when nothing is wrong", async () => {
    expect(await run("throw.mjs", ["nowhere", "caught"])).toEqual({
      ...CLEAN,
      ...saying({ settled: 10, seen: [] }),
    });
  });
});

describe("a control hook that fails", () => {
  const mine = Object.assign(new Error("mine"), { code: "MINE" });
  const ways: [string, (conn: RawConn) => void | Promise<void>][] = [
    [
      "by throwing",
      () => {
        throw mine;
      },
    ],
    ["by rejecting", () => Promise.reject(mine)],
    [
      "later",
      async () => {
        await turn();
        throw mine;
      },
    ],
    [
      "while it has the number",
      (conn) =>
        conn.control(() => {
          throw mine;
        }),
    ],
  ];

  it.each(ways)("%s ends the dial with its error, and nothing is left", async (_way, fail) => {
    const before = openDescriptors()!;
    using listener = await listen("tcp", "127.0.0.1:0");
    const dialer = new Dialer({ control: (_network, _address, conn) => fail(conn) });
    const ended = await outcome(dialer.dial("tcp", listener.addr!.toString()));
    expect(ended).toMatchObject({ error: { name: "OpError", op: "dial", code: "MINE", cause: mine } });
    listener.close();
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });

  it.each(ways)("%s ends the listen with its error, and nothing is left", async (_way, fail) => {
    const before = openDescriptors()!;
    const config = new ListenConfig({ control: (_network, _address, conn) => fail(conn) });
    const ended = await outcome(config.listen("tcp", "127.0.0.1:0"));
    expect(ended).toMatchObject({ error: { name: "OpError", op: "listen", code: "MINE", cause: mine } });
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });

  it("cannot use its socket afterwards", async () => {
    const kept: RawConn[] = [];
    const dialer = new Dialer({
      control: (_network, _address, conn) => {
        kept.push(conn);
        throw mine;
      },
    });
    await outcome(dialer.dial("tcp", "127.0.0.1:1"));
    expect(kept.length).toBeGreaterThan(0);
    for (const conn of kept) {
      let error: unknown;
      try {
        conn.control(() => 0);
      } catch (caught) {
        error = caught;
      }
      expect(isClosed(error)).toBe(true);
    }
  });
});
