// npm run test:interop [vitest arguments]: real programs and packages talk over our sockets. The packages are no dependencies:
// they are installed into a cache folder outside the tree, once.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { argv, env, execPath } from "node:process";
import { main, root, run, say } from "./run.mjs";

/** Name and version of each; a version is one that runs on Node 20. */
const PACKAGES = {
  express: "5.3.0",
  fastify: "5.12.8",
  ioredis: "6.0.0",
  pg: "8.23.1",
  undici: "7.30.2",
  ws: "8.23.0",
};

const cache = join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rawconn-interop");

/** @param {[name: string, version: string]} wanted */
function isThere([name, version]) {
  const manifest = join(cache, "node_modules", name, "package.json");
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
}

await main(() => {
  const wanted = Object.entries(PACKAGES);
  if (!wanted.every(isThere)) {
    say(`installing ${Object.keys(PACKAGES).join(", ")} into ${cache}`);
    mkdirSync(cache, { recursive: true });
    const names = wanted.map(([name, version]) => `${name}@${version}`);
    const flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run("npm", ["install", ...flags, "--prefix", cache, ...names]);
  }
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(root, "test/interop/vitest.config.ts");
  run(execPath, [vitest, "run", "--config", config, ...argv.slice(2)], { env: { RAWCONN_INTEROP: cache } });
});
