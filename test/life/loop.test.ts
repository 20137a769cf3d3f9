// The event loop stays alive while an operation waits that is to keep it, and not for one moment longer.

import { dial } from "rawconn";
import { describe, expect, it } from "vitest";
import { CLEAN, end, message, run, start } from "./child.js";

const listed = JSON.parse((await run("loop.mjs")).stdout) as string[];
const keeping = listed.filter((name) => name.startsWith("+ "));
const letting = listed.filter((name) => !name.startsWith("+ "));

describe("the process ends by itself despite", () => {
  it.each(letting)("%s", async (name) => {
    expect(await run("loop.mjs", [name])).toEqual(CLEAN);
  });
});

describe("the process stays for", () => {
  it.each(keeping.filter((name) => name.includes("deadline")))("%s", async (name) => {
    expect(await run("loop.mjs", [name])).toEqual({ ...CLEAN, stdout: "ERR_DEADLINE\n" });
  });

  it.each(keeping.filter((name) => !name.includes("deadline")))("%s", async (name) => {
    const child = start("loop.mjs", [name]);
    const ended = end(child);
    let over = false;
    void ended.then(() => (over = true));
    const address = `127.0.0.1:${await message<number>(child)}`;
    const first = await dial("tcp", address);
    // A child that needs but one may be gone before it takes, or even answers, another.
    const second = await dial("tcp", address).catch(() => null);
    const { stdout, ...rest } = await ended;
    expect({ ...rest, stdout }).toEqual({ ...CLEAN, stdout: "accepted\n" });
    expect(over).toBe(true);
    first.close();
    second?.close();
  });
});
