// Writes lib/syscall/constants.ts: an export for each name in native/constants*.cc, which is the one list of them.
//
//     node scripts/constants.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

export const OUTPUT = "lib/syscall/constants.ts";

/** What the addon tells lib/ beside the system's own names. */
const OURS = /^(?:SA_FAMILY|CMSG|TIMEVAL|POLLER)_/;

/** Where a name is explained, by its beginning. */
const PAGES = /** @type {const} */ ([
  [/^AF_/, "address_families(7)"],
  [/^SOCK_/, "socket(2)"],
  [/^SHUT_/, "shutdown(2)"],
  [/^SOMAXCONN/, "listen(2)"],
  [/^FD?_|^O_/, "fcntl(2), open(2)"],
  [/^CLOCK_/, "clock_gettime(2)"],
  [/^MSG_/, "recv(2), send(2)"],
  [/^SCM_|^LOCAL_|^SOL_LOCAL/, "unix(7), cmsg(3)"],
  [/^SOF_|^SO_TIMESTAMP/, "the kernel's networking/timestamping.rst"],
  [/^SO_EE_/, "the error queue of ip(7)"],
  [/^SOL_/, "a level of options, getsockopt(2)"],
  [/^SO_/, "socket(7)"],
  [/^IPPROTO_/, "ip(7), IANA protocol numbers"],
  [/^TCPI?_/, "tcp(7)"],
  [/^MPTCP_/, "the kernel's networking/mptcp.rst"],
  [/^UDP_/, "udp(7)"],
  [/^IP_/, "ip(7)"],
  [/^IPV6_/, "ipv6(7), RFC 3542"],
  [/^MCAST_/, "RFC 3678"],
  [/^ICMP_/, "raw(7)"],
  [/^ICMP6_/, "RFC 3542"],
  [/^PACKET_|^ETH_/, "packet(7)"],
  [/^NETLINK_|^NLM/, "netlink(7)"],
  [/^RTM_|^IFL?A_/, "rtnetlink(7)"],
  [/^IFF_|^ARPHRD_/, "netdevice(7)"],
]);

/** @param {string} path */
function namesIn(path) {
  const text = readFileSync(join(root, path), "utf8");
  const names = [...text.matchAll(/\bC\(([A-Z]\w+)\)|\{"(\w+)",/g)].map(([, a, b]) => a ?? b ?? "");
  return new Set(names.filter((name) => !OURS.test(name)));
}

/** The text that the file must have. */
export function constantsModule() {
  const everywhere = namesIn("native/constants.cc");
  const linux = namesIn("native/constants_linux.cc");
  const darwin = namesIn("native/constants_darwin.cc");
  const lines = [...new Set([...everywhere, ...linux, ...darwin])].sort().map((name) => {
    const page = PAGES.find(([prefix]) => prefix.test(name))?.[1];
    if (page === undefined) throw new Error(`scripts/constants.mjs does not know where ${name} is explained`);
    const both = everywhere.has(name) || (linux.has(name) && darwin.has(name));
    const where = both ? "" : linux.has(name) ? "Linux: " : "macOS: ";
    return `/** ${where}${page}. */\nexport const ${name}: number = numberOf("${name}");\n`;
  });
  return [
    "// Written by scripts/constants.mjs from native/constants*.cc: add a name there, and run it.\n",
    '// Go: syscall, golang.org/x/sys/unix\nimport { numberOf } from "./number-of.js";\n\n',
    ...lines,
  ].join("");
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, OUTPUT), constantsModule());
