// Rule: imports go down the floors, or sideways within a folder; never up, never in a circle.

import { posix } from "node:path";
import { blank, filesIn, lineAt, read } from "./source.mjs";

/** Pure values: they import nothing but each other, and every floor from 1 up may import them. */
const VALUES = "V";

/** What stands on which floor, the highest first. `dns/` is a folder; `tcp.ts` stands for its parts as well: `tcp-keepalive.ts`. */
const FLOORS = /** @type {const} */ ([
  [7, ["cli/"]],
  [6, ["index.ts", "ping/", "node/"]],
  // As in Go, icmp/ stands on ipv4/ and ipv6/.
  [5.5, ["icmp/"]],
  [5, ["ipv4/", "ipv6/", "bpf/", "netutil/", "io/"]],
  [4, ["dial.ts", "dialer.ts", "listen.ts", "networks.ts", "resolve-addr.ts", "syscall/", "ip-options/"]],
  [
    3,
    ["conn.ts", "listener.ts", "message-conn.ts", "packet-conn.ts", "raw-conn.ts", "making.ts", "buffers.ts"],
  ],
  [3, ["limited-reader.ts", "transfer.ts", "file.ts", "interface.ts", "pipe.ts", "dns/"]],
  [3, ["tcp.ts", "udp.ts", "unix.ts", "ip.ts"]],
  [2, ["internal/socket/", "internal/access.ts", "internal/channels.ts"]],
  [1, ["internal/poll/"]],
  [0, ["internal/binding.ts", "internal/load.cts", "internal/timers.ts"]],
  [VALUES, ["addr/", "netip/", "errors/", "errors.ts"]],
]);

/** The files that a program outside may import, and therefore the command line too. */
const ENTRY = /^(?:index|(?:netip|syscall|ipv4|ipv6|icmp|bpf|netutil|io|node|ping)\/index)\.ts$/;

/** The only file that may reach the addon, and the only one that may import that file. */
const LOADER = "internal/load.cts";
const BINDING = "internal/binding.ts";

/** @typedef {{ from: string, to: string, line: number, typeOnly: boolean }} Import */

/** @type {import("./source.mjs").Rule} */
export function floors(root) {
  const files = filesIn(root, "lib", /\.c?ts$/).map((path) => path.slice("lib/".length));
  if (files.length === 0)
    return ["floors: no file matches lib/**/*.ts, so this rule guards nothing. Mend its pattern."];
  const imports = files.flatMap((file) => importsOf(file, read(root, `lib/${file}`)));
  return [
    ...files.filter((file) => floorOf(file) === undefined).map(homeless),
    ...imports.flatMap(complaintsAbout),
    ...circles(imports.filter(({ typeOnly }) => !typeOnly)),
  ];
}

/**
 * @param {string} file relative to lib/
 * @returns {number | typeof VALUES | undefined}
 */
export function floorOf(file) {
  const isAt = (/** @type {string} */ place) => {
    return file === place || file.startsWith(place.endsWith("/") ? place : place.replace(".ts", "-"));
  };
  return FLOORS.find(([, places]) => places.some(isAt))?.[0];
}

/** @param {string} file */
function topFolder(file) {
  return /^(?:internal\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? "";
}

const FROM = /\b(?:import|export)\b(?<type>\s+type\b)?(?<names>[^;"'()=]*?)\bfrom\s*["'](?<a>[^"']+)["']/;
const BARE = /\bimport\s*["'](?<b>[^"']+)["']/;
const CALL = /\b(?:import|require)\s*\(\s*["'](?<c>[^"']+)["']/;
const IMPORTS = new RegExp([FROM, BARE, CALL].map(({ source }) => source).join("|"), "g");

/**
 * @param {string} file relative to lib/
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(file, text) {
  const code = blank(text, { strings: false });
  return [...code.matchAll(IMPORTS)].map((match) => {
    const { type, names = "", a, b, c } = match.groups ?? {};
    const specifier = a ?? b ?? c ?? "";
    const named =
      /^\s*\{(.*)\}\s*$/s
        .exec(names)?.[1]
        ?.split(",")
        .filter((name) => name.trim() !== "") ?? [];
    const typeOnly =
      type !== undefined || (named.length > 0 && named.every((name) => /^\s*type\s/.test(name)));
    return { from: file, to: resolve(file, specifier), line: lineAt(code, match.index), typeOnly };
  });
}

/**
 * `./x.js` as the source it is compiled from, relative to lib/; any other package as it is written.
 * @param {string} file
 * @param {string} specifier
 */
function resolve(file, specifier) {
  if (!specifier.startsWith(".")) return specifier;
  return posix.join(posix.dirname(file), specifier).replace(/\.(c?)js$/, ".$1ts");
}

/** @param {string} file */
function homeless(file) {
  return `floors: lib/${file} stands on no floor. Move it to the folder it belongs to, or give it a place in scripts/rules/floors.mjs.`;
}

/**
 * @param {Import} found
 * @returns {string[]}
 */
function complaintsAbout(found) {
  const objection = objectionTo(found);
  return objection === null
    ? []
    : [`floors: lib/${found.from}:${found.line} imports ${found.to}${objection}`];
}

/**
 * @param {Import} found
 * @returns {string | null}
 */
function objectionTo({ from, to, typeOnly }) {
  if (to === "node-gyp-build" && from !== LOADER)
    return `, but only lib/${LOADER} loads the addon. Import lib/${BINDING}.`;
  if (to === LOADER && from !== BINDING) return `, but the addon's one door is lib/${BINDING}. Import that.`;
  if (to.startsWith("..")) return ", which lies outside lib/. The library may use its own files only.";

  const [above, below] = [floorOf(from), floorOf(to)];
  // A package or a module of Node; or a file without a floor, which is complained about already.
  if (above === undefined || below === undefined) return null;
  if (from === BINDING && to !== LOADER && !(typeOnly && below === VALUES)) {
    return `, but the waist imports nothing except ${LOADER} (and types of pure values).`;
  }
  if (above === 7 && below !== 7 && !ENTRY.test(to)) {
    return ", but the command line uses public entry points only, as any program does. Import an index.ts.";
  }
  if (below === VALUES) return null;
  if (above === VALUES) return ", but pure values import pure values only. Pass in what it needs.";
  if (below < above || (below === above && topFolder(from) === topFolder(to))) return null;
  return (
    `: from floor ${above} to floor ${below}. Imports go down, or sideways within a folder: ` +
    "move the shared part down, or hand it in as an argument."
  );
}

/**
 * The circles that exist when the program runs: types are erased, so two halves of one thing may name each other's.
 * @param {Import[]} imports
 */
function circles(imports) {
  /** @type {Map<string, string[]>} */
  const next = new Map();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const found = [];

  /** @param {string} file @param {string[]} path */
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start !== -1) found.push(circle([...path.slice(start), file]));
    if (start !== -1 || done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

/** @param {string[]} path */
function circle(path) {
  return `floors: lib/${path.join(" -> lib/")} is a circle of imports. Move what both need into a file of its own.`;
}
