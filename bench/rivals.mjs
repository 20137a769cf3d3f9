// Who takes part: for each rival, where it is found and the command that starts its server.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { which } from "./child.mjs";

/** @typedef {import("./trials.mjs").RivalName} RivalName */
/** @typedef {"speed" | "memory" | "garbage"} Purpose what a run is for; some need flags of the runtime */

/**
 * @typedef {object} Found
 * @property {string} version
 * @property {(mode: string, purpose: Purpose) => string[]} argv
 */

/**
 * @typedef {object} Rival
 * @property {string} title
 * @property {() => Found | string} find a string says what is missing
 */

const here = fileURLToPath(new URL(".", import.meta.url));
const build = join(here, "build");

/** Where `--install` puts the runtimes that npm carries: outside the tree, and never a dependency. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "rawconn-bench");

/** npm packages that hold nothing but a binary: package name, path inside it. */
const packaged = {
  bun: ["@oven/bun-linux-x64", "bin/bun"],
  deno: ["@deno/linux-x64-glibc", "deno"],
};

/** @param {string} name */
const server = (name) => join(here, "servers", name);

/**
 * The file of a runtime that serves a mode: `bun-udp.mjs` for `udp` and `udp-8`, or else `bun.mjs`.
 * @param {string} runtime
 * @param {string} mode
 */
function serverFor(runtime, mode) {
  const own = server(`${runtime}-${mode.split("-", 1)[0]}.mjs`);
  return existsSync(own) ? own : server(`${runtime}.mjs`);
}

/**
 * @param {string} program
 * @param {...string} args
 */
const firstLine = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).split("\n")[0];

/**
 * V8's options. A young generation that is always small cannot hide what a connection takes: the resident set
 * keeps its empty pages.
 * @type {Record<Purpose, string[]>}
 */
const v8Flags = {
  speed: [],
  memory: ["--expose-gc", "--max-semi-space-size=1"],
  garbage: ["--expose-gc"],
};

/**
 * Builds `target` from `sources` unless it is newer than all of them.
 * @param {string} target
 * @param {string[]} sources
 * @param {() => void} make
 */
function ensure(target, sources, make) {
  const built = existsSync(target) ? statSync(target).mtimeMs : 0;
  if (sources.every((source) => statSync(source).mtimeMs < built)) return target;
  mkdirSync(build, { recursive: true });
  make();
  return target;
}

/** @param {string} folder */
const filesIn = (folder) => readdirSync(folder).map((name) => join(folder, name));

/**
 * A program of `bench/ref`, a folder of C files, compiled on first use.
 * @param {string} name
 * @throws {Error} when the compiler is missing or fails
 */
export function compiled(name) {
  const sources = filesIn(join(here, "ref", name));
  const target = join(build, name);
  const units = sources.filter((source) => source.endsWith(".c"));
  const argv = ["-O2", "-Wall", "-Wextra", "-pthread", "-o", target, ...units];
  return ensure(target, sources, () => execFileSync(process.env.CC || "cc", argv, { stdio: "inherit" }));
}

function compiledGo() {
  const folder = server("go");
  const target = join(build, "go-server");
  const sources = filesIn(folder);
  return ensure(target, sources, () =>
    execFileSync("go", ["build", "-o", target, "."], { cwd: folder, stdio: "inherit" }),
  );
}

/** @param {keyof typeof packaged} name */
function findPackaged(name) {
  const [pkg, path] = packaged[name];
  const installed = join(cache, "node_modules", pkg, path);
  return existsSync(installed) ? installed : which(name);
}

/** Modes that have no peer, and one file for all of ours. */
const values = new Set(["parse", "prefix", "interfaces"]);

/**
 * The C program of a mode.
 * @param {string} mode
 */
function referenceFor(mode) {
  if (mode === "interfaces") return [compiled("links")];
  return [compiled(mode.startsWith("dns") ? "dns" : "epoll"), mode];
}

/**
 * Servers that run under this very node.
 * @param {string} name
 */
const underNode = (name) => ({
  version: process.version,
  argv: (/** @type {string} */ mode, /** @type {Purpose} */ purpose) => {
    const who = name === "node" ? "node" : "ours";
    if (mode === "set-deadline") return [process.execPath, server("deadline.mjs"), who];
    if (values.has(mode)) return [process.execPath, server("values.mjs"), who, mode];
    return [process.execPath, ...v8Flags[purpose], serverFor(name, mode), mode];
  },
});

/** The library as built, found by the package's own name. */
function builtLibrary() {
  try {
    const path = fileURLToPath(import.meta.resolve("rawconn"));
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** @type {Record<RivalName, Rival>} */
export const rivals = {
  c: {
    title: "C epoll",
    find: () => {
      if (which(process.env.CC || "cc") === null) return "no C compiler on PATH";
      return { version: firstLine(process.env.CC || "cc", "--version"), argv: referenceFor };
    },
  },
  ours: {
    title: "rawconn",
    find: () => (builtLibrary() === null ? "the library is not built" : underNode("rawconn")),
  },
  waist: {
    title: "rawconn's native calls alone",
    find: () => (builtLibrary() === null ? "the library is not built" : underNode("waist")),
  },
  bun: {
    title: "Bun",
    find: () => {
      const path = findPackaged("bun");
      if (path === null) return "not installed: npm run bench -- --install, or put bun on PATH";
      return { version: firstLine(path, "--version"), argv: (mode) => [path, serverFor("bun", mode), mode] };
    },
  },
  go: {
    title: "Go net",
    find: () => {
      if (which("go") === null) return "not installed: no go on PATH";
      const path = compiledGo();
      return { version: firstLine("go", "version"), argv: (mode) => [path, mode] };
    },
  },
  deno: {
    title: "Deno",
    find: () => {
      const path = findPackaged("deno");
      if (path === null) return "not installed: npm run bench -- --install, or put deno on PATH";
      return {
        version: firstLine(path, "--version"),
        argv: (mode, purpose) => {
          const flags = v8Flags[purpose].length > 0 ? [`--v8-flags=${v8Flags[purpose].join(",")}`] : [];
          // Datagrams are behind a flag.
          if (mode === "udp") flags.push("--unstable-net");
          const file = serverFor("deno", mode);
          return [path, "run", "--quiet", "--no-config", "--allow-net", ...flags, file, mode];
        },
      };
    },
  },
  node: { title: "node:net", find: () => underNode("node") },
};

/** Fetches the runtimes that npm carries into the cache folder. */
export function install() {
  mkdirSync(cache, { recursive: true });
  const names = Object.values(packaged).map(([name]) => name);
  const argv = [
    "install",
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefix",
    cache,
    ...names,
  ];
  execFileSync("npm", argv, { stdio: "inherit" });
}
