import { expect, it } from "vitest";
import { CLEAN, run } from "./child.js";

it("nothing waits inside the kernel, although whoever shares a descriptor had it block", async () => {
  const stdout = "received\nsent until there was no room\nERR_CLOSED\nERR_CLOSED\nERR_DEADLINE\n";
  expect(await run("blocking.mjs", [], { patience: 10_000 })).toEqual({ ...CLEAN, stdout });
});
