// Programs of the system: found, started as their own users in folders of their own, awaited by what they say, and ended.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { listen } from "rawconn";
import { ALONE } from "../support/pair.js";
import { tempDir } from "../support/temp-dir.js";

/** How long a program may take to start or to end, in milliseconds. */
const PATIENCE = 30_000;

// Where Debian keeps servers, which is not on everybody's PATH.
const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").toSorted() : [];
const folders = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/sbin",
  ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`).reverse(),
];

/** Its path; null, and a printed reason, where it is not installed. */
export function program(name: string): string | null {
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate)) ?? null;
  if (path === null) console.log(`${name} is not installed here, so the conversations with it do not run`);
  return path;
}

/** The user that a server runs as, since some refuse to be root; none where the tests are not root either. */
export function userOf(name: string): { uid: number; gid: number } | object {
  if (process.getuid!() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** A folder that belongs to a user. */
export function folderOf(user: { uid?: number; gid?: number }) {
  const dir = tempDir();
  if (user.uid !== undefined) chownSync(dir.path, user.uid, user.gid!);
  return dir;
}

/** `host:port` that was free a moment ago, on a host of loopback that nobody else uses. */
export async function freeAddress(): Promise<{ host: string; port: number; address: string }> {
  using listener = await listen("tcp", `${ALONE}:0`);
  const { port } = listener.addr!;
  return { host: ALONE, port, address: `${ALONE}:${port}` };
}

/** What is to be ended when the tests are over, the last first. */
export class Endings {
  readonly #all: (Disposable | AsyncDisposable)[] = [];

  /** Keeps it until the end. */
  use<T extends Disposable | AsyncDisposable>(ending: T): T {
    this.#all.push(ending);
    return ending;
  }

  /** Ends all. */
  async end(): Promise<void> {
    for (const ending of this.#all.splice(0).reverse()) {
      if (Symbol.asyncDispose in ending) await ending[Symbol.asyncDispose]();
      else ending[Symbol.dispose]();
    }
  }
}

/** A program that runs. */
export interface Running extends AsyncDisposable {
  child: ChildProcess;
  /** What it has said so far, on either stream. */
  said: () => string;
}

/** Starts a program and waits until it has said that it is ready. Fails with all it said when it ends before. */
export async function start(
  path: string,
  args: string[],
  ready: RegExp | null,
  options: { cwd?: string; uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Running> {
  const child = spawn(path, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  let text = "";
  const running = {
    child,
    said: () => text,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
      child.kill("SIGTERM");
      await closed;
      clearTimeout(late);
    },
  };
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${path} ${why}; it said:\n${text}`));
    const late = setTimeout(() => fail("did not get ready"), PATIENCE);
    const settle = (f: () => void) => (clearTimeout(late), f());
    const hear = (chunk: Buffer) => {
      text += chunk.toString();
      if (ready?.test(text)) settle(resolve);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", (error) => settle(() => reject(error)));
    child.once("exit", (code) => settle(() => fail(`ended with ${code}`)));
    if (ready === null) child.once("spawn", () => settle(resolve));
  }).catch(async (error: Error) => {
    await running[Symbol.asyncDispose]();
    throw error;
  });
  return running;
}

/** Runs a program to its end: what it wrote on standard output. Fails with all it said unless it ends well. */
export async function execute(
  path: string,
  args: string[],
  options: { cwd?: string; uid?: number; gid?: number; input?: string } = {},
): Promise<string> {
  const { input, ...rest } = options;
  const child = spawn(path, args, { ...rest, stdio: ["pipe", "pipe", "pipe"], timeout: PATIENCE });
  const [out, err] = [[] as Buffer[], [] as Buffer[]];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const said = Buffer.concat(out).toString();
  if (code === 0) return said;
  throw new Error(`${path} ${args.join(" ")} ended with ${code ?? signal}:\n${said}${Buffer.concat(err)}`);
}
