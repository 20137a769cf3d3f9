// Runs the examples as a reader does: by one command, and by what they print.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { listenPacket } from "rawconn/icmp";
import { execute, type Result } from "../support/lab.js";
import { isInstalled } from "../support/program.js";

/** The path of an example, such as `echo/server`. */
export const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}.mjs`, import.meta.url));

/** Runs one to its end. */
export const runExample = (name: string, ...args: string[]): Promise<Result> =>
  execute(process.execPath, [pathOf(name), ...args]);

/** Runs a program to its end, with this as its input. */
export async function converse(program: string, args: string[], input: string): Promise<Result> {
  const child = spawn(program, args, { stdio: "pipe" });
  // Some have heard enough before they have read it all.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { status, signal, stdout, stderr };
}

/** A program that runs until it ends by itself or is disposed of; what it prints is waited for line by line. */
export class Running implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | NodeJS.Signals>;
  readonly #name: string;
  readonly #waiting = new Set<() => void>();
  #ended = false;
  /** What it has printed. */
  stdout = "";
  #stderr = "";

  constructor(program: string, args: string[]) {
    this.#name = [program, ...args].join(" ");
    this.#child = spawn(program, args, { stdio: "pipe" });
    this.#child.stdin!.on("error", () => {});
    this.#child.stdout!.setEncoding("utf8").on("data", (said: string) => {
      this.stdout += said;
      this.#look();
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (said: string) => (this.#stderr += said));
    this.#closed = once(this.#child, "close").then(([code, signal]: unknown[]) => {
      this.#ended = true;
      this.#look();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** Starts an example. */
  static example(name: string, ...args: string[]): Running {
    return new Running(process.execPath, [pathOf(name), ...args]);
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Waits until it has printed this, and resolves the first group of it, or all. Fails when it ends before. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found[1] ?? found[0];
      if (this.#ended)
        throw new Error(`${this.#name} ended without ${String(pattern)}: ${this.stdout}${this.#stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Where it listens: a complete line, so that nothing of the port is missing. */
  address(): Promise<string> {
    return this.says(/listening on (\S+)\n/);
  }

  /** Types into it. */
  write(input: string): void {
    this.#child.stdin!.write(input);
  }

  /** Ends its input. */
  end(): void {
    this.#child.stdin!.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it ends: its exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals> {
    return this.#closed;
  }

  /** Waits until its process has gone; others may still print where it did. */
  async left(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.#child.kill("SIGKILL");
    await this.#closed;
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** `host:port` as two arguments for programs that want it so. */
export function hostAndPort(address: string): [host: string, port: string] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
}

/** Why tests with these programs cannot run here, said once; null when they can. */
export function missing(...programs: string[]): string | null {
  const absent = programs.filter((program) => !isInstalled(program));
  if (absent.length === 0) return null;
  const reason = `not installed: ${absent.join(", ")}`;
  console.log(`no real counterpart for an example: ${reason}`);
  return reason;
}

/** The same for the nc that can half-close (`-N`): that of OpenBSD. */
export function missingNc(): string | null {
  const absent = missing("nc");
  if (absent !== null) return absent;
  const help = execFileSync("sh", ["-c", "nc -h 2>&1 || true"], { encoding: "utf8" });
  if (/OpenBSD/.test(help)) return null;
  console.log("no real counterpart for an example: this nc is not that of OpenBSD");
  return "this nc is not that of OpenBSD";
}

/** Why nothing can be pinged here; null when it can. */
export const noPing: string | null = await listenPacket("udp4", "127.0.0.1")
  .catch(() => listenPacket("ip4:icmp", "127.0.0.1"))
  .then(
    (conn) => (conn.close(), null),
    (error: Error) => error.message,
  );
if (noPing !== null) console.log(`nothing can be pinged here: ${noPing}`);
