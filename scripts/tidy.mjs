// Runs clang-tidy over the native sources of this system, as many at once as there are processors.

import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { env } from "node:process";
import { compileCommands } from "./cmake.mjs";
import { main, root, say, StepError } from "./run.mjs";
import { nativeSources } from "./sources.mjs";

/**
 * @param {string} folder where compile_commands.json is
 * @param {string} file
 * @returns {Promise<{ file: string, code: number | null, output: string }>}
 */
function tidy(folder, file) {
  const child = spawn("clang-tidy", ["-p", folder, "--quiet", file], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ file, code, output }));
  });
}

await main(async () => {
  if (spawnSync("clang-tidy", ["--version"]).error) {
    const advice = "clang-tidy is not installed (Debian: apt-get install clang-tidy)";
    if (env.CI) throw new StepError(advice);
    return say(`${advice}: this check is left to CI`);
  }
  const folder = compileCommands();
  const waiting = nativeSources();
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { code, output } = await tidy(folder, file);
      if (code === 0) continue;
      failed.push(file);
      console.log(output);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failed.length > 0) throw new StepError(`clang-tidy complains about ${failed.sort().join(", ")}`);
});
