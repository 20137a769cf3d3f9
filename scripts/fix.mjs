// npm run fix: formats every file, and mends what the linter can mend by itself.

import { formatters } from "./format.mjs";
import { main, run, tool } from "./run.mjs";

await main(() => {
  run(tool("oxlint"), ["--fix"]);
  for (const [program = "", ...args] of formatters("fix")) run(program, args);
});
