// What happens when the collector has been.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { turn } from "../support/outcome.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Collects until something is so. */
export async function collected(so: () => boolean): Promise<void> {
  while (!so()) {
    // What a WeakRef was asked for lives to the end of the turn.
    await turn();
    collect();
    await turn();
  }
}
