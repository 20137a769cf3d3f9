import { describe, expect, it } from "vitest";
import { docs } from "../../scripts/rules/docs.mjs";
import { tree } from "./tree.js";

const manifest = JSON.stringify({
  exports: { ".": { import: { types: "./dist/esm/index.d.ts" } }, "./package.json": "./package.json" },
});

function complaints(files: Record<string, string>): string[] {
  const declarations = Object.entries(files).map(([path, text]) => [`dist/esm/${path}`, text]);
  return docs(tree({ "package.json": manifest, ...Object.fromEntries(declarations) }));
}

/** What the complaints are about. */
function symbols(files: Record<string, string>): (string | undefined)[] {
  return complaints(files).map((complaint) => /exports (\S+) without a docstring/.exec(complaint)?.[1]);
}

describe("docs", () => {
  it("says which symbol, where it comes from, and what to write", () => {
    const found = complaints({
      "index.d.ts": 'export { dial } from "./dial.js";\n',
      "dial.d.ts": "\nexport declare function dial(): void;\n",
    });
    expect(found).toEqual([
      "docs: lib/dial.ts (dist/esm/dial.d.ts:2) exports dial without a docstring. " +
        "Say what it does, its units and its errors in a /** comment */ above it.",
    ]);
  });

  it.each(["function f(): void", "class f {}", "abstract class f {}", "const f: number", "enum f {}"])(
    "asks it of a %s",
    (text) => {
      expect(symbols({ "index.d.ts": `export declare ${text};\n` })).toEqual(["f"]);
      expect(complaints({ "index.d.ts": `/** Says it. */\nexport declare ${text};\n` })).toEqual([]);
    },
  );

  it.each(["interface f {}", "type f = 1;"])("asks it of %s", (text) => {
    expect(symbols({ "index.d.ts": `export ${text}\n` })).toEqual(["f"]);
    expect(complaints({ "index.d.ts": `/** Says it. */\nexport ${text}\n` })).toEqual([]);
  });

  it.each(["// A note.", "/* A note. */", "/** Of another. */\nimport x from 'x';"])(
    "is not content with %s",
    (before) => {
      expect(symbols({ "index.d.ts": `${before}\nexport declare const f: 1;\n` })).toEqual(["f"]);
    },
  );

  it.each([
    ["a star", 'export * from "./a.js";', "export declare const f: 1;"],
    ["a list", 'export { f } from "./a.js";', "export declare const f: 1;"],
    ["a list with a new name", 'export { f as g } from "./a.js";', "export declare const f: 1;"],
    ["a type list", 'export type { f } from "./a.js";', "export interface f {}"],
    ["a type in a list", 'export { type f } from "./a.js";', "export interface f {}"],
    ["an import", 'import { f } from "./a.js";\nexport { f };', "export declare const f: 1;"],
    ["a list at the end", 'export * from "./a.js";', "declare const f: 1;\nexport { f };"],
    [
      "a star behind a list",
      'export { f } from "./b.js";',
      "export declare const f: 1;",
      'export * from "./a.js";',
    ],
    ["two files", 'export { f } from "./b.js";', "export declare const f: 1;"],
  ])("follows %s", (_, index, a, b = 'export { f } from "./a.js";') => {
    expect(symbols({ "index.d.ts": `${index}\n`, "a.d.ts": `${a}\n`, "b.d.ts": `${b}\n` })).toEqual(["f"]);
  });

  it("leaves alone what is not exported to the user", () => {
    const a = "/** Says it. */\nexport declare const f: 1;\nexport declare const hidden: 1;\n";
    expect(complaints({ "index.d.ts": 'export { f } from "./a.js";\n', "a.d.ts": a })).toEqual([]);
  });

  it("asks it of public methods and accessors, once for all overloads", () => {
    const index = `/** A connection. */
export declare class Conn extends Base {
    #private;
    private secret(): void;
    protected inner(): void;
    readonly addr: string;
    constructor(a: string);
    close(): void;
    get open(): boolean;
    static of<T extends { a: 1; }>(options: { n: number; }): Conn;
    /** Reads. */
    read(p: string): number;
    read(p: number): number;
    [Symbol.dispose](): void;
}
`;
    expect(symbols({ "index.d.ts": index })).toEqual(["Conn.close", "Conn.open", "Conn.of"]);
  });

  it.each([
    ["class Base", "extends"],
    ["interface Base", "implements"],
  ])("lets an override inherit the words of a %s", (base, word) => {
    const index = `import type { Base } from "./base.js";
/** A connection. */
export declare class Conn ${word} Base {
    get addr(): string;
    close(): void;
    silent(): void;
}
`;
    const above = `export declare ${base} {
    /** Where. */
    readonly addr: string;
    /** Ends it. */
    close(): void;
    silent(): void;
}
`;
    expect(symbols({ "index.d.ts": index, "base.d.ts": above })).toEqual(["Conn.silent"]);
  });

  it.each([
    ['export * from "./gone.js";', "dist/esm/gone.d.ts is missing"],
    [
      'export { f } from "./gone.js";',
      "the declaration of f, which dist/esm/gone.d.ts should have, was not found",
    ],
  ])("fails when %s leads nowhere", (statement, sentence) => {
    const index = `${statement}\n/** Says it. */\nexport declare const g: 1;\n`;
    expect(complaints({ "index.d.ts": index })).toEqual([expect.stringContaining(sentence)]);
  });

  it("fails when it guards nothing", () => {
    expect(complaints({ "index.d.ts": "export {};\n" })).toEqual([
      expect.stringContaining("this rule guards nothing"),
    ]);
  });
});
