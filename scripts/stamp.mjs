// Is an output older than its inputs? Answered by content, not by time: a checkout, a copy or a `touch` changes times only.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { root } from "./run.mjs";

/**
 * A hash over the names and contents of files; folders are taken whole.
 * @param {string[]} paths relative to the project's root
 */
export function fingerprint(paths) {
  const hash = createHash("sha256").update(`${platform} ${arch}\0`);
  for (const path of paths.flatMap(filesUnder)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

/**
 * The files under a path, sorted, relative to the root.
 * @param {string} path
 * @returns {string[]}
 */
export function filesUnder(path) {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  const names = readdirSync(join(root, path)).sort();
  return names.flatMap((name) => filesUnder(`${path}/${name}`));
}

/**
 * A stamp lies inside the folder it speaks of, so that removing the folder removes the stamp.
 * @param {string} folder
 */
export function stampOf(folder) {
  const path = join(root, folder, "inputs.sha256");
  return {
    /** @param {string} print */
    matches: (print) => existsSync(path) && readFileSync(path, "utf8") === print,
    /** @param {string} print */
    write: (print) => writeFileSync(path, print),
    clear: () => rmSync(path, { force: true }),
  };
}
