// A process may end at any moment, with anything under way: it ends with the code it was to end with, and says nothing.

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { dial } from "rawconn";
import { describe, expect, it } from "vitest";
import { outcome } from "../poll/pair.js";
import { CLEAN, end, message, run, start } from "./child.js";

const source = readFileSync(new URL("children/exit.mjs", import.meta.url), "utf8");
const STEPS = [...source.matchAll(/\bat\("([^"]+)"\)/g)].map(([, step]) => step);
const NEVER = "at no step at all";

describe("process.exit", () => {
  it("is tried at steps that there are", () => {
    expect(STEPS.length).toBeGreaterThan(20);
    expect(new Set(STEPS).size).toBe(STEPS.length);
  });

  it.each([...STEPS, NEVER])("%s is clean", async (step) => {
    const [main, worker] = await Promise.all([
      run("exit.mjs", [step, "7"]),
      run("exit.mjs", [step, "7", "worker"]),
    ]);
    const ending = { ...CLEAN, code: step === NEVER ? 0 : 7 };
    expect([main, worker]).toEqual([ending, ending]);
  });
});

describe("a process with a thousand operations under way", () => {
  /** Connects as often as the child accepts, and ends the child; how its connections ended. */
  async function peers(child: ChildProcess, finish: () => void): Promise<string[]> {
    const { port, count } = await message<{ port: number; count: number }>(child);
    const waits = message(child);
    const conns = await Promise.all(Array.from({ length: count }, () => dial("tcp", `127.0.0.1:${port}`)));
    await waits;
    finish();
    const ends = await Promise.all(
      conns.map(async (conn) => {
        conn.setReadDeadline(Date.now() + 5000);
        const p = new Uint8Array(1 << 16);
        for (;;) {
          const ended = await outcome(conn.read(p));
          if ("error" in ended) return ended.error.code!;
          if (ended.value === null) return "end";
        }
      }),
    );
    for (const conn of conns) conn.close();
    return ends;
  }

  it.each([
    ["process.exit", CLEAN, (child) => child.send("exit")],
    ["SIGTERM", { ...CLEAN, code: null, signal: "SIGTERM" }, (child) => child.kill("SIGTERM")],
    ["SIGKILL", { ...CLEAN, code: null, signal: "SIGKILL" }, (child) => child.kill("SIGKILL")],
  ] as [string, unknown, (child: ChildProcess) => void][])(
    "ends by %s, and every peer sees it",
    async (_how, ending, finish) => {
      const child = start("pending.mjs");
      const ended = end(child);
      const ends = await peers(child, () => finish(child));
      expect(new Set(ends.filter((how) => how !== "end" && how !== "ECONNRESET"))).toEqual(new Set());
      expect(await ended).toEqual(ending);
    },
  );
});
