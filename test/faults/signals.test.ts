// Signals in the middle of everything: system calls are interrupted, and nobody is to notice.

import { expect, it } from "vitest";
import { end, message, saying, start } from "../life/child.js";

it.each([
  ["TCP", "signals.mjs", { enough: true, same: true }],
  ["every other kind", "signals-kinds.mjs", { enough: true }],
])("a storm of signals shows nowhere: %s", async (_kind, script, said) => {
  const child = start(script);
  const ended = end(child);
  await message(child);
  const storm = setInterval(() => {
    for (const signal of ["SIGUSR2", "SIGWINCH", "SIGHUP"] as const) child.kill(signal);
  }, 1);
  // One that fails ends without a word more; how it ended tells why.
  await message(child).catch(() => {});
  clearInterval(storm);
  if (child.connected) child.send("over");
  expect(await ended).toEqual(saying(said));
});
