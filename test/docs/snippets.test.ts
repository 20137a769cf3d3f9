// The programs in docs/: they have the right types, end by themselves, and print what they say.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute } from "../support/lab.js";
import { pages, root, type Snippet, snippetsOf, textOf } from "./pages.js";

const guides = pages()
  .filter((page) => page.startsWith("docs/"))
  .map((page) => ({ page, snippets: snippetsOf(textOf(page)) }));

// Within the project, so that they find it by its name; where git does not look.
let folder: string;
const fileOf = (page: string, index: number): string => `${page.replace(/\W/g, "-")}-${index}.mts`;

beforeAll(() => {
  mkdirSync(join(root, "build"), { recursive: true });
  folder = mkdtempSync(join(root, "build/snippets-"));
  for (const { page, snippets } of guides)
    for (const [i, { code }] of snippets.entries())
      writeFileSync(join(folder, fileOf(page, i)), `export {};\n${code}`);
  const compilerOptions = {
    target: "es2022", // the newest without `using`, which Node.js 20 does not know
    lib: ["es2023", "esnext.disposable"],
    declaration: false,
    noEmitOnError: false, // a mistake in one is told once, not by all the others
    noUnusedLocals: false, // a program may hold a connection for its end alone
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
    rootDir: ".",
    outDir: "out",
    types: ["node"],
  };
  const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.mts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the programs in docs/", () => {
  it("have the right types", async () => {
    const { stdout } = await execute(join(root, "node_modules/.bin/tsc"), ["-p", folder]);
    expect(stdout).toBe("");
  });

  const all = guides.flatMap(({ page, snippets }) =>
    snippets.map((snippet, i) => ({ page, i, name: `${page}: ${snippet.heading}`, ...snippet })),
  );

  it.each(all.filter(({ notRun }) => notRun === null))("$name", async ({ page, i, prints }) => {
    const file = join(folder, "out", fileOf(page, i).replace(/\.mts$/, ".mjs"));
    const { status, stdout, stderr } = await execute(process.execPath, [file]);
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, -1)).toEqual(prints);
    expect(status).toBe(0);
  });

  it("are run, but for a few", () => {
    const left = all.filter(({ notRun }) => notRun !== null);
    for (const { name, notRun } of left) console.log(`not run: ${name}: ${notRun}`);
    expect(all.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(6);
  });

  it("are read as they stand", () => {
    const block = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`;
    const text = `## A\n${block("a; // -> 1")}text\n${block("b;")}\n<!-- not run: why -->\n\n${block("c;")}
<!-- fragment: why -->\n${block("d;")}`;
    const expected: Snippet[] = [
      { heading: "A", code: "a; // -> 1\nb;\n", prints: ["1"], notRun: null },
      { heading: "A", code: "c;\n", prints: [], notRun: "why" },
    ];
    expect(snippetsOf(text)).toEqual(expected);
  });
});
