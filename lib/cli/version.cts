// CommonJS, since both outputs share it and only it knows __dirname.
import { readFileSync } from "node:fs";
import { join } from "node:path";

// dist/esm/cli and dist/cjs/cli are equally deep.
const manifest = readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8");
const { version } = JSON.parse(manifest) as { version: string };
export = version;
