// What another program sees of our sockets: ss(8).

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listen, listenPacket } from "rawconn";
import { hasIPv6 } from "../support/pair.js";
import { refused as noRawSockets } from "../support/raw-ip.js";
import { tempDir } from "../support/temp-dir.js";

const ss = (...options: string[]) =>
  execFileSync("ss", ["-Hna", ...options], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/));

function why(): string | null {
  try {
    ss("-t");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
const noSS = why();
if (noSS !== null) console.log(`ss: ${noSS}, so that nobody is asked but the system`);

const somaxconn = readFileSync("/proc/sys/net/core/somaxconn", "utf8").trim();

describe.skipIf(noSS !== null)("another program sees", () => {
  it.each([
    ["tcp4", "127.0.0.1:0"],
    ["tcp6", "[::1]:0"],
  ] as const)("a listener of %s, and a queue as long as the system allows", async (network, address) => {
    if (network === "tcp6" && !hasIPv6) return;
    using listener = await listen(network, address);
    const [state, , queue, local] = ss("-lt").find((row) => row[3] === String(listener.addr))!;
    expect([state, queue, local]).toEqual(["LISTEN", somaxconn, String(listener.addr)]);
  });

  it.each([
    ["unix", "u_str", ""],
    ["unixpacket", "u_seq", ""],
    ["unix", "u_str", "@"],
  ] as const)("a listener of %s, and a queue as long as the system allows", async (network, kind, mark) => {
    using folder = tempDir();
    using listener = await listen(network, `${mark}${folder.path}/s`);
    const [found, state, , queue] = ss("-lx").find((row) => row[4] === String(listener.addr))!;
    expect([found, state, queue]).toEqual([kind, "LISTEN", somaxconn]);
  });

  it.each([
    ["udp4", "127.0.0.1:0", "-u"],
    ["udp6", "[::1]:0", "-u"],
  ] as const)("an endpoint of %s", async (network, address, option) => {
    if (network === "udp6" && !hasIPv6) return;
    using conn = await listenPacket(network, address);
    expect(ss(option).find((row) => row[3] === String(conn.localAddr))?.[0]).toBe("UNCONN");
  });

  it("an endpoint of unixgram", async () => {
    using folder = tempDir();
    using conn = await listenPacket("unixgram", `${folder.path}/g`);
    expect(ss("-x").find((row) => row[4] === String(conn.localAddr))?.[0]).toBe("u_dgr");
  });

  it.skipIf(noRawSockets !== null)("an endpoint of raw IP", async () => {
    using conn = await listenPacket("ip4:251", "127.0.0.1");
    expect(ss("-w").map((row) => row[3])).toContain(`${conn.localAddr}:251`);
  });
});
