// Writes the pages of commands in docs/ from what the commands say of themselves.
//
//     node scripts/pages.mjs         after a build

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "./run.mjs";

/** The commands whose pages are written, and the modules that have them. */
export const PAGES = {
  ping: "ping-page",
  sweep: "sweep-options",
  ifaces: "ifaces",
  completion: "completion",
};

/**
 * The page of a command, as it should be.
 * @param {keyof typeof PAGES} name
 * @returns {Promise<string>}
 */
export async function pageOf(name) {
  /** @param {string} file */
  const load = (file) => import(pathToFileURL(join(root, "dist/esm/cli", `${file}.js`)).href);
  const [{ markdownOf }, { page }] = await Promise.all([load("page"), load(PAGES[name])]);
  return markdownOf(page);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of /** @type {(keyof typeof PAGES)[]} */ (Object.keys(PAGES)))
    writeFileSync(join(root, `docs/${name}.md`), await pageOf(name));
}
