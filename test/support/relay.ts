// A wire that is slow, and loses, doubles and mixes up what it carries: two TUN devices, and a process between them.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";
import type { Namespace } from "./lab.js";

/** What a {@link Relay} does to packets. All but the delay is done on the way from the first namespace to the second. */
export interface Treatment {
  /** Milliseconds each way. */
  delay?: number;
  /** Every so manieth packet is lost, 0 for none: the fifth, the tenth and so on for 5. */
  lose?: number;
  /** Every so manieth goes twice. */
  double?: number;
  /** Every so manieth waits until the next one has overtaken it. */
  swap?: number;
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Joins two namespaces as `link` does, without a hop of its own. */
export class Relay {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts one, with an end in each namespace; neither may have a device of these names yet. */
  static async between(
    a: Namespace,
    aName: string,
    aAddrs: string[],
    b: Namespace,
    bName: string,
    bAddrs: string[],
  ): Promise<Relay> {
    const program = ["python3", script("tun.py"), aName, bName, "--", process.execPath, script("relay.mjs")];
    const child = spawn("ip", ["netns", "exec", a.name, ...program], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const relay = new Relay(child);
    await relay.#hear();
    a.ip("link", "set", bName, "netns", b.name);
    for (const [space, name, addrs] of [
      [a, aName, aAddrs],
      [b, bName, bAddrs],
    ] as const) {
      for (const addr of addrs)
        space.ip("addr", "add", addr, "dev", name, ...(addr.includes(":") ? ["nodad"] : []));
      space.ip("link", "set", name, "up");
    }
    return relay;
  }

  /** From now on, packets are treated so, and counted from 1. */
  async treat(treatment: Treatment): Promise<void> {
    const done = this.#hear();
    this.#child.send(treatment);
    await done;
  }

  /** Ends the process; the devices go with it. */
  async end(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    const [status] = (await exit) as [number | null];
    if (status !== 0) throw new Error(`the relay ended with ${status}`);
  }

  // Its next word, or else its end.
  #hear(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const fail = (status: number | null) => {
        child.off("message", hear);
        reject(new Error(`the relay ended with ${status}`));
      };
      const hear = () => {
        child.off("exit", fail);
        resolve();
      };
      child.once("message", hear);
      child.once("exit", fail);
    });
  }
}

/** Why there can be no relay here; null when there can. */
export const noRelay: string | null = probe();
if (noRelay !== null) console.log(`no TUN devices here, so tests with a relay do not run: ${noRelay}`);

function probe(): string | null {
  if (process.getuid?.() !== 0) return "only root may make them";
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
    execFileSync("python3", ["--version"], { stdio: "pipe" });
    return null;
  } catch (error) {
    return (error as Error).message.split("\n", 1)[0];
  }
}
