// The options of a socket, as the system tells them.

import { readFileSync } from "node:fs";
import type { Handle } from "rawconn";
import { constant } from "#lib/internal/binding.js";

/** Options by name: an int, a flag of the descriptor, or null where this socket has no such option. */
export type Values = Record<string, number | boolean | null>;

const levels: Record<string, string> = {
  SO: "SOL_SOCKET",
  TCP: "IPPROTO_TCP",
  IP: "IPPROTO_IP",
  IPV6: "IPPROTO_IPV6",
};

// Not among the constants that the library needs: ip(7), ipv6(7).
const numbers: Record<string, number> = { IP_MULTICAST_LOOP: 34, IPV6_MULTICAST_LOOP: 19 };

/** The options of a socket, by name; those of /proc, too. */
export function optionsOf(handle: Handle, names: string[]): Values {
  const raw = handle.syscallConn();
  const info = raw.control((fd) => readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
  const flags = parseInt(/flags:\s*(\d+)/.exec(info)![1], 8);
  const read = (name: string) => {
    if (name === "O_NONBLOCK") return (flags & 0o4000) !== 0;
    if (name === "FD_CLOEXEC") return (flags & 0o2000000) !== 0;
    const option = [constant(levels[name.split("_")[0]]), numbers[name] ?? constant(name)] as const;
    try {
      return raw.getsockopt(...option);
    } catch {
      return null;
    }
  };
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}
