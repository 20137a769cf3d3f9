// npm run test:interop [vitest arguments]: real programs and packages talk over our sockets. The packages are no dependencies:
// they are installed into a cache folder outside the tree, once.

import { join } from "node:path";
import { argv, execPath } from "node:process";
import { cached } from "./cached.mjs";
import { main, root, run } from "./run.mjs";

/** Name and version of each; a version is one that runs on Node 20. */
const PACKAGES = {
  express: "5.3.0",
  fastify: "5.12.8",
  ioredis: "6.0.0",
  pg: "8.23.1",
  undici: "7.30.2",
  ws: "8.23.0",
};

await main(() => {
  const cache = cached("rawconn-interop", PACKAGES);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(root, "test/interop/vitest.config.ts");
  run(execPath, [vitest, "run", "--config", config, ...argv.slice(2)], { env: { RAWCONN_INTEROP: cache } });
});
