// The npm packages that `npm run test:interop` installed: untyped, so each test says what it uses of them.

import { createRequire } from "node:module";
import { join } from "node:path";

const { RAWCONN_INTEROP: folder } = process.env;
if (folder === undefined)
  throw new Error("run these tests by `npm run test:interop`, which installs what they need");
const load = createRequire(join(folder, "package.json"));

/** A package, as what the test says that it is. */
export function packaged<T>(name: string): T {
  return load(name) as T;
}
