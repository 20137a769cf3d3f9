// Networks of this process's own: namespaces, with links between them. Nothing leaves them.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** What a process left behind. */
export interface Result {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export async function execute(program: string, args: string[]): Promise<Result> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { status, signal, stdout, stderr };
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

let made = 0;

/** What is put before a command to run it as a user without any rights. */
export const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** A network namespace, with its loopback up. */
export class Namespace {
  readonly name = `rawconn-${process.pid}-${made++}`;

  constructor() {
    ip("netns", "add", this.name);
    this.sysctl("net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
    this.ip("link", "set", "lo", "up");
  }

  /** `ip` inside. */
  ip(...args: string[]): void {
    ip("-n", this.name, ...args);
  }

  /** Sets what `name=value` says, inside. */
  sysctl(...settings: string[]): void {
    execFileSync("ip", ["netns", "exec", this.name, "sysctl", "-qw", ...settings]);
  }

  /** Commands of `nft`, separated by semicolons, inside. */
  nft(commands: string): void {
    execFileSync("ip", ["netns", "exec", this.name, "nft", commands], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  }

  /** Lets every group have unprivileged ICMP sockets. */
  admitPing(): this {
    this.sysctl("net.ipv4.ping_group_range=0 2147483647");
    return this;
  }

  /** Runs a program inside. */
  execute(...command: string[]): Promise<Result> {
    return execute("ip", ["netns", "exec", this.name, ...command]);
  }

  remove(): void {
    ip("netns", "delete", this.name);
  }
}

/** Joins two namespaces, giving each end its addresses. */
export function link(
  a: Namespace,
  aName: string,
  aAddrs: string[],
  b: Namespace,
  bName: string,
  bAddrs: string[],
): void {
  ip("link", "add", aName, "netns", a.name, "type", "veth", "peer", "name", bName, "netns", b.name);
  for (const [space, name, addrs] of [
    [a, aName, aAddrs],
    [b, bName, bAddrs],
  ] as const) {
    for (const addr of addrs)
      space.ip("addr", "add", addr, "dev", name, ...(addr.includes(":") ? ["nodad"] : []));
    space.ip("link", "set", name, "up");
  }
}

/** Why no namespaces can be made here; null when they can. */
export const noNamespaces: string | null = probe();
if (noNamespaces !== null)
  console.log(`no network namespaces here, so tests inside them do not run: ${noNamespaces}`);

function probe(): string | null {
  if (process.getuid?.() !== 0) return "only root may make them";
  try {
    const space = new Namespace();
    space.remove();
    execFileSync(asNobody[0], [...asNobody.slice(1), "true"], { stdio: "pipe" });
    return null;
  } catch (error) {
    return (error as Error).message.split("\n", 1)[0];
  }
}
