// A connection that is to linger holds nobody up, whatever end it comes to: not a matter of speed, since close(2) itself
// would wait.

import { describe, expect, it } from "vitest";
import { run, saying } from "./child.js";

const flags = ["--expose-gc"];
const listed = JSON.parse((await run("linger.mjs", [], { flags })).stdout) as string[];

describe("the end of a connection that lingers", () => {
  it.each(listed)("%s, waits for nobody", async (name) => {
    expect(await run("linger.mjs", [name], { flags })).toEqual(saying({ heldUp: false }));
  });
});
