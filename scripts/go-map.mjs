// Writes docs/go-map.md from docs/go-map.json, which has a row for each of Go's symbols.
//
//     node scripts/go-map.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

export const SOURCE = "docs/go-map.json";
export const OUTPUT = "docs/go-map.md";

/** What a row says instead of a test as long as there is none, or nothing to test. */
export const PENDING = "pending: ";

/**
 * A symbol of Go. `ours` is its counterpart, with `()` where it is called; null when there is none, and then the third
 * cell says why. Otherwise that is the test that pins it: `tcp/dial` is test/tcp/dial.test.ts. A note may follow, and
 * must where the name is not what the rules make of Go's.
 * @typedef {[go: string, ours: string | null, test: string, note?: string]} Row
 */
/** Rows, and the entry point that has what they name. @typedef {{ title: string, entry: string, rows: Row[] }} Section */
/** Where we do otherwise than Go, why, and the test. @typedef {[what: string, why: string, test: string]} Difference */
/** @typedef {{ rules: [go: string, here: string][], sections: Section[], differences: Difference[] }} GoMap */

/**
 * The file that the map calls `tcp/dial`.
 * @param {string} test
 */
export const testFile = (test) => `test/${test}.test.ts`;

/** @param {string} test */
const link = (test) => (test.startsWith(PENDING) ? test : `[${test}](../${testFile(test)})`);

/** @param {Row} row */
function line([go, ours, test, note]) {
  if (ours === null) return [`\`${go}\``, "none", test];
  return [`\`${go}\``, note === undefined ? `\`${ours}\`` : `\`${ours}\`: ${note}`, link(test)];
}

/**
 * @param {string[]} head
 * @param {string[][]} lines
 */
function table(head, lines) {
  const rows = [head, head.map(() => "---"), ...lines];
  return rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/**
 * The whole page.
 * @param {GoMap} map
 */
export function page({ rules, sections, differences }) {
  return [
    "# From Go\n",
    `Written by \`node scripts/go-map.mjs\` from [go-map.json](go-map.json); a test holds both against the library.\n`,
    "Whoever knows Go can guess most names, and Go's documentation serves as ours:\n",
    table(["Go", "here"], rules),
    "A row whose name does not follow from these rules says why. Methods that Go promotes from an embedded type are",
    "inherited here, and have rows of their own, as in Go's documentation.\n",
    ...sections.flatMap(({ title, entry, rows }) => [
      `## ${title}\n`,
      `From \`${entry}\`.\n`,
      table(["Go", "here", "pinned by, or why not"], rows.map(line)),
    ]),
    "## What differs on purpose\n",
    table(
      ["what", "why", "pinned by"],
      differences.map(([what, why, test]) => [what, why, link(test)]),
    ).trimEnd(),
    "",
  ].join("\n");
}

/** @returns {GoMap} */
export function readMap() {
  return JSON.parse(readFileSync(join(root, SOURCE), "utf8"));
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, OUTPUT), page(readMap()));
