// Nobody listens where a datagram was sent, and ICMP says so: one operation is told, the socket goes on, and nothing spins.

import { dialUDP, listenUDP, UDPAddr, type UDPConn } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import { takeErrors } from "#lib/internal/socket/error-queue.js";
import { udpCodec } from "#lib/internal/socket/sockaddr-inet.js";
import { codeOf, fdOf, turn } from "../poll/pair.js";
import { hasIPv6 } from "../support/pair.js";
import { outcomeAfter } from "../support/outcome.js";
import { watched, withFault } from "./inject.js";

interface Family {
  network: "udp4" | "udp6";
  ip: string;
  recvErr: [level: string, name: string];
}

const v4: Family = { network: "udp4", ip: "127.0.0.1", recvErr: ["IPPROTO_IP", "IP_RECVERR"] };
const v6: Family = { network: "udp6", ip: "::1", recvErr: ["IPPROTO_IPV6", "IPV6_RECVERR"] };
const families = [v4, ...(hasIPv6 ? [v6] : [])].map((family) => [family.network, family] as const);

const room = () => new Uint8Array(64);
const bind = ({ network, ip }: Family) => listenUDP(network, new UDPAddr({ ip }));

/** Where nobody is any more. */
async function nowhere(family: Family): Promise<UDPAddr> {
  const gone = await bind(family);
  gone.close();
  return gone.localAddr!;
}

/** Asks the kernel to keep every ICMP error. */
function keepErrors(conn: UDPConn, { recvErr: [level, name] }: Family): void {
  conn.syscallConn().setsockopt(constant(level), constant(name), 1);
}

/** Counts the calls that a conn makes in so many turns of the loop. */
async function callsIn(turns: number): Promise<number> {
  let calls = 0;
  const count = () => calls++;
  const faults = {
    recv: watched<typeof binding.recv>(count),
    recvmsg: watched<typeof binding.recvmsg>(count),
  };
  // What is counted may be none at all, so one of each is made first.
  await withFault(faults, async () => {
    binding.recv(-1, room());
    binding.recvmsg(-1, room(), new Uint8Array(144), 0);
    for (let left = turns; left > 0; left--) await turn();
  });
  return calls - 2;
}

describe.each(families)("%s", (_name, family) => {
  it("connected: a read that waits is refused once, and the next one waits", async () => {
    using conn = await dialUDP(family.network, null, await nowhere(family));
    const reading = codeOf(conn.read(room()));
    await turn();
    expect(await conn.write("x")).toBe(1);
    expect(await reading).toBe("ECONNREFUSED");
    const next = conn.read(room());
    expect(await outcomeAfter(20, next)).toBe("pending");
    expect(await callsIn(50)).toBe(0);
    conn.close();
    expect(await codeOf(next)).toBe("ERR_CLOSED");
  });

  it("connected: a later write is refused, and the one after goes out", async () => {
    using conn = await dialUDP(family.network, null, await nowhere(family));
    await conn.write("x");
    expect(await codeOf(conn.write("y"))).toBe("ECONNREFUSED");
    expect(await conn.write("z")).toBe(1);
  });

  it("connected: when somebody comes, all is well", async () => {
    const addr = await nowhere(family);
    using conn = await dialUDP(family.network, null, addr);
    await conn.write("x");
    expect(await codeOf(conn.read(room()))).toBe("ECONNREFUSED");
    using late = await listenUDP(family.network, addr);
    await conn.write("hello");
    expect((await late.readFrom(room())).n).toBe(5);
    await late.writeTo("back", conn.localAddr!);
    expect(await conn.read(room())).toBe(4);
  });

  it("connected, errors kept: one is told for each, and a queue that nobody reads does not spin", async () => {
    using conn = await dialUDP(family.network, null, await nowhere(family));
    keepErrors(conn, family);
    const reading = codeOf(conn.read(room()));
    await turn();
    await conn.write("x");
    expect(await reading).toBe("ECONNREFUSED");
    const next = conn.read(room());
    expect(await outcomeAfter(20, next)).toBe("pending");
    // The kernel goes on saying that there is an error, as long as its queue is not empty.
    expect(await callsIn(50)).toBe(0);
    expect(takeErrors(fdOf(conn).fd, udpCodec)).toMatchObject([{ errno: 111, addr: conn.remoteAddr }]);
    conn.close();
    expect(await codeOf(next)).toBe("ERR_CLOSED");
  });

  it("not connected: nothing is told, since it may be of anyone's packet", async () => {
    using conn = await bind(family);
    const reading = conn.readFrom(room());
    await turn();
    const addr = await nowhere(family);
    expect(await conn.writeTo("x", addr)).toBe(1);
    expect(await conn.writeTo("y", addr)).toBe(1);
    expect(await outcomeAfter(20, reading)).toBe("pending");
    await conn.writeTo("self", conn.localAddr!);
    expect((await reading).n).toBe(4);
  });

  it("not connected, errors kept: one operation is refused for each, and other peers are served", async () => {
    using conn = await bind(family);
    using peer = await bind(family);
    keepErrors(conn, family);
    const reading = codeOf(conn.readFrom(room()));
    await turn();
    const addr = await nowhere(family);
    await conn.writeTo("x", addr);
    expect(await reading).toBe("ECONNREFUSED");
    const next = conn.readFrom(room());
    expect(await outcomeAfter(20, next)).toBe("pending");
    expect(await callsIn(50)).toBe(0);
    await peer.writeTo("hello", conn.localAddr!);
    expect((await next).addr).toEqual(peer.localAddr);
    expect(takeErrors(fdOf(conn).fd, udpCodec)).toMatchObject([{ errno: 111, addr }]);
  });

  it("a thousand refusals cost a thousand operations at most, and no byte of a friend's is lost", async () => {
    using conn = await bind(family);
    using peer = await bind(family);
    keepErrors(conn, family);
    const addr = await nowhere(family);
    let [refused, heard] = [0, 0];
    const reading = (async () => {
      while (heard < 100) {
        const ended = await codeOrNull(conn.readFrom(room()));
        if (ended === null) heard++;
        else if (ended === "ECONNREFUSED") refused++;
        else throw new Error(ended);
      }
    })();
    for (let sent = 0; sent < 1000; sent++) {
      if ((await codeOrNull(conn.writeTo("x", addr))) !== null) refused++;
      if (sent % 10 === 0) await peer.writeTo("friend", conn.localAddr!);
      // What is kept takes room in the queue of what comes.
      if (sent % 20 === 0) takeErrors(fdOf(conn).fd, udpCodec);
    }
    await reading;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(1000);
  });
});

/** The code that an operation ended with; null when it went well. */
async function codeOrNull(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}
