// What is said on import where the native part cannot be loaded.

import { spawnSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { tree } from "../house/tree.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs code, then the loader, out of a folder that has nothing but these files, and `node-gyp-build`. */
function load(files: Record<string, string>, code = ""): string {
  const folder = tree(files);
  const loader = "dist/cjs/internal/load.cjs";
  cpSync(join(root, loader), join(folder, loader));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const script = `${code}; try { require("./${loader}") } catch (error) { console.log(error.code, error.message) }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.replaceAll(folder, "FOLDER");
}

it("tells how to build what was not built", () => {
  expect(load({ "binding.gyp": "" })).toMatch(
    /^ERR_UNSUPPORTED_PLATFORM rawconn: no binary for \S+ with Node \S+ was found under FOLDER\. Build one with `npx node-gyp rebuild` /,
  );
});

it("tells why what there is cannot be loaded", () => {
  expect(load({ "binding.gyp": "", "build/Release/x.node": "no ELF" })).toMatch(
    /^ERR_UNSUPPORTED_PLATFORM rawconn: the binary .*FOLDER\/build\/Release\/x\.node: .*`npx node-gyp rebuild` in FOLDER,/,
  );
});

it("tells a bundle to leave the package out, and nobody to build in its folder", () => {
  const text = load({});
  expect(text).toMatch(/^ERR_UNSUPPORTED_PLATFORM .*FOLDER\/dist.* bundler .*`--external:rawconn`/);
  expect(text).not.toContain("node-gyp");
});

it.each([
  [
    "Windows",
    'Object.defineProperty(process, "platform", { value: "win32" })',
    /Windows is not supported.* WSL 2/,
  ],
  [
    "Bun",
    'Object.defineProperty(process.versions, "bun", { value: "1" })',
    /bun does not offer .* Node\.js 20/,
  ],
])("does not try %s", (_, code, sentence) => {
  expect(load({ "binding.gyp": "" }, code)).toMatch(sentence);
});
