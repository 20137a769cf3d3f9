// What every rule needs: the files of a tree, and a source text with its comments (and strings) blanked out.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * A rule: reads the tree under `root` and returns its complaints, each a sentence with the place and the mend.
 * @typedef {(root: string) => string[]} Rule
 */

/** Folders of output, which no rule speaks of. */
const OUTPUT = new Set(["node_modules", "build", "dist", "results"]);

/**
 * The files under a folder whose names end as asked, relative to the root, sorted; none when there is no such folder.
 * @param {string} root
 * @param {string} folder
 * @param {RegExp} ending
 * @returns {string[]}
 */
export function filesIn(root, folder, ending) {
  const names = statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(join(root, folder), { withFileTypes: true })
    : [];
  return names
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return OUTPUT.has(entry.name) ? [] : filesIn(root, path, ending);
      return ending.test(entry.name) ? [path] : [];
    })
    .sort();
}

/**
 * @param {string} root
 * @param {string} path
 */
export function read(root, path) {
  return readFileSync(join(root, path), "utf8");
}

/**
 * The number of the line that holds a character.
 * @param {string} text
 * @param {number} index
 */
export function lineAt(text, index) {
  return text.slice(0, index).split("\n").length;
}

const COMMENT = String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`;
const QUOTED = String.raw`"(?:\\.|[^"\\\n])*"|(?<![\w])'(?:\\.|[^'\\\n])*'`;
// One level of `${ }` with braces inside is as deep as templates here go.
const TEMPLATE = "`(?:\\\\.|\\$\\{(?:[^{}`]|\\{[^{}]*\\}|`[^`]*`)*\\}|[^`\\\\])*`";
// A slash starts a regular expression where a value may start: after an operator, an opening bracket or `return`.
const REGEXP = String.raw`(?<=(?:[=(,:;!&|?{}\[>]|\breturn|^)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`;
const TOKENS = new RegExp([COMMENT, QUOTED, TEMPLATE, REGEXP].join("|"), "gm");

/**
 * The text with comments, and unless told otherwise strings, replaced by spaces: every place keeps its line and column.
 * Good enough for TypeScript, JavaScript and C++ as this project writes them; it is no parser.
 * @param {string} text
 * @param {{ strings?: boolean }} [options] `strings: false` leaves strings as they are
 */
export function blank(text, { strings = true } = {}) {
  return text.replace(TOKENS, (token) => {
    const isComment = token.startsWith("//") || token.startsWith("/*");
    return isComment || strings ? token.replace(/[^\n]/g, " ") : token;
  });
}
