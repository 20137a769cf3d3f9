// Node processes of their own, for what would take the test's process with it.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a child ended, and what it said. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ChildOptions {
  /** Flags of Node itself, such as `--expose-gc`. */
  flags?: readonly string[];
  /** The most descriptors it may have. */
  descriptors?: number;
  /** Milliseconds until it counts as hung. */
  patience?: number;
}

const PATIENCE = 20_000;

/** Where the scripts are that children run. */
const path = (script: string) => fileURLToPath(new URL(`children/${script}`, import.meta.url));

/** Starts a script of `children/`, with a channel for messages. */
export function start(
  script: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): ChildProcess {
  const node = [...(options.flags ?? []), path(script), ...args];
  const [file, argv] =
    options.descriptors === undefined
      ? [process.execPath, node]
      : ["sh", ["-c", `ulimit -n ${options.descriptors} && exec "$@"`, "sh", process.execPath, ...node]];
  return spawn(file, argv, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
}

/** Waits for the end of a child; one that hangs is killed, and its signal tells. */
export function end(child: ChildProcess, patience = PATIENCE): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]!.setEncoding("utf8").on("data", (text: string) => (output[stream] += text));
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output });
    });
  });
}

/** Runs a script of `children/` to its end. */
export function run(
  script: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<Ended> {
  return end(start(script, args, options), options.patience);
}

/** How a child ends that has nothing to complain of and nothing to say. */
export const CLEAN: Ended = { code: 0, signal: null, stdout: "", stderr: "" };

/** How a child ends that says one thing, as JSON. */
export function saying(value: unknown): Ended {
  return { ...CLEAN, stdout: `${JSON.stringify(value)}\n` };
}

/** The next message of a child; an error if it ends before. */
export function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`the child ended with ${code} instead of a message`));
    child.once("exit", onExit);
    child.once("message", (value) => {
      child.off("exit", onExit);
      resolve(value as T);
    });
  });
}
