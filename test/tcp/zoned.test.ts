// Multipath TCP and IPv6 zones do not go together: a socket whose address has a zone is plain TCP.

import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { Dialer, type Handle, listen } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { hasIPv6 } from "../support/pair.js";

const ENABLED = "/proc/sys/net/mptcp/enabled";
const hasMPTCP = existsSync(ENABLED) && readFileSync(ENABLED, "utf8").trim() === "1";
if (!hasMPTCP) console.log("MPTCP: net.mptcp.enabled is not 1 here, so no address can make a difference");
const loopback = Object.entries(networkInterfaces()).find(([, addrs]) => addrs?.some((a) => a.internal))?.[0];

const [MPTCP, TCP] = [262, 6];
const protocolOf = (handle: Handle) =>
  handle.syscallConn().getsockopt(constant("SOL_SOCKET"), constant("SO_PROTOCOL"));

describe.runIf(hasMPTCP && hasIPv6 && loopback !== undefined)("a listener and its client", () => {
  it.each([
    ["::1", MPTCP],
    [`::1%${loopback}`, TCP],
  ])("on %s speak protocol %i", async (host, protocol) => {
    using listener = await listen("tcp", `[${host}]:0`);
    const dialer = new Dialer({ multipathTCP: true });
    using client = await dialer.dial("tcp", `[${host}]:${listener.addr!.port}`);
    using server = await listener.accept();
    expect([protocolOf(listener), protocolOf(client)]).toEqual([protocol, protocol]);
    expect(client.multipathTCP()).toBe(protocol === MPTCP);
    await client.write("x");
    expect(await server.read(new Uint8Array(4))).toBe(1);
  });
});
