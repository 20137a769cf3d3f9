// The one place that loads native code. CommonJS, since both outputs share it and only it knows __dirname.
import { existsSync } from "node:fs";
import { join } from "node:path";
import load = require("node-gyp-build");

/** An error with a `code`, made here since nothing else can be loaded when this fails. */
function unsupported(problem: string, remedy: string, cause?: unknown): Error {
  const error = new Error(`rawconn: ${problem}. ${remedy}`, { cause });
  return Object.assign(error, { code: "ERR_UNSUPPORTED_PLATFORM" });
}

function denied(cause: unknown): Error {
  const message =
    "rawconn: this process may not load native addons; Node's permission model does with --allow-addons";
  return Object.assign(new Error(message, { cause }), { code: "ERR_ACCESS_DENIED", permission: "Addon" });
}

// Decided before the addon is loaded: Bun aborts the process inside uv_poll and Deno calls back only once.
function checkRuntime(): void {
  if (process.platform === "win32") {
    throw unsupported(
      "Windows is not supported",
      "It runs on Linux, and is built for macOS; under Windows use WSL 2",
    );
  }
  for (const runtime of ["bun", "deno"]) {
    if (runtime in process.versions) {
      throw unsupported(
        `${runtime} does not offer the event loop this library needs`,
        "Run it with Node.js 20 or newer",
      );
    }
  }
}

// What went wrong with the addon of the package in `root`, as an error that says what to do.
function failure(root: string, cause: Error & { code?: string }): Error {
  // What Node says under --permission without --allow-addons, and where addons are switched off.
  if (cause.code === "ERR_DLOPEN_DISABLED") return denied(cause);
  if (!existsSync(join(root, "binding.gyp"))) {
    return unsupported(
      `the native part is not where this code is (${__dirname}), as a bundler leaves it`,
      "Keep the package out of the bundle, by `--external:rawconn` of esbuild or what your bundler has for that",
      cause,
    );
  }
  const system = `${process.platform}-${process.arch} with Node ${process.versions.node}`;
  // There is one: made for another system, or in a place that nothing may be loaded from.
  const isThere = cause.code === "ERR_DLOPEN_FAILED";
  return unsupported(
    isThere
      ? `the binary does not suit ${system}, or may not be loaded (${cause.message})`
      : `no binary for ${system} was found under ${root}`,
    `Build one with \`npx node-gyp rebuild\` in ${isThere ? root : "that folder"}, which needs a C++ compiler, make and python3`,
    cause,
  );
}

function loadAddon(): unknown {
  checkRuntime();
  // dist/esm/internal and dist/cjs/internal are equally deep.
  const root = join(__dirname, "..", "..", "..");
  try {
    return load(root);
  } catch (cause) {
    throw failure(root, cause as Error);
  }
}

const addon = loadAddon();
export = addon;
