// Programs that a test starts and ends: servers of other makers.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Whether a program is to be found. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** An address of loopback that no other process uses: what is free there stays free. */
export const ownAddress = `127.${64 + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** A port of {@link ownAddress} that is free, for programs that cannot choose one by themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, ownAddress);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A program that runs until it is disposed of. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #said = "";
  #ended = false;

  constructor(program: string, args: string[]) {
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream
        .setEncoding("utf8")
        .on("data", (text: string) => (this.#said = (this.#said + text).slice(-4000)));
    this.#closed = once(this.#child, "close").then(
      () => void (this.#ended = true),
      (error: Error) => {
        this.#ended = true;
        this.#said += error.message;
      },
    );
  }

  /** Waits until it listens on this TCP port of {@link ownAddress}. Fails when it ends first. */
  listens(port: number): Promise<void> {
    return this.until(() => answers(port));
  }

  /** Waits until a question is answered with true. Fails when it ends first. */
  async until(isReady: () => Promise<boolean>): Promise<void> {
    while (!(await isReady()))
      if (this.#ended) throw new Error(`${this.#child.spawnfile} ended: ${this.#said}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#closed;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, ownAddress);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
