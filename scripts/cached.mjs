// Packages that are no dependencies, for work that few people do: installed once, into a cache folder outside the tree.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { run, say } from "./run.mjs";

/**
 * The folder that has these packages in its node_modules.
 * @param {string} label names the folder
 * @param {Record<string, string>} packages name and version of each
 */
export function cached(label, packages) {
  const folder = join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), label);
  const wanted = Object.entries(packages);
  const isThere = (/** @type {[name: string, version: string]} */ [name, version]) => {
    const manifest = join(folder, "node_modules", name, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
  };
  if (wanted.every(isThere)) return folder;
  say(`installing ${Object.keys(packages).join(", ")} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  const names = wanted.map(([name, version]) => `${name}@${version}`);
  const flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...flags, "--prefix", folder, ...names]);
  return folder;
}
