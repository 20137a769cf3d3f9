// npm run build [native] [lib]: compiles the addon, then the TypeScript twice (ES modules and CommonJS).
//
// Both steps are always carried out; scripts/setup.mjs is the one that asks first whether they are needed.

import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { argv, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";
import { headers, main, root, run, say, StepError, tool } from "./run.mjs";
import { nativeSources } from "./sources.mjs";
import { fingerprint, stampOf } from "./stamp.mjs";

/** What each output is made from. */
const NATIVE_INPUTS = [
  "native",
  "binding.gyp",
  "scripts/sources.mjs",
  "node_modules/node-addon-api/package.json",
];
const LIB_INPUTS = [
  "lib",
  "types",
  "tsconfig.json",
  "tsconfig.cjs.json",
  "node_modules/typescript/package.json",
];

/** Where the addon is compiled to. */
export const ADDON = "build/Release/rawconn.node";

/** The directory that is the lock of everything which changes node_modules, build or dist. */
export const LOCK = join(root, ".setup.lock");

/** @typedef {{ name: string, isFresh: () => boolean, build: () => void }} Step */

/** @type {Step} */
export const native = {
  name: "native",
  isFresh: () => existsSync(join(root, ADDON)) && stampOf("build").matches(fingerprint(NATIVE_INPUTS)),
  build() {
    const print = fingerprint(NATIVE_INPUTS);
    say(`compiling the addon (${nativeSources().length} files)`);
    stampOf("build").clear();
    const jobs = String(availableParallelism());
    const env = headers();
    run(tool("node-gyp"), ["configure", "--silent", "--", "-Drawconn_werror=1"], { env });
    run(tool("node-gyp"), ["build", "--silent", "-j", jobs], { env });
    stampOf("build").write(print);
  },
};

/** @type {Step} */
export const lib = {
  name: "lib",
  isFresh: () => stampOf("dist").matches(fingerprint(LIB_INPUTS)),
  build() {
    const print = fingerprint(LIB_INPUTS);
    say("compiling the TypeScript");
    // Into a folder of its own, swapped in whole: a failure leaves the last good output, a removed source leaves no output.
    const next = join(root, "dist-next");
    rmSync(next, { recursive: true, force: true });
    mkdirSync(join(next, "cjs"), { recursive: true });
    // Before the second pass: TypeScript, too, decides by it what an emitted file is.
    writeFileSync(join(next, "cjs/package.json"), `{ "type": "commonjs" }\n`);
    run(tool("tsc"), ["-p", "tsconfig.json", "--outDir", join(next, "esm")]);
    run(tool("tsc"), ["-p", "tsconfig.cjs.json", "--outDir", join(next, "cjs")]);
    if (existsSync(join(next, "esm/cli/main.js"))) chmodSync(join(next, "esm/cli/main.js"), 0o755);
    rmSync(join(root, "dist"), { recursive: true, force: true });
    renameSync(next, join(root, "dist"));
    stampOf("dist").write(print);
  },
};

if (argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const asked = argv.slice(2);
    const steps = [native, lib].filter(({ name }) => asked.length === 0 || asked.includes(name));
    if (steps.length === 0) throw new StepError(`unknown part ${asked.join(" ")}: expected native or lib`);
    // A fresh clone: the set-up builds, too.
    if (!existsSync(tool("tsc"))) return run(execPath, [join(root, "scripts/setup.mjs")]);
    withLock(LOCK, () => steps.forEach((step) => step.build()));
  });
}
