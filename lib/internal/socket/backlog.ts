// Go: net/sock_linux.go (maxListenerBacklog)
import { readFileSync } from "node:fs";
import { constant } from "../binding.js";

/** As long a queue as the system allows: net.core.somaxconn on Linux. Read each time, since it can be changed. */
export function maxListenerBacklog(): number {
  try {
    const value = Number.parseInt(readFileSync("/proc/sys/net/core/somaxconn", "latin1"), 10);
    // listen(2) takes a C int; the kernel cuts anything larger to its own limit anyway.
    if (value > 0) return Math.min(value, 0x7fffffff);
  } catch {
    // Not Linux, or no /proc here: the constant will do.
  }
  return constant("SOMAXCONN");
}
