// The interface lo: its number, and the multicast groups that were joined there.

import { readFileSync } from "node:fs";
import { IP } from "rawconn";

/** The interface, as far as joining a group needs it. Nothing leaves the host through it. */
export const loopback = { index: Number(readFileSync("/sys/class/net/lo/ifindex", "utf8")) };

/** The groups of both families that somebody joined on lo, as the kernel tells. */
export function groupsOfLoopback(): string[] {
  return [...groups4(), ...groups6()].map(String);
}

// An indented line a group, below the interface it belongs to; the number is as this machine keeps it.
function groups4(): IP[] {
  const [, lines = ""] = /^\d+\s+lo\s.*\n((?:\t.*\n)*)/m.exec(readFileSync("/proc/net/igmp", "utf8")) ?? [];
  return [...lines.matchAll(/^\t+([\dA-F]{8})/gm)].map(([, hex]) => {
    const bytes = Buffer.alloc(4);
    new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0] = parseInt(hex, 16);
    return IP.from(bytes);
  });
}

// A line a group, with the interface's name.
function groups6(): IP[] {
  const lines = readFileSync("/proc/net/igmp6", "utf8");
  return [...lines.matchAll(/^\d+\s+lo\s+([\da-f]{32})/gm)].map(([, hex]) =>
    IP.from(Buffer.from(hex, "hex")),
  );
}
