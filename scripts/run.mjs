// Starting other programs, and saying what is going on. Progress goes to standard error: standard output belongs
// to whatever the user asked for (`npm run ping | ...`).

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** @param {string} message */
export function say(message) {
  process.stderr.write(`rawconn: ${message}\n`);
}

/** A step that went wrong in a way that was foreseen: its message is for the user, its stack is not. */
export class StepError extends Error {}

/**
 * Runs a program in the project's root and throws unless it ends with 0. Its output goes to standard error.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options] variables to add
 */
export function run(program, args, { env = {} } = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...env },
  });
  if (error) throw new StepError(`cannot start ${program}: ${error.message}`);
  if (status !== 0)
    throw new StepError(`${program} ${args.join(" ")} failed (${signal ?? `exit ${status}`})`);
}

/**
 * The path of a program that a development dependency brings.
 * @param {string} name
 */
export function tool(name) {
  return join(root, "node_modules", ".bin", name);
}

/** Node's own headers, where they are installed beside Node, so that an addon build needs no download. */
export function headers() {
  const prefix = dirname(dirname(process.execPath));
  /** @type {Record<string, string>} */
  const env = existsSync(join(prefix, "include/node/node_api.h")) ? { npm_config_nodedir: prefix } : {};
  return env;
}

/**
 * Runs a script's main function: a StepError ends the process with its message alone.
 * @param {() => void | Promise<void>} work
 */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
