// A child process that is spoken to in lines, each answer awaited for a bounded time.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @type {Set<Child>} */
const living = new Set();

/** @type {(() => void)[]} */
const cleanups = [];

/** @param {() => void} f what to do when the runner ends, whatever ends it */
export const atEnd = (f) => void cleanups.push(f);

// However the runner ends, nothing of it stays behind.
function leaveNothing() {
  for (const child of living) child.kill("SIGKILL");
  for (const f of cleanups.splice(0)) f();
}
process.once("exit", leaveNothing);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.once(signal, () => {
    leaveNothing();
    process.kill(process.pid, signal);
  });
}

/**
 * Path of a program on PATH, or null.
 * @param {string} name
 */
export function which(name) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

const taskset = which("taskset");

/** False where `taskset` is missing: everything then runs wherever the kernel puts it. */
export const canPin = taskset !== null;

/**
 * Puts one thread on a core, if that can be.
 * @param {number} tid
 * @param {number} core
 */
export function pinThread(tid, core) {
  if (taskset !== null) execFileSync(taskset, ["-p", "-c", String(core), String(tid)], { stdio: "ignore" });
}

/**
 * The command behind a shell that raises the soft limit of descriptors to the hard one, pinned to a core.
 * Both step aside by `exec`, so the process id is the program's own.
 * @param {readonly string[]} argv
 * @param {number | null} core
 */
function wrap(argv, core) {
  const pinned = core !== null && taskset !== null ? [taskset, "-c", String(core), ...argv] : argv;
  return ["-c", 'ulimit -n "$(ulimit -Hn)"; exec "$@"', "sh", ...pinned];
}

/**
 * @typedef {object} Waiter
 * @property {(line: string) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Child {
  /** @type {string[]} lines nobody has asked for yet */
  #lines = [];
  /** @type {Waiter | null} */
  #waiter = null;
  #errors = "";
  #title;
  #process;
  /** @type {Promise<void>} */
  #ended;
  #alive = true;
  #badEnd = "";

  /**
   * @param {readonly string[]} argv
   * @param {{ title: string, core?: number | null, lines?: "stdout" | "stderr" }} options `lines`: the stream
   *   that is read line by line; the other is kept for the error message, or dropped
   */
  constructor(argv, { title, core = null, lines = "stdout" }) {
    this.#title = title;
    this.#process = spawn("/bin/sh", wrap(argv, core), { stdio: ["pipe", "pipe", "pipe"] });
    living.add(this);
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", (error) => (this.#end(error.message), resolve()));
      this.#process.once(
        "close",
        (code, signal) => (this.#end(`it ended with ${signal ?? code}`), resolve()),
      );
    });
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.on("data", (text) => (this.#errors = (this.#errors + text).slice(-4000)));
    this.#readLines(lines === "stdout" ? this.#process.stdout : this.#process.stderr);
    if (lines === "stderr") this.#process.stdout.resume();
  }

  get pid() {
    return this.#process.pid ?? 0;
  }

  /**
   * The next line, without its end.
   * @param {number} ms how long to wait
   * @returns {Promise<string>}
   * @throws {Error} when none comes in time, or the process ends first; it carries the tail of stderr
   */
  line(ms) {
    const ready = this.#lines.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    if (!this.#alive) return Promise.reject(this.#error("it has ended"));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle()?.reject(this.#error(`no line within ${ms} ms`)), ms);
      this.#waiter = {
        resolve: (line) => (clearTimeout(timer), resolve(line)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      };
    });
  }

  /**
   * One request, one answer, as JSON.
   * @param {string} request
   * @param {number} [ms]
   * @returns {Promise<unknown>}
   */
  async ask(request, ms = 20_000) {
    this.#process.stdin.write(`${request}\n`);
    return JSON.parse(await this.line(ms));
  }

  /** @param {string} text a line to send; no answer is awaited */
  tell(text) {
    this.#process.stdin.write(`${text}\n`);
  }

  /** How it ended, when that was neither by itself nor by our hand; else empty. */
  get badEnd() {
    return this.#badEnd;
  }

  /** @param {NodeJS.Signals} signal */
  kill(signal) {
    this.#process.kill(signal);
  }

  /**
   * Ends it: the end of stdin first, SIGKILL after `ms`. Resolves when it is gone.
   * @param {number} [ms]
   */
  async stop(ms = 1000) {
    this.#process.stdin.end();
    await this.ended(ms);
  }

  /**
   * Waits for its end for at most `ms`, then kills it.
   * @param {number} ms
   */
  async ended(ms) {
    const timer = setTimeout(() => this.kill("SIGKILL"), ms);
    await this.#ended;
    clearTimeout(timer);
  }

  /** @param {import("node:stream").Readable} stream */
  #readLines(stream) {
    let partial = "";
    stream.setEncoding("utf8");
    stream.on("data", (/** @type {string} */ text) => {
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      for (const line of lines) {
        const waiter = this.#settle();
        if (waiter) waiter.resolve(line);
        else this.#lines.push(line);
      }
    });
  }

  #settle() {
    const waiter = this.#waiter;
    this.#waiter = null;
    return waiter;
  }

  /** @param {string} why */
  #end(why) {
    this.#alive = false;
    if (!/ with (0|SIGKILL)$/.test(why)) this.#badEnd = this.#error(why).message;
    living.delete(this);
    this.#settle()?.reject(this.#error(why));
  }

  /** @param {string} why */
  #error(why) {
    const told = this.#errors
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^\s+at |^Node\.js v/.test(line));
    const said = told.slice(-6).join(" | ");
    return new Error(`${this.#title}: ${why}${said ? `; it said: ${said}` : ""}`);
  }
}
