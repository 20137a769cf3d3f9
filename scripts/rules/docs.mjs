// Rule: whatever a user can import has a docstring, and so has every public method of a class.
//
// Reads the emitted declarations: there the public surface is spelled out, and the compiler has kept the comments.

import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { blank, lineAt, read } from "./source.mjs";

/**
 * @typedef {{ file: string, text: string, code: string }} Source the declarations of one file; `code` is without comments
 * @typedef {{ source: Source, name: string, at: number }} Declaration
 */

/** @type {import("./source.mjs").Rule} */
export function docs(root) {
  const entries = entryPoints(JSON.parse(read(root, "package.json")));
  const found = new Surface(root);
  const complaints = entries.flatMap((entry) => found.everything(entry));
  if (found.symbols.size === 0) {
    return [
      `docs: ${entries.join(", ") || "package.json"} exports nothing, so this rule guards nothing. Build first (npm run build).`,
    ];
  }
  return [...new Set([...complaints, ...found.symbols.values()].flat())];
}

/**
 * The declaration files of the package's entry points.
 * @param {{ exports: Record<string, string | { import: { types: string } }> }} manifest
 */
function entryPoints({ exports }) {
  return Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [posix.normalize(entry.import.types)],
  );
}

const STAR = /\bexport\s*\*\s*(?:as\s+\w+\s*)?from\s*"([^"]+)"/g;

/** Follows exports from file to file, and remembers for every symbol what is missing. */
class Surface {
  /** @param {string} root */
  constructor(root) {
    this.root = root;
    /** @type {Map<string, string[]>} */
    this.symbols = new Map();
    /** @type {Map<string, Source>} */
    this.sources = new Map();
  }

  /**
   * Everything that a file exports.
   * @param {string} file
   * @returns {string[]}
   */
  everything(file) {
    if (!existsSync(join(this.root, file)))
      return [`docs: ${file} is missing, though an export leads to it. Build first (npm run build).`];
    const { code } = this.source(file);
    const complaints = [];
    for (const [, from] of code.matchAll(STAR)) {
      complaints.push(...this.everything(target(file, from)));
    }
    for (const [, names, from] of code.matchAll(
      /\bexport\s*(?:type\s*)?\{([^}]*)\}(?:\s*from\s*"([^"]+)")?/g,
    )) {
      for (const name of originals(names))
        complaints.push(...this.symbol(from ? target(file, from) : file, name));
    }
    for (const [, name] of code.matchAll(DECLARED)) complaints.push(...this.symbol(file, name));
    return complaints;
  }

  /**
   * One symbol that a file declares, or passes on from another.
   * @param {string} file
   * @param {string} name
   * @returns {string[]} complaints about the way there; those about the symbol itself are kept in `symbols`
   */
  symbol(file, name) {
    const found = this.locate(file, name);
    if (!found)
      return [
        `docs: the declaration of ${name}, which ${file} should have, was not found. Build first (npm run build).`,
      ];
    this.symbols.set(`${found.source.file} ${name}`, this.missing(found));
    return [];
  }

  /**
   * The declaration that a name in a file stands for.
   * @param {string} file
   * @param {string} name
   * @returns {Declaration | null}
   */
  locate(file, name) {
    if (!existsSync(join(this.root, file))) return null;
    const source = this.source(file);
    const at = source.code.search(new RegExp(String.raw`^(?:export\s+)?${KEYWORD}\s+${name}\b`, "m"));
    if (at !== -1) return { source, name, at };
    const passed = passedOn(source.code, name);
    if (passed) return this.locate(target(file, passed.from), passed.name);
    const stars = [...source.code.matchAll(STAR)].map(([, from]) => this.locate(target(file, from), name));
    return stars.find((found) => found !== null) ?? null;
  }

  /**
   * What of a declaration has no docstring: itself, and the methods of a class.
   * @param {Declaration} declaration
   */
  missing(declaration) {
    const { source, name, at } = declaration;
    const complaints = isDocumented(source.text, at) ? [] : [complaint(source, at, name)];
    if (!/^(?:export\s+)?(?:declare\s+)?(?:abstract\s+)?class\b/.test(source.code.slice(at)))
      return complaints;
    const found = members(source, at).filter(({ isMethod }) => isMethod);
    for (const [index, member] of found.entries()) {
      // Only the first of several overloads needs to speak.
      if (found[index - 1]?.name === member.name || this.speaksFor(declaration, member.name)) continue;
      complaints.push(complaint(source, member.at, `${name}.${member.name}`));
    }
    return complaints;
  }

  /**
   * Whether a class documents a member, or what it extends or implements does: editors show an override that text.
   * @param {Declaration} declaration
   * @param {string} member
   * @returns {boolean}
   */
  speaksFor({ source, at }, member) {
    const first = members(source, at).find(({ name }) => name === member);
    if (first && isDocumented(source.text, first.at)) return true;
    const head = source.code.slice(at, source.code.indexOf("{", at));
    const parents = /\b(?:extends|implements)\b(.*)/s.exec(head)?.[1]?.match(/\w+/g) ?? [];
    return parents.some((parent) => {
      const found = this.locate(source.file, parent);
      return found !== null && this.speaksFor(found, member);
    });
  }

  /** @param {string} file */
  source(file) {
    const known = this.sources.get(file);
    if (known) return known;
    const text = read(this.root, file);
    const source = { file, text, code: blank(text, { strings: false }) };
    this.sources.set(file, source);
    return source;
  }
}

