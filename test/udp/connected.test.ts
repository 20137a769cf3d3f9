// UDP with a peer and without: whom a socket hears, which way of sending it has, and what it learns of a peer that is not there.

import { describe, expect, it } from "vitest";
import { dial, dialUDP, listenPacket, listenUDP, UDPAddr, type UDPConn } from "rawconn";
import { errno } from "#lib/errors/index.js";
import { outcomeAfter, rejection } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";
import { ownAddr } from "../support/raw-ip.js";
import { replace } from "../support/syscalls.js";

const none = new Uint8Array(0);
const room = () => new Uint8Array(64);
const here = () => listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));

/** A dialed socket and the one it was dialed to. */
async function ends(): Promise<{ client: UDPConn; server: UDPConn } & Disposable> {
  const server = await here();
  const client = await dialUDP("udp", null, server.localAddr!);
  return { client, server, [Symbol.dispose]: () => disposeOf(client, server) };
}

/** Every way to send to an address. */
const ways: [string, (conn: UDPConn, addr: UDPAddr) => Promise<unknown>][] = [
  ["writeTo", (conn, addr) => conn.writeTo("x", addr)],
  ["writeToUDP", (conn, addr) => conn.writeToUDP("x", addr)],
  ["writeMsg", (conn, addr) => conn.writeMsg("x", none, addr)],
  ["writeMsgUDP", (conn, addr) => conn.writeMsgUDP("x", none, addr)],
];

describe.each(ways)("%s", (_, send) => {
  it("sends where the socket has no peer", async () => {
    using from = await here();
    using to = await here();
    await send(from, to.localAddr!);
    expect(await to.readFrom(room())).toEqual({ n: 1, addr: from.localAddr, truncated: false });
  });

  it("refuses where it has one, even that one", async () => {
    using both = await ends();
    const { client, server } = both;
    expect(await rejection(send(client, server.localAddr!))).toMatchObject({
      op: "write",
      code: "ERR_WRITE_TO_CONNECTED",
      message: `write udp ${client.localAddr}->${server.localAddr}: use of WriteTo with pre-connected connection`,
      n: 0,
    });
    await client.write("yy");
    expect((await server.readFrom(room())).n).toBe(2);
  });

  it.each([null, undefined])("refuses %s where it has none", async (nobody) => {
    using conn = await here();
    expect(await rejection(send(conn, nobody as never))).toMatchObject({
      code: "ERR_MISSING_ADDRESS",
      message: `write udp ${conn.localAddr}: missing address`,
      n: 0,
    });
  });

  it("refuses port 0, and goes on", async () => {
    using conn = await here();
    const sending = send(conn, new UDPAddr({ ip: "127.0.0.1" }));
    expect(await rejection(sending)).toMatchObject({ op: "write", code: "EINVAL" });
    await send(conn, conn.localAddr!);
    expect((await conn.readFrom(room())).n).toBe(1);
  });
});

it("write wants a peer, and so does a message to nobody", async () => {
  using conn = await here();
  expect(await rejection(conn.write("x"))).toMatchObject({
    message: `write udp ${conn.localAddr}: write: destination address required`,
    n: 0,
  });
  using both = await ends();
  expect(await both.client.writeMsgUDP("abc", none, null)).toEqual({ n: 3, oobn: 0 });
  expect((await both.server.readFrom(room())).n).toBe(3);
});

it("a Conn talks to a PacketConn, and hears nobody else", async () => {
  using server = await listenPacket("udp", "127.0.0.1:0");
  using client = await dial("udp", String(server.localAddr));
  using stranger = await here();
  expect([client.remoteAddr, server.remoteAddr]).toEqual([server.localAddr, null]);
  await client.write("question");
  const { addr } = await server.readFrom(room());
  expect(addr).toEqual(client.localAddr);
  await stranger.writeTo("noise", client.localAddr!);
  await server.writeTo("answer", addr!);
  const p = Buffer.alloc(64);
  expect(p.toString("latin1", 0, (await client.read(p))!)).toBe("answer");
});

// Each packet to a port where nobody listens comes back as an ICMP error, and fails one later operation.
describe("a dialed UDPConn whose peer is not there", () => {
  // An address that no other test uses: nobody takes the port meanwhile.
  const alone = async () => listenUDP("udp4", new UDPAddr({ ip: ownAddr(9).ip }));

  async function refused(): Promise<{ client: UDPConn; to: UDPAddr }> {
    const gone = await alone();
    const to = gone.localAddr!;
    const client = await dialUDP("udp", null, to);
    gone.close();
    return { client, to };
  }

  it("fails the read that waits, with the story", async () => {
    const { client, to } = await refused();
    using conn = client;
    const reading = rejection(conn.read(room()));
    expect(await conn.write("x")).toBe(1);
    expect(await reading).toMatchObject({
      op: "read",
      code: "ECONNREFUSED",
      message: `read udp ${conn.localAddr}->${to}: read: connection refused`,
    });
  });

  it.each([
    ["read", (conn: UDPConn) => conn.read(room()), "read"],
    ["readFrom", (conn: UDPConn) => conn.readFrom(room()), "recvfrom"],
    ["readMsg", (conn: UDPConn) => conn.readMsg(room(), none), "recvmsg"],
    ["write", (conn: UDPConn) => conn.write("y"), "write"],
    ["writeMsg", (conn: UDPConn) => conn.writeMsg("y", none, null), "sendmsg"],
  ])("fails one later %s, and the next one is as good as new", async (_, use, syscall) => {
    const { client } = await refused();
    using conn = client;
    await conn.write("x");
    // The error may take a moment. This waits for it, and leaves it there.
    let calls = 0;
    await conn.syscallConn().read(() => calls++ > 0);
    expect(await rejection(use(conn))).toMatchObject({ code: "ECONNREFUSED", syscall });
    expect(await outcomeAfter(20, conn.read(room()))).toBe("pending");
  });

  it("works when the peer is back", async () => {
    const { client, to } = await refused();
    using conn = client;
    const reading = rejection(conn.read(room()));
    await conn.write("x");
    expect(await reading).toMatchObject({ code: "ECONNREFUSED" });
    using back = await listenUDP("udp4", to);
    expect(await conn.write("hello")).toBe(5);
    const { addr } = await back.readFrom(room());
    await back.writeTo("answer", addr!);
    expect(await conn.read(room())).toBe(6);
  });

  it("does not concern a socket without a peer", async () => {
    const { client, to } = await refused();
    client.close();
    using conn = await here();
    await conn.writeTo("x", to);
    const reading = conn.readFrom(room());
    expect(await outcomeAfter(20, reading)).toBe("pending");
    await conn.writeTo("y", conn.localAddr!);
    expect((await reading).n).toBe(1);
  });
});

it.each(["EPERM", "EACCES"] as const)(
  "a socket refused with %s is not taken for one of ICMP, which a setting could open",
  async (code) => {
    using _ = replace("socket", () => () => -errno(code));
    const error = await rejection(here());
    expect(error).toMatchObject({ code, syscall: "socket" });
    expect(error.hint).toBeUndefined();
  },
);
