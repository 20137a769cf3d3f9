// Runs the command line as its user does: a process of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { execute, type Result } from "../support/lab.js";

/** The program's file. */
export const main = fileURLToPath(new URL("../../dist/esm/cli/main.js", import.meta.url));

/** Runs `rawconn ...` to its end. */
export function rawconn(...args: string[]): Promise<Result> {
  return execute(process.execPath, [main, ...args]);
}

/** A `rawconn ...` that still runs, and what it has said so far. */
export class Running {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";

  /** Arguments in an array get a standard input that stays open. */
  constructor(...args: string[] | [string[]]) {
    const input = Array.isArray(args[0]) ? "pipe" : "ignore";
    this.child = spawn(process.execPath, [main, ...args.flat()], { stdio: [input, "pipe", "pipe"] });
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
  }

  /** Waits until it has said something. Fails when it ends without. */
  async says(stream: "stdout" | "stderr", what: RegExp): Promise<void> {
    const ended = once(this.child, "close").then(() => "ended");
    while (!what.test(this[stream])) {
      const next = once(this.child[stream]!, "data").then(() => "more");
      const which = await Promise.race([next, ended]);
      if (which === "ended" && !what.test(this[stream]))
        throw new Error(`never said ${what}: ${this.stdout}${this.stderr}`);
    }
  }

  /** Waits for its end. */
  async end(): Promise<Result> {
    const [status, signal] = (await once(this.child, "close")) as [number | null, NodeJS.Signals | null];
    return { status, signal, stdout: this.stdout, stderr: this.stderr };
  }
}