const KEYWORD = String.raw`(?:declare\s+)?(?:abstract\s+)?(?:function|class|const|let|enum|namespace|interface|type)`;
const DECLARED = new RegExp(String.raw`\bexport\s+${KEYWORD}\s+(\w+)`, "g");

/**
 * `import { a as name } from` or `export { a as name } from`.
 * @param {string} code
 * @param {string} name
 */
function passedOn(code, name) {
  for (const [, names, from] of code.matchAll(
    /\b(?:import|export)\s*(?:type\s*)?\{([^}]*)\}\s*from\s*"([^"]+)"/g,
  )) {
    const entry = names.split(",").find((part) => part.trim().split(/\s+/).at(-1) === name);
    if (entry) return { name: originals(entry)[0], from };
  }
  return null;
}

/**
 * The names as their own file calls them: `type A, b as c` -> A, b.
 * @param {string} names
 */
function originals(names) {
  return names.split(",").flatMap((part) => {
    const name = part
      .trim()
      .replace(/^type\s+/, "")
      .split(/\s+/)[0];
    return name ? [name] : [];
  });
}

/**
 * @param {string} file
 * @param {string} from
 */
function target(file, from) {
  return from.startsWith(".") ? posix.join(posix.dirname(file), from).replace(/\.(c?)js$/, ".d.$1ts") : from;
}

/** A member that is not private: its name, and what follows it. */
const MEMBER =
  /^(?:(?:static|abstract|async|readonly|get|set)\s+)*(?!private\b|protected\b|constructor\b)(\w+)\??\s*([<(:]|$)/;

/**
 * The members of the class or interface that is declared at `at`. `[Symbol.dispose]` is none: it says all its doc would.
 * @param {Source} source
 * @param {number} at
 */
function members({ code }, at) {
  const found = [];
  let depth = 0;
  let start = code.indexOf("{", at) + 1;
  for (const { index, 0: mark } of code.slice(start - 1).matchAll(/[{}();]/g)) {
    if (mark === "{" || mark === "(") depth++;
    if (mark === "}" || mark === ")") depth--;
    if (depth === 0) break;
    if (mark !== ";" || depth !== 1) continue;
    const end = code.indexOf("{", at) + index;
    const member = code.slice(start, end).trimStart();
    const [, name, next] = MEMBER.exec(member) ?? [];
    if (name) found.push({ name, at: end - member.length, isMethod: next === "(" || next === "<" });
    start = end + 1;
  }
  return found;
}

/**
 * @param {string} text
 * @param {number} at
 */
function isDocumented(text, at) {
  const before = text.slice(0, at).trimEnd();
  return before.endsWith("*/") && before.startsWith("/**", before.lastIndexOf("/*"));
}

/**
 * @param {Source} source
 * @param {number} at
 * @param {string} name
 */
function complaint({ file, text }, at, name) {
  const origin = file.replace(/^dist\/esm\//, "lib/").replace(/\.d\.(c?)ts$/, ".$1ts");
  return `docs: ${origin} (${file}:${lineAt(text, at)}) exports ${name} without a docstring. Say what it does, its units and its errors in a /** comment */ above it.`;
}
