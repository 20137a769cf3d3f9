// The programs on the README's first screen, just as they are printed there; and the list of all the others.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { execute } from "../support/lab.js";
import { noPing, Running } from "./example.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

/** What is printed, by the name in its first line. */
const programs = new Map(
  [...readme.matchAll(/^```js\n\/\/ (\S+\.mjs)\n(.*?)^```$/gms)].map(([, name, code]) => [name, code]),
);

let dir: string;
const path = (name: string) => join(dir, name);
beforeAll(() => {
  // Inside of the package, so that its name leads to it.
  dir = mkdtempSync(join(root, "build/readme-"));
  for (const [name, code] of programs) writeFileSync(path(name), code);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it("shows listen, dial and ping on its first screen", () => {
  expect([...programs.keys()]).toEqual(["server.mjs", "client.mjs", "ping.mjs"]);
  const last = readme.slice(0, readme.indexOf("// ping.mjs")).split("\n").length;
  expect(last).toBeLessThan(65);
});

it("has a server that its client talks to", async () => {
  await using server = new Running(process.execPath, [path("server.mjs"), "127.0.0.1:0"]);
  const address = await server.address();
  for (let i = 0; i < 2; i++)
    expect(await execute(process.execPath, [path("client.mjs"), address])).toMatchObject({
      status: 0,
      stdout: `dialing tcp4 ${address}\nhello\n`,
    });
});

it.skipIf(noPing !== null)("has a ping that is answered", async () => {
  const { status, stdout } = await execute(process.execPath, [path("ping.mjs"), "127.0.0.1"]);
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(3);
  for (const [i, line] of lines.entries())
    expect(line).toMatch(new RegExp(`^127\\.0\\.0\\.1 seq=${i + 1} \\d+\\.\\d{3} ms$`));
  expect(status).toBe(0);
});

it("the path leads to every example, and to nothing that is not there", () => {
  const list = readFileSync(join(root, "examples/README.md"), "utf8");
  const linked = [...list.matchAll(/\]\(([^)]+\.mjs)\)/g)].map(([, file]) => file);
  const files = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" });
  expect(linked.toSorted()).toEqual(files.filter((file) => file.endsWith(".mjs")).toSorted());
  expect(new Set(linked).size).toBe(linked.length);
});
