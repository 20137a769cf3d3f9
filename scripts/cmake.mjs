// The development build by CMake: an addon with sanitizers in it, and compile_commands.json for clang-tidy.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { headers, root, run, say, tool } from "./run.mjs";

/** As node-gyp-build wants it: the folder that holds build/Release/rawconn.node. */
export const asanFolder = join(root, "build-asan");

const buildFolder = join(asanFolder, "build");
const OPTIONS = ["-O", buildFolder, "--CDRAWCONN_SANITIZE=address,undefined", "--log-level", "warn"];

/** Compiles what has changed. */
export function buildSanitized() {
  say("compiling the addon with sanitizers");
  run(tool("cmake-js"), ["build", ...OPTIONS], { env: headers() });
}

/** The folder of compile_commands.json, made when it is not there. */
export function compileCommands() {
  if (!existsSync(join(buildFolder, "compile_commands.json"))) {
    run(tool("cmake-js"), ["configure", ...OPTIONS], { env: headers() });
  }
  return buildFolder;
}
