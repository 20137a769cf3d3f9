import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { words, wordsIn } from "../../scripts/rules/words.mjs";
import { tree } from "./tree.js";

describe("wordsIn", () => {
  it.each([
    ["docs/guide.md", "TODO", "Finish it now"],
    ["native/io.cc", "// FIXME", "Finish it now"],
    ["lib/a.ts", "// @ts-ignore", "Repair the type"],
    ["lib/a.ts", "let a: any;", "Say what it is"],
    ["lib/a.cts", "b(a as any)", "Say what it is"],
    ["lib/a.ts", "new Map<any, string>()", "Say what it is"],
    ["lib/a.ts", "a: string | any[]", "Say what it is"],
    ["test/a.test.ts", 'it.only("x")', "Let the other tests run"],
    ["test/a.test.ts", 'describe.only("x")', "Let the other tests run"],
    ["test/a.test.ts", 'it.skip("x")', "Probe for the ability"],
    ["test/a.test.ts", 'it.todo("x")', "Probe for the ability"],
    ["package-lock.json", '"https://registry.npmjs.org/x"', "Addresses of registries"],
  ])("forbids in %s: %s", (path, text, mend) => {
    const found = wordsIn(path, `\n${text}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(`words: ${path}:2 says "`);
    expect(found[0]).toMatch(mend);
  });

  it.each([
    ["lib/a.ts", "// returns: any number of bytes"],
    ["lib/a.ts", 'const s = "note: any";'],
    ["docs/guide.md", "note: any number"],
    ["test/a.test.ts", 'it.skipIf(no)("x")'],
    ["lib/a.ts", "const company: string = many;"],
  ])("allows in %s: %s", (path, text) => {
    expect(wordsIn(path, text)).toEqual([]);
  });
});

describe("words", () => {
  /** A checkout with the files, of which `kept.ts` alone is added. */
  function checkout(files: Record<string, string>): string {
    const root = tree({ "kept.ts": "", ...files });
    const git = (...args: string[]) => execFileSync("git", args, { cwd: root });
    git("init", "-q");
    git("add", "kept.ts");
    return root;
  }

  it("reads tracked files and new ones, not ignored ones", () => {
    const root = checkout({
      "kept.ts": "// TODO",
      "new.ts": "// TODO",
      "old.ts": "// TODO",
      ".gitignore": "old.ts\n",
    });
    expect(words(root)).toEqual([
      expect.stringContaining("words: kept.ts:1"),
      expect.stringContaining("words: new.ts:1"),
    ]);
  });

  it("fails when it guards nothing", () => {
    const root = tree({});
    execFileSync("git", ["init", "-q"], { cwd: root });
    expect(words(root)).toEqual([expect.stringContaining("this rule guards nothing")]);
  });
});
