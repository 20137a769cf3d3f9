// What npm packs is what its user gets: it has to work by itself, without the rest of this tree.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { tree } from "./tree.js";

interface Manifest {
  exports: Record<string, unknown>;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** As a clone is after `npm run build`, and what becomes of it in a project that depends on it. */
function installed(): { user: string; files: string[] } {
  const user = tree({ "package.json": "{}" });
  const clone = join(user, "clone");
  const parts = ["package.json", "README.md", "LICENSE", "binding.gyp", "dist", "native", "scripts"];
  for (const part of [...parts, "build/Release/rawconn.node"])
    cpSync(join(root, part), join(clone, part), { recursive: true });
  execFileSync(process.execPath, [join(clone, "scripts/prebuilt.mjs")]);
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json"], {
    cwd: clone,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename, files }] = JSON.parse(String(packed)) as [
    { filename: string; files: { path: string }[] },
  ];
  const modules = join(user, "node_modules");
  mkdirSync(join(modules, "rawconn"), { recursive: true });
  execFileSync("tar", ["xzf", join(clone, filename), "--strip-components=1"], {
    cwd: join(modules, "rawconn"),
  });
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  return { user, files: files.map(({ path }) => path) };
}

describe("the package", () => {
  it("is prepared with the addon in it", () => {
    expect(manifest.scripts["prepare"]).toBe("node scripts/build.mjs && node scripts/prebuilt.mjs");
  });

  it("works where it is installed: every entry point, both ways, and the program", () => {
    const { user, files } = installed();
    const run = (...args: string[]) =>
      execFileSync(process.execPath, args, {
        cwd: user,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] },
      });
    const entries = Object.keys(manifest.exports).map((path) => `rawconn${path.slice(1)}`);
    const code = entries.filter((name) => !name.endsWith(".json"));
    const imports = code.map((name) => `import ${JSON.stringify(name)};`).join("");
    expect(run("--input-type=module", "-e", `${imports}console.log("ok")`)).toBe("ok\n");
    const requires = entries.map((name) => `require(${JSON.stringify(name)});`).join("");
    expect(run("-e", `${requires}console.log("ok")`)).toBe("ok\n");
    expect(run("node_modules/rawconn/dist/esm/cli/main.js", "--version")).toMatch(/^rawconn \d/);
    // Nothing that nobody can reach: the program is an ES module.
    expect(files.filter((path) => /\.map$|^dist\/cjs\/cli\/|^(?:lib|test|build)\//.test(path))).toEqual([]);
  }, 60_000);
});
