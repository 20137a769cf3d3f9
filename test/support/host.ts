// Hosts of a laboratory: namespaces that do what a test says.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type * as rawconn from "rawconn";
import type * as ipv4 from "rawconn/ipv4";
import type * as ipv6 from "rawconn/ipv6";
import type { Binding, constant } from "#lib/internal/binding.js";
import { link, Namespace } from "./lab.js";

/** What a function that runs in a {@link Host} has at hand. */
export interface World {
  net: typeof rawconn;
  ipv4: typeof ipv4;
  ipv6: typeof ipv6;
  binding: Binding;
  constant: typeof constant;
  /** What it wants to find again in a later run: closed with the host. */
  kept: Map<string, Disposable>;
  /** One of these. */
  get<T>(name: string): T;
}

/** A namespace with a Node process in it, which does what the test says: functions of the test, run over there. */
export class Host extends Namespace {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  constructor() {
    super();
    const script = fileURLToPath(new URL("host.mjs", import.meta.url));
    this.#child = spawn("ip", ["netns", "exec", this.name, process.execPath, script], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    this.#child.on("message", (answer: Answer) => this.#answers.get(answer.id)?.(answer));
    this.#child.once("exit", (code) => {
      for (const [id, resolve] of this.#answers) resolve({ id, failure: `the host ended with ${code}` });
    });
  }

  /**
   * Runs a function inside and resolves what it returns. Only its text goes there: it may use its arguments, but nothing that
   * is imported or declared outside of it, and no `using`. An error that it throws comes back with its message and code.
   */
  run<T, A extends unknown[]>(f: (world: World, ...args: A) => T | Promise<T>, ...args: A): Promise<T> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, (answer) => {
        this.#answers.delete(id);
        if ("failure" in answer) reject(new Error(answer.failure));
        else if ("error" in answer) reject(Object.assign(new Error(answer.error.message), answer.error));
        else resolve(answer.value as T);
      });
      this.#child.send({ id, source: f.toString(), args });
    });
  }

  /** Ends the process, and fails if it left anything open; then the namespace goes. */
  async end(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
    this.remove();
  }
}

type Answer = { id: number } & (
  | { value: unknown }
  | { error: { message: string; code?: string } }
  | { failure: string }
);

/** Two hosts with a link between them: n0 with 10.9.1.1 and fd09:1::1, f0 with 10.9.1.2 and fd09:1::2. */
export class TwoHosts {
  readonly near = new Host();
  readonly far = new Host();

  constructor() {
    link(this.near, "n0", ["10.9.1.1/24", "fd09:1::1/64"], this.far, "f0", ["10.9.1.2/24", "fd09:1::2/64"]);
  }

  /** Waits until the kernel has made the routes of IPv6's own: link-local and multicast ones come up to a second later. */
  async settled(): Promise<void> {
    const isMissing = async (host: Host) =>
      (await host.execute("ip", "-6", "route", "show", "table", "local", "type", "multicast")).stdout === "";
    for (const host of [this.near, this.far]) while (await isMissing(host));
  }

  async end(): Promise<void> {
    await Promise.all([this.near.end(), this.far.end()]);
  }
}
