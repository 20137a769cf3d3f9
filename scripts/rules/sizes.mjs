// Rule: files and functions stay small. These are alarms, not goals: a reason written in exceptions.json silences one.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { blank, filesIn, lineAt, read } from "./source.mjs";

/** Lines a file may have, by kind. */
const LIMITS = [
  { folder: "lib", ending: /\.c?ts$/, lines: 400 },
  { folder: "test", ending: /\.ts$/, lines: 400 },
  { folder: "scripts", ending: /\.mjs$/, lines: 400 },
  { folder: "bench", ending: /\.(?:mjs|c)$/, lines: 400 },
  { folder: "native", ending: /\.(?:cc|h)$/, lines: 250 },
];
const FUNCTION_LINES = 80;
const NATIVE_LINES = 2000;
const NATIVE_TOTAL = "native/";
const EXCEPTIONS = "scripts/rules/exceptions.json";

/** Something too large. `key` is how exceptions.json calls it. @typedef {{ key: string, complaint: string }} Excess */

/** @type {import("./source.mjs").Rule} */
export function sizes(root) {
  const empty = LIMITS.filter(({ folder, ending }) => filesIn(root, folder, ending).length === 0);
  const excesses = LIMITS.flatMap(({ folder, ending, lines }) => {
    return filesIn(root, folder, ending).flatMap((path) => excessesOf(path, read(root, path), lines));
  });
  excesses.push(...nativeExcess(root));

  const excused = exceptions(root);
  const keys = new Set(excesses.map(({ key }) => key));
  return [
    ...empty.map(
      ({ folder }) =>
        `sizes: no source file was found in ${folder}/, so this rule guards nothing there. Mend its pattern.`,
    ),
    ...excesses.filter(({ key }) => !Object.hasOwn(excused, key)).map(({ complaint }) => complaint),
    ...Object.keys(excused)
      .filter((key) => !keys.has(key))
      .map(needless),
  ];
}

/**
 * @param {string} path
 * @param {string} text
 * @param {number} limit
 * @returns {Excess[]}
 */
function excessesOf(path, text, limit) {
  const lines = countLines(text);
  const long = functionsOf(text).filter((found) => found.lines > FUNCTION_LINES);
  const excesses = long.map(({ name, line, lines: length }) => ({
    key: `${path}#${name}`,
    complaint:
      `sizes: ${path}:${line} ${name} has ${length} lines; a function has at most ${FUNCTION_LINES}. ` +
      `Split it, or give the reason as "${path}#${name}" in ${EXCEPTIONS}.`,
  }));
  if (lines <= limit) return excesses;
  const complaint =
    `sizes: ${path}:${lines} is the last line; a file of its kind has at most ${limit}. ` +
    `Split it, or give the reason as "${path}" in ${EXCEPTIONS}.`;
  return [...excesses, { key: path, complaint }];
}

/**
 * @param {string} root
 * @returns {Excess[]}
 */
function nativeExcess(root) {
  const paths = filesIn(root, "native", /\.(?:cc|h)$/);
  const total = paths.reduce((sum, path) => sum + countLines(read(root, path)), 0);
  if (total <= NATIVE_LINES) return [];
  const complaint =
    `sizes: the ${paths.length} files of native/ have ${total} lines together; the limit is ${NATIVE_LINES}. ` +
    `Move policy up into TypeScript, or give the reason as "${NATIVE_TOTAL}" in ${EXCEPTIONS}.`;
  return [{ key: NATIVE_TOTAL, complaint }];
}

/**
 * @param {string} root
 * @returns {Record<string, string>}
 */
function exceptions(root) {
  return existsSync(join(root, EXCEPTIONS)) ? JSON.parse(read(root, EXCEPTIONS)) : {};
}

/** @param {string} key */
function needless(key) {
  return `sizes: ${EXCEPTIONS} excuses "${key}", which needs no excuse any more. Remove the entry.`;
}

/** @param {string} text */
function countLines(text) {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** Words that open a block and look like a function's head. A suite of tests is a list, not a function. */
const NOT_A_FUNCTION =
  /^\s*(?:if|else|for|while|switch|case|default|catch|do|try|namespace|class|struct|union|enum|extern|describe)\b/;

/** Parameters in parentheses and what may stand after them: qualifiers, a return type, member initializers; or an arrow. */
const FUNCTION_HEAD = /\)\s*(?:const|noexcept|override|mutable|\s)*(?:(?::|->)[^=]*)?$|=>\s*$/;

/** @typedef {{ head: string, start: number, line: number }} Block */

/**
 * The functions, methods and arrow functions of a text, nested ones too: found by matching braces, and by what stands
 * before the opening one, its head.
 * @param {string} text
 * @returns {{ name: string, line: number, lines: number }[]}
 */
export function functionsOf(text) {
  const code = blank(text);
  /** @type {Block[]} */
  const open = [];
  const found = [];
  let start = 0;
  for (const { index, 0: mark } of code.matchAll(/[{};]/g)) {
    const head = code.slice(start, index);
    if (mark === "{") open.push({ head, start, line: lineAt(code, index - head.trimStart().length) });
    const block = mark === "}" ? open.pop() : undefined;
    if (block && isFunction(block.head)) {
      found.push({ name: nameOf(block.head), line: block.line, lines: lineAt(code, index) - block.line + 1 });
    }
    start = block && isUnfinished(block.head) ? block.start : index + 1;
  }
  return found;
}

/** @param {string} head */
function isFunction(head) {
  return !NOT_A_FUNCTION.test(head) && FUNCTION_HEAD.test(head);
}

/**
 * The block was part of a head that goes on after it: `f({ a, b }) {`, `f(): { n: number } {`.
 * @param {string} head
 */
function isUnfinished(head) {
  return /[:|&<=,]\s*$/.test(head) || head.split("(").length > head.split(")").length;
}

/** @param {string} head */
function nameOf(head) {
  const match =
    /\bfunction\*?\s+([\w$]+)|\b(?:const|let)\s+([\w$]+)\s*[:=]/.exec(head) ??
    /([\w$#~:]+)\s*(?:<[^()]*>)?\s*\(/.exec(head);
  return match?.[1] ?? match?.[2] ?? "a function";
}
