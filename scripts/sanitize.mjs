// Runs the tests over an addon built with AddressSanitizer and UndefinedBehaviorSanitizer; any report is a failure.
//
//     node scripts/sanitize.mjs [vitest arguments]

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { argv, execPath, platform } from "node:process";
import { asanFolder, buildSanitized } from "./cmake.mjs";
import { main, root, run, say, StepError } from "./run.mjs";

const REPORT = "report";

/** Node itself is not instrumented: the sanitizers' libraries must be in the process before it starts. */
function preload() {
  return ["libasan.so", "libubsan.so"].map((name) => {
    const path = execFileSync("c++", [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
    if (!isAbsolute(path))
      throw new StepError(`the compiler has no ${name}. Install the sanitizer libraries that belong to it.`);
    return path;
  });
}

function environment() {
  // Reports go into files, because a test may start processes whose output nobody reads. UBSan writes to standard error
  // whatever it is told, but it aborts, and ASan reports the abort. (Both need the path: the later one sets it for both.)
  // Leaks are not asked for: Node never frees all that it takes.
  const common = `halt_on_error=1:log_path=${join(asanFolder, REPORT)}`;
  return {
    RAWCONN_PREBUILD: asanFolder,
    LD_PRELOAD: preload().join(" "),
    ASAN_OPTIONS: `detect_leaks=0:handle_abort=1:${common}`,
    UBSAN_OPTIONS: `print_stacktrace=1:abort_on_error=1:${common}`,
  };
}

function reports() {
  if (!existsSync(asanFolder)) return [];
  return readdirSync(asanFolder).flatMap((name) =>
    name.startsWith(`${REPORT}.`) ? [join(asanFolder, name)] : [],
  );
}

await main(() => {
  if (platform !== "linux") return say("sanitizers: skipped, the library preload is set up for Linux only");
  reports().forEach((path) => rmSync(path));
  buildSanitized();
  /** @type {StepError | null} */
  let failure = null;
  try {
    run(
      execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--testTimeout=60000", ...argv.slice(2)],
      {
        env: environment(),
      },
    );
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    failure = error;
  }
  const found = reports();
  for (const path of found) console.error(`${path}:\n${readFileSync(path, "utf8")}`);
  if (found.length > 0) throw new StepError(`the sanitizers wrote ${found.length} report(s), printed above`);
  if (failure) throw failure;
});
