// The table of README.md is true.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("./", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

/** The rows: number of the case, file under test/, name of a test or a group. */
const rows = read("README.md")
  .split("\n")
  .flatMap((line) => {
    const [, number, , file, name] = line.split("|").map((cell) => cell.trim());
    return /^\d+$/.test(number ?? "") ? [[Number(number), file, name] as const] : [];
  });

describe("the table of faults", () => {
  it.each(rows)("case %i: %s has %s", (_number, file, name) => {
    expect(read(`../${file}`)).toContain(`"${name}"`);
  });

  it("has every case, in order", () => {
    const numbers = rows.map(([number]) => number);
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it("has every file of this folder", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts") && file !== "cases.test.ts");
    const named = new Set(rows.map(([, file]) => file));
    expect(files.filter((file) => !named.has(`faults/${file}`))).toEqual([]);
  });
});
