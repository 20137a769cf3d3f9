// npm run fix: writes what is written by scripts, formats every file, and mends what the linter can mend by itself.

import { execPath } from "node:process";
import { formatters } from "./format.mjs";
import { main, run, tool } from "./run.mjs";

await main(() => {
  run(execPath, ["scripts/constants.mjs"]);
  run(execPath, ["scripts/go-map.mjs"]);
  run(execPath, ["scripts/pages.mjs"]);
  run(tool("oxlint"), ["--fix"]);
  for (const [program = "", ...args] of formatters("fix")) run(program, args);
});
