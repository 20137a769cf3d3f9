// The house rules: what a machine can keep, a machine keeps. Each complaint says what is wrong, where, and how to mend it.
//
//     node scripts/rules.mjs [name ...]      all rules, or those named

import { argv } from "node:process";
import { docs } from "./rules/docs.mjs";
import { floors } from "./rules/floors.mjs";
import { sizes } from "./rules/sizes.mjs";
import { words } from "./rules/words.mjs";
import { main, root, StepError } from "./run.mjs";

/** @type {Record<string, import("./rules/source.mjs").Rule>} */
const RULES = { floors, sizes, docs, words };

await main(() => {
  const names = argv.length > 2 ? argv.slice(2) : Object.keys(RULES);
  const complaints = names.flatMap((name) => {
    const rule = RULES[name];
    if (!rule) throw new StepError(`no rule is called ${name}: there are ${Object.keys(RULES).join(", ")}`);
    return rule(root);
  });
  for (const complaint of complaints) console.log(complaint);
  if (complaints.length > 0) throw new StepError(`${complaints.length} house rule(s) broken`);
  console.log(`house rules kept: ${names.join(", ")}`);
});
