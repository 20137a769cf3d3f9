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

/** @typedef {[go: string, ours: string | null, note: string]} Row the note is a test, or why there is nothing */
/** @typedef {{ title: string, entry: string, rows: Row[] }} Section */
/** @typedef {{ sections: Section[], differences: [what: string, why: string][] }} GoMap */

const INTRODUCTION = `# From Go

Written by \`node scripts/go-map.mjs\` from [go-map.json](go-map.json). Whoever knows Go can guess most names:

| Go | here |
|---|---|
| \`DialTCP\`, \`SetReadDeadline\`, \`MTU\` | leading capitals lowered: \`dialTCP\`, \`setReadDeadline\`, \`mtu\`; types keep theirs |
| a call that may block, \`(T, error)\` | \`Promise<T>\`, which rejects |
| a call that does not, \`error\` | synchronous, throws |
| \`nil\` for none | \`null\` |
| \`Read\` gives \`(n, io.EOF)\` | \`read(p)\` resolves \`n\`, and \`null\` at the end |
| several results \`(n, addr, err)\` | one object with Go's names: \`{ n, addr }\` |
| a result *and* an error | the error carries the result: \`error.n\` |
| \`context.Context\`, \`Dialer.Cancel\` | \`{ signal }\` in the last argument |
| \`time.Duration\` | milliseconds |
| \`time.Time\` | \`Date\`, milliseconds since 1970, or \`null\` for none |
| \`LocalAddr()\`, \`Addr()\`, \`Network()\` | properties without a call |
| \`String()\`, \`Error()\`, \`Unwrap()\` | \`toString()\`, \`message\`, \`cause\` |
| \`errors.Is(err, net.ErrClosed)\` | \`error.code === "ERR_CLOSED"\`, \`isClosed(error)\` |
`;

/** @param {Section} section */
function table({ title, entry, rows }) {
  const lines = rows.map(([go, ours, note]) =>
    ours === null ? `| \`${go}\` | none | ${note} |` : `| \`${go}\` | \`${ours}\` | \`${note}\` |`,
  );
  return [
    `## ${title}`,
    "",
    `From \`${entry}\`.`,
    "",
    "| Go | here | pinned by |",
    "|---|---|---|",
    ...lines,
    "",
  ];
}

/**
 * The whole page.
 * @param {GoMap} map
 */
export function page({ sections, differences }) {
  return [
    INTRODUCTION,
    ...sections.flatMap(table),
    "## What differs on purpose",
    "",
    "| what | why |",
    "|---|---|",
    ...differences.map(([what, why]) => `| ${what} | ${why} |`),
    "",
  ].join("\n");
}

/** @returns {GoMap} */
export function readMap() {
  return JSON.parse(readFileSync(join(root, SOURCE), "utf8"));
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, OUTPUT), page(readMap()));
