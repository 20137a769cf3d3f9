// Rule: words that mean "not finished", "not typed" or "not run" stand in no file.

import { execFileSync } from "node:child_process";
import { blank, lineAt, read } from "./source.mjs";

/** Where: every text file, or the code (not the comments) of TypeScript and JavaScript. */
const TEXT = /\.(?:[cm]?[jt]s|cc|h|c|json|gyp|txt|md|ya?ml|sh)$|^[^.]+$|^\.[\w./]+$/;
const CODE = /\.[cm]?[jt]s$/;

/** @type {{ word: RegExp, where: RegExp, mend: string }[]} */
const FORBIDDEN = [
  {
    word: /\b(?:TODO|FIXME|XXX|HACK)\b/g,
    where: TEXT,
    mend: "Finish it now, or describe the limit in a BUG: note.",
  },
  { word: /@ts-(?:ignore|nocheck)\b/g, where: TEXT, mend: "Repair the type." },
  { word: /\b(?:eslint|biome)-(?:disable|ignore)\b/g, where: TEXT, mend: "Repair what the linter found." },
  {
    word: /:\s*any\b|\bas any\b|<any\b|\bany\[\]/g,
    where: CODE,
    mend: "Say what it is; `unknown` when nothing is known.",
  },
  { word: /\b(?:it|test|describe)\.only\b/g, where: CODE, mend: "Let the other tests run, too." },
  {
    word: /\.skip\(|\b(?:it|test|describe)\.todo\b/g,
    where: CODE,
    mend: "Probe for the ability, print the reason, and use skipIf.",
  },
  {
    word: /registry\.npmjs\.org/g,
    where: TEXT,
    mend: "Addresses of registries belong to the user's configuration.",
  },
];

/** These must spell the words out. */
const EXEMPT = new Set(["scripts/rules/words.mjs", "test/house/words.test.ts"]);

/** @type {import("./source.mjs").Rule} */
export function words(root) {
  const files = trackedFiles(root).filter((path) => TEXT.test(path));
  if (files.length === 0)
    return ["words: git lists no text file here, so this rule guards nothing. Run it in a checkout."];
  return files.filter((path) => !EXEMPT.has(path)).flatMap((path) => wordsIn(path, read(root, path)));
}

/**
 * What is tracked or would be: a new file is checked before it is added.
 * @param {string} root
 */
function trackedFiles(root) {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const output = (/** @type {string[]} */ args) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
  const deleted = new Set(output(["ls-files", "--deleted"]).split("\n"));
  return output(list)
    .split("\n")
    .filter((path) => path !== "" && !deleted.has(path))
    .sort();
}

/**
 * @param {string} path
 * @param {string} text
 */
export function wordsIn(path, text) {
  return FORBIDDEN.filter(({ where }) => where.test(path)).flatMap(({ word, where, mend }) => {
    const searched = where === CODE ? blank(text) : text;
    return [...searched.matchAll(word)].map(({ index, 0: found }) => {
      return `words: ${path}:${lineAt(text, index)} says "${found.trim()}". ${mend}`;
    });
  });
}
