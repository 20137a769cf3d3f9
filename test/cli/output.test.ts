import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { main } from "./cli.js";

/** Runs `rawconn ...` with both streams as given; what it says on those that are pipes. */
async function rawconn(args: string[], stdout: "pipe" | "gone" | number, stderr: "pipe" | "gone") {
  const stdio = ["ignore", stdout === "gone" ? "pipe" : stdout, "pipe"] as const;
  const child = spawn(process.execPath, [main, ...args], { stdio: [...stdio] });
  // Long before it can have said anything.
  if (stdout === "gone") child.stdout!.destroy();
  if (stderr === "gone") child.stderr!.destroy();
  const said = stderr === "gone" ? Promise.resolve("") : text(child.stderr!);
  const [status, signal] = (await once(child, "exit")) as [number | null, string | null];
  return { status, signal, stderr: await said };
}

describe("rawconn, when nobody reads what it says", () => {
  it.each([
    [["--help"]],
    [["--version"]],
    [["ping", "--help"]],
    [["sweep", "--help"]],
    [["trace", "--help"]],
    [["completion", "zsh"]],
  ])("ends quietly: %j", async (args) => {
    expect(await rawconn(args, "gone", "pipe")).toEqual({ status: 0, signal: null, stderr: "" });
  });

  // Whether it complained or not, the status says how it went.
  it.each([
    [["nonsense"], 2],
    [["ping", "-Z"], 2],
    [["sweep", "-Z"], 3],
    [["sweep", "-s", "127.0.0.1"], 0],
    [["sweep", "-q", "-c", "2", "-p", "1", "127.0.0.1"], 0],
    [["ping", "-v", "-c", "1", "127.0.0.1"], 0],
  ])("goes on although its complaints are not read: %j", async (args, status) => {
    const toNowhere = openSync("/dev/null", "w");
    expect(await rawconn(args, toNowhere, "gone")).toMatchObject({ status, signal: null });
    closeSync(toNowhere);
  });
});

describe("rawconn, when there is no room for what it says", () => {
  it.each([
    [["--help"], 2],
    [["ping", "-c", "1", "127.0.0.1"], 2],
    [["ping", "-j", "-c", "1", "127.0.0.1"], 2],
    [["sweep", "-j", "127.0.0.1"], 4],
    [["sweep", "--help"], 4],
    [["trace", "-n", "127.0.0.1"], 2],
    [["trace", "-n", "--mtr", "-c", "1", "127.0.0.1"], 2],
    [["ifaces"], 2],
  ])("says so, and fails: %j", async (args, status) => {
    const full = openSync("/dev/full", "w");
    const result = await rawconn(args, full, "pipe");
    closeSync(full);
    expect(result).toMatchObject({ status, signal: null });
    expect(result.stderr).toBe(`rawconn ${args[0]}: ENOSPC: no space left on device, write\n`);
  });
});
