// docs/go-map.md: what it says is there, the tests it names know of it, and none of Go's symbols is forgotten.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as rawconn from "rawconn";
import * as netip from "rawconn/netip";
import * as syscall from "rawconn/syscall";
import { OUTPUT, page, readMap, type Row } from "../../scripts/go-map.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { sections, differences } = readMap();
const rows = sections.flatMap(({ entry, rows: all }) => all.map((row) => ({ entry, row })));
const present = rows.filter(({ row: [, ours] }) => ours !== null);
const values = new Map<string, Record<string, unknown>>([
  ["rawconn", rawconn],
  ["rawconn/netip", netip],
  ["rawconn/syscall", { ...rawconn, ...syscall }],
]);

/** All declarations: types are gone when tests run. */
const declarations = readdirSync(join(root, "dist/esm"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".d.ts"))
  .map((name) => readFileSync(join(root, "dist/esm", name), "utf8"))
  .join("\n");

function isDeclared(type: string, member: string): boolean {
  const head = new RegExp(`(?:class|interface) ${type}\\b([^{]*)\\{([\\s\\S]*?)\\n\\}`).exec(declarations);
  if (head === null) return false;
  const [, heritage, body] = head;
  if (new RegExp(`^\\s+(?:\\w+ )*${member}\\??[(:<]`, "m").test(body)) return true;
  const bases = /\b(?:extends|implements) ([\w$, <>.]+)/.exec(heritage)?.[1] ?? "";
  return [...bases.matchAll(/[A-Z]\w+/g)].some(([base]) => base !== type && isDeclared(base, member));
}

function exists(entry: string, ours: string): boolean {
  const [name, member] = ours.split(".");
  const value = values.get(entry)![name];
  if (member === undefined)
    return value !== undefined || new RegExp(`(?:interface|type) ${name}\\b`).test(declarations);
  const prototype = typeof value === "function" ? (value.prototype as object | undefined) : undefined;
  if (typeof value === "function" && (member in value || (prototype !== undefined && member in prototype)))
    return true;
  // An error's own: where the type says nothing, Error does.
  if (member === "message" || member === "cause") return prototype instanceof Error;
  return isDeclared(name, member);
}

const nameOf = (row: Row) => row[0];

describe("the map from Go", () => {
  it("is what its script writes", () => {
    expect(readFileSync(join(root, OUTPUT), "utf8")).toBe(page({ sections, differences }));
  });

  it("has each symbol once, and no empty cell", () => {
    const names = rows.map(({ row }) => nameOf(row));
    expect(names.length).toBeGreaterThan(400);
    expect(new Set(names).size).toBe(names.length);
    for (const { row } of rows) for (const cell of row) if (cell !== null) expect(cell.trim()).not.toBe("");
    for (const [what, why] of differences) expect(Math.min(what.length, why.length)).toBeGreaterThan(10);
  });

  it("speaks of what is there", () => {
    const missing = present.filter(({ entry, row }) => !exists(entry, row[1]!));
    expect(missing.map(({ row }) => row)).toEqual([]);
  });

  it("names tests that know of it", () => {
    const texts = new Map<string, string>();
    const unknown = present.filter(({ row: [, ours, test] }) => {
      if (!existsSync(join(root, test))) return true;
      if (!texts.has(test)) texts.set(test, readFileSync(join(root, test), "utf8"));
      return !new RegExp(`\\b${ours!.split(".").at(-1)}\\b`).test(texts.get(test)!);
    });
    expect(unknown.map(({ row }) => row)).toEqual([]);
  });

  it("would notice a name that is not there", () => {
    expect(exists("rawconn", "TCPConn.setNoDelays")).toBe(false);
    expect(exists("rawconn", "dialTCPs")).toBe(false);
    expect(exists("rawconn", "TCPAddr.ipp")).toBe(false);
  });
});

const surface = new URL("../../../shared/SURFACE.md", import.meta.url);

describe.skipIf(!existsSync(surface))("Go's own list", () => {
  it("has nothing that the map leaves out, in the sections that it has", () => {
    const ours = new Set(rows.map(({ row }) => nameOf(row)));
    const wanted = new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]);
    let section = 0;
    const forgotten: string[] = [];
    for (const line of readFileSync(surface, "utf8").split("\n")) {
      section = Number(/^# (\d+)\. /.exec(line)?.[1] ?? section);
      const symbol = /^\| ☐ \| `([^`]+)` \|/.exec(line)?.[1];
      if (symbol !== undefined && wanted.has(section) && !ours.has(symbol)) forgotten.push(symbol);
    }
    expect(forgotten).toEqual([]);
  });
});
