// Rule: whatever a user can import has a docstring, and so has every public method of a class.
//
// Reads the emitted declarations: there the public surface is spelled out, and the compiler has kept the comments.

import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { blank, lineAt, read } from "./source.mjs";

/** @typedef {{ file: string, text: string, code: string }} Source the declarations of one file, and the same without comments */

/** @type {import("./source.mjs").Rule} */
export function docs(root) {
  const entries = entryPoints(JSON.parse(read(root, "package.json")));
  const found = new Surface(root);
  const complaints = entries.flatMap((entry) => found.everything(entry));
  if (found.symbols.size === 0) {
    return [`docs: ${entries.join(", ") || "package.json"} exports nothing, so this rule guards nothing. Build first (npm run build).`];
  }
  return [...new Set([...complaints, ...found.symbols.values()].flat())];
}

/**
 * The declaration files of the package's entry points.
 * @param {{ exports: Record<string, string | { import: { types: string } }> }} manifest
 */
function entryPoints({ exports }) {
  return Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [] : [posix.normalize(entry.import.types)]));
}

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
    if (!existsSync(join(this.root, file))) return [`docs: ${file} is missing, though an export leads to it. Build first (npm run build).`];
    const { code } = this.source(file);
    const complaints = [];
    for (const [, from] of code.matchAll(/\bexport\s*\*\s*(?:as\s+\w+\s*)?from\s*"([^"]+)"/g)) {
      complaints.push(...this.everything(target(file, from)));
    }
    for (const [, names, from] of code.matchAll(/\bexport\s*(?:type\s*)?\{([^}]*)\}(?:\s*from\s*"([^"]+)")?/g)) {
      for (const name of originals(names)) complaints.push(...this.symbol(from ? target(file, from) : file, name));
    }
    for (const [, name] of code.matchAll(DECLARED)) complaints.push(...this.symbol(file, name));
    return complaints;
  }

  /**
   * One symbol that a file declares, or passes on from another.
   * @param {string} file
   * @param {string} name
   * @returns {string[]}
   */
  symbol(file, name) {
    if (!file.endsWith(".ts") || this.symbols.has(`${file} ${name}`)) return [];
    const source = this.source(file);
    const declared = declarationOf(source.code, name);
    if (declared !== null) {
      this.symbols.set(`${file} ${name}`, missing(source, name, declared));
      return [];
    }
    const passed = passedOn(source.code, name);
    if (passed) return this.symbol(target(file, passed.from), passed.name);
    // It may come through one of the `export *`; those are walked as a whole.
    return [];
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
 * Where a file declares a name, or null.
 * @param {string} code
 * @param {string} name
 */
function declarationOf(code, name) {
  const at = code.search(new RegExp(String.raw`^(?:export\s+)?${KEYWORD}\s+${name}\b`, "m"));
  return at === -1 ? null : at;
}

/**
 * `import { a as name } from` or `export { a as name } from`.
 * @param {string} code
 * @param {string} name
 */
function passedOn(code, name) {
  for (const [, names, from] of code.matchAll(/\b(?:import|export)\s*(?:type\s*)?\{([^}]*)\}\s*from\s*"([^"]+)"/g)) {
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
    const name = part.trim().replace(/^type\s+/, "").split(/\s+/)[0];
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

/**
 * What of one declaration has no docstring: itself, and the methods of a class.
 * @param {Source} source
 * @param {string} name
 * @param {number} at
 */
function missing(source, name, at) {
  const complaints = isDocumented(source.text, at) ? [] : [complaint(source, at, name)];
  const head = source.code.slice(at, source.code.indexOf("{", at));
  if (!/\bclass\b/.test(head.slice(0, head.indexOf(name)))) return complaints;
  let previous = "";
  for (const { method, index } of methods(source.code, source.code.indexOf("{", at))) {
    // Only the first of several overloads needs to speak.
    if (method !== previous && !isDocumented(source.text, index)) complaints.push(complaint(source, index, `${name}.${method}`));
    previous = method;
  }
  return complaints;
}

/** A member that is a method or an accessor, and not private. `[Symbol.dispose]` says all that its doc would. */
const METHOD = /^(?:static\s+|abstract\s+|async\s+)*(?:(?:get|set)\s+)?(\w+)(?:<[^(]*>)?\(/;

/**
 * The public methods of the class whose body opens at `open`.
 * @param {string} code
 * @param {number} open
 */
function methods(code, open) {
  const found = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open; index < code.length; index++) {
    const mark = code[index];
    if (mark === "{" || mark === "(") depth++;
    if (mark === "}" || mark === ")") depth--;
    if (depth === 0) break;
    if (mark !== ";" || depth !== 1) continue;
    const member = code.slice(start, index);
    const method = METHOD.exec(member.trimStart())?.[1];
    if (method && method !== "constructor") found.push({ method, index: index - member.trimStart().length });
    start = index + 1;
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
