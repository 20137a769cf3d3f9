// npm run docs: the reference of all public names, from their docstrings, as pages of HTML in build/api. A warning is an
// error: a link that leads nowhere, a type that is used and not exported.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { cached } from "./cached.mjs";
import { main, root, run, say } from "./run.mjs";

/** TypeDoc reads TypeScript by a compiler of its own: it does not know the API of the one that builds the library. */
const PACKAGES = { typedoc: "0.28.20", typescript: "6.0.3" };

const OUT = join(root, "build/api");

/** The source of each entry point that package.json names. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const types = Object.values(exports).map((entry) => entry.import?.types);
  return types
    .filter((path) => path !== undefined)
    .map((path) => path.replace(/^\.\/dist\/esm\/(.*)\.d\.ts$/, "lib/$1.ts"));
}

await main(() => {
  const bin = join(cached("rawconn-docs", PACKAGES), "node_modules/typedoc/bin/typedoc");
  // Sources are left out, since where a line stands depends on who has the tree.
  const flags = [
    "--treatWarningsAsErrors",
    "--excludeInternal",
    "--excludePrivate",
    "--excludeExternals",
    "--disableSources",
  ];
  const options = {
    tsconfig: "tsconfig.json",
    out: OUT,
    name: "rawconn",
    readme: "none",
    // The names of constants are meant by this one, not the object.
    intentionallyNotExported: "lib/syscall/constants.ts:named",
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  run(execPath, [bin, ...flags, ...args, ...entryPoints()]);
  say(`wrote ${join(OUT, "index.html")}`);
});
