// The one list of native sources, for both builds (binding.gyp and CMakeLists.txt) and for the checks.
//
// As in Go, a file's suffix names the system it is for: `io.cc` is compiled everywhere, `platform_linux.cc`
// on Linux only. A new file needs no entry anywhere.
//
//     node scripts/sources.mjs [linux|mac]     prints the paths, one a line

import { readdirSync } from "node:fs";
import { argv, platform } from "node:process";
import { fileURLToPath } from "node:url";

/** File name suffix -> the gyp name of the system whose builds take the file. */
const SYSTEM_OF_SUFFIX = { linux: "linux", epoll: "linux", darwin: "mac", mac: "mac", kqueue: "mac" };

const nativeFolder = fileURLToPath(new URL("../native", import.meta.url));

/** The gyp name of the system this runs on. */
export const thisSystem = platform === "darwin" ? "mac" : platform;

/**
 * The sources for one system, relative to the project's root, sorted.
 * @param {string} system "linux" or "mac"
 * @param {string[]} names the files to choose from
 */
export function nativeSources(system = thisSystem, names = readdirSync(nativeFolder)) {
  const belongs = (/** @type {string} */ name) => {
    const suffix = /_([a-z0-9]+)\.cc$/.exec(name)?.[1] ?? "";
    const wanted = Object.hasOwn(SYSTEM_OF_SUFFIX, suffix) ? Reflect.get(SYSTEM_OF_SUFFIX, suffix) : system;
    return wanted === system;
  };
  return names
    .filter((name) => name.endsWith(".cc") && belongs(name))
    .sort()
    .map((name) => `native/${name}`);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  console.log(nativeSources(argv[2]).join("\n"));
}
