// The other end of a connection, as Go has it: a small program of Go's, compiled once for a test file.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What it saw of a connection; see peer.go. */
export interface Report {
  local: string;
  remote: string;
  messages: number;
  bytes: number;
  hash: string;
  error: string;
  timeout: boolean;
}

/** What it does with a connection; see `use` in peer.go. */
export type Action = "echo" | "ask" | "halves" | "reset" | "deadline" | "past" | "read" | "give" | "take";

/** Why Go cannot be had here; null when it can. */
export const noGo: string | null = probe();
if (noGo !== null) console.log(`no Go here, so nothing talks to it: ${noGo}`);

function probe(): string | null {
  try {
    execFileSync("go", ["version"], { stdio: "pipe" });
    return null;
  } catch (error) {
    return (error as Error).message.split("\n", 1)[0];
  }
}

/** The compiled program, in a folder of its own that goes with it. */
export class Compiled implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "rawconn-peer-"));
  readonly program = join(this.#folder, "peer");

  /** @param gopath where libraries are beyond the standard one; none by default. */
  constructor(name = "peer.go", gopath = join(this.#folder, "path")) {
    const source = fileURLToPath(new URL(name, import.meta.url));
    // Nothing of the caller's own settings.
    const env = {
      ...process.env,
      GOCACHE: join(this.#folder, "cache"),
      GOPATH: gopath,
      GOFLAGS: "",
      GOENV: "off",
      GOPROXY: "off",
      GO111MODULE: "off",
      CGO_ENABLED: "0",
    };
    execFileSync("go", ["build", "-o", this.program, source], { env, stdio: "pipe" });
  }

  /** Lets it dial, or listen; `local` is the address to dial from. */
  run(how: "dial" | "listen", network: string, address: string, action: Action, local = ""): Peer {
    return new Peer(this.program, [how, network, address, local, action]);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A process with one connection. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #reports: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #stderr = "";

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#reports = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#ended = once(this.#child, "close");
  }

  /** What it says next: that it is bound, that it is connected, what came of it. */
  async says(): Promise<Report> {
    const { done, value } = await this.#reports.next();
    if (done !== true) return JSON.parse(value) as Report;
    await this.#ended;
    throw new Error(`the peer ended with ${this.#child.exitCode}: ${this.#stderr}`);
  }

  /** Waits for its end. */
  async end(): Promise<void> {
    await this.#ended;
    if (this.#child.exitCode !== 0)
      throw new Error(`the peer ended with ${this.#child.exitCode}: ${this.#stderr}`);
  }
}
