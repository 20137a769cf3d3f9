// Signals in the middle of everything: system calls are interrupted, and nobody is to notice.

import { expect, it } from "vitest";
import { end, message, saying, start } from "../life/child.js";

it("a storm of signals shows nowhere", async () => {
  const child = start("signals.mjs");
  const ended = end(child);
  await message(child);
  const storm = setInterval(() => {
    for (const signal of ["SIGUSR2", "SIGWINCH", "SIGHUP"] as const) child.kill(signal);
  }, 1);
  await message(child);
  clearInterval(storm);
  child.send("over");
  expect(await ended).toEqual(saying({ enough: true, same: true }));
});
