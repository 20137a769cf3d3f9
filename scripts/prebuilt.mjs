// Lays the addon where the loader of an installed package finds it.
//
// A git dependency is prepared in a clone of its own, then packed, and only what is packed is installed: `build` is not.
// The name tells the C library apart, as the loader asks for it, so that no other system takes the file for its own.

import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { ADDON } from "./build.mjs";
import { main, root } from "./run.mjs";

await main(() => {
  const libc = platform === "linux" && existsSync("/etc/alpine-release") ? "musl" : "glibc";
  // Those for other systems, which a release collects, stay beside it.
  const folder = join(root, "prebuilds", `${platform}-${arch}`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, ADDON), join(folder, `rawconn.${libc}.node`));
});
