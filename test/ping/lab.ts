// Networks to ping in: namespaces of this process's own, with links and a router between them. Nothing leaves them.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
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

/** A host, a router and another host: 10.9.1.1 - 10.9.1.2/10.9.2.2 - 10.9.2.1, and the same in fd09. */
export class Lab {
  readonly near = new Namespace().admitPing();
  readonly router = new Namespace();
  readonly far = new Namespace();

  constructor() {
    const { near, router, far } = this;
    link(near, "n0", ["10.9.1.1/24", "fd09:1::1/64"], router, "r0", ["10.9.1.2/24", "fd09:1::2/64"]);
    link(router, "r1", ["10.9.2.2/24", "fd09:2::2/64"], far, "f0", ["10.9.2.1/24", "fd09:2::1/64"]);
    for (const via of ["10.9.1.2", "fd09:1::2"]) near.ip("route", "add", "default", "via", via);
    for (const via of ["10.9.2.2", "fd09:2::2"]) far.ip("route", "add", "default", "via", via);
    router.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    // A router tells of every packet, not of some in a second.
    router.sysctl("net.ipv4.icmp_ratemask=0", "net.ipv6.icmp.ratelimit=0");
    router.ip("route", "add", "unreachable", "10.9.3.0/24");
    router.ip("route", "add", "prohibit", "fd09:3::/64");
    router.ip("route", "add", "blackhole", "10.9.4.0/24");
  }

  remove(): void {
    for (const space of [this.near, this.router, this.far]) space.remove();
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

/** The file of a program that stands beside this one. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
