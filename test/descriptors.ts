// What this process holds open, and what of it was not open before.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Descriptor number -> what it is, as `readlink` of /proc/self/fd tells: `socket:[4711]`, `/dev/null`. */
export type Descriptors = Map<number, string>;

/** How long handles that are already closing may take to be gone: they go at the end of a turn of the loop. */
const SETTLE_MS = 1000;

/** The sockets, pipes and kernel objects of this process; null where the system cannot say (no /proc). */
export function openDescriptors(): Descriptors | null {
  if (process.platform !== "linux") return null;
  const found: Descriptors = new Map();
  for (const name of readdirSync("/proc/self/fd")) {
    const target = linkOf(name);
    if (target !== null && /^(socket|pipe|anon_inode):/.test(target)) found.set(Number(name), target);
  }
  return found;
}

// The descriptor that readdir itself used is gone by now.
function linkOf(name: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return null;
  }
}

/** What the Poller holds: every environment makes it on first use and keeps it to the end. */
const POLLER = ["anon_inode:[eventpoll]", "anon_inode:[timerfd]"];

/** The lines of a complaint, one for each descriptor in `after` that is not in `before`; one Poller is lawful. */
export function leaks(before: Descriptors, after: Descriptors): string[] {
  const added = [...after].filter(([fd, target]) => before.get(fd) !== target);
  for (const lawful of POLLER) {
    const index = added.findIndex(([, target]) => target === lawful);
    if (index !== -1) added.splice(index, 1);
  }
  return added.map(([fd, target]) => `  descriptor ${fd} -> ${target}${protocolOf(target)}`);
}

/** Waits for what is closing to close, then answers as `leaks` does. */
export async function lastingLeaks(before: Descriptors): Promise<string[]> {
  const end = Date.now() + SETTLE_MS;
  for (;;) {
    const found = leaks(before, openDescriptors() ?? before);
    if (found.length === 0 || Date.now() > end) return found;
    await delay(5);
  }
}

/** Which table of /proc/net knows the socket, and what it says of it: usually enough to see whose it is. */
function protocolOf(target: string): string {
  const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
  if (inode === undefined) return "";
  for (const table of [
    "tcp",
    "tcp6",
    "udp",
    "udp6",
    "unix",
    "raw",
    "raw6",
    "icmp",
    "icmp6",
    "packet",
    "netlink",
  ]) {
    const row = readTable(table).find((line) => line.split(/\s+/).includes(inode));
    if (row !== undefined) return ` (${table}: ${row.trim()})`;
  }
  return " (not bound, not connected)";
}

function readTable(table: string): string[] {
  try {
    return readFileSync(`/proc/self/net/${table}`, "utf8").split("\n");
  } catch {
    return []; // A kernel without that protocol.
  }
}
