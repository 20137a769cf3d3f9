// UDP on sockets of one family or of both: whom they hear, what the addresses look like, where they can send.
// Go: net.TestUDPIPVersionReadMsg, net.TestIPv6WriteMsgUDPAddrPortTargetAddrIPVersion

import { describe, expect, it } from "vitest";
import { dialUDP, listenPacket, listenUDP, UDPAddr, type UDPConn } from "rawconn";
import { stack } from "#lib/internal/socket/probe.js";
import { rejection } from "../support/outcome.js";
import { hasIPv6 } from "../support/pair.js";

const hasBoth = hasIPv6 && stack().mapped;
if (!hasBoth) console.log("IPv6 sockets cannot carry IPv4 here, so UDP over both is not tested");

const at = (ip: string, { port }: UDPAddr) => new UDPAddr({ ip, port });
const room = () => new Uint8Array(64);

/** Every way to receive, with what it says of the sender. */
const reads: [string, (conn: UDPConn) => Promise<{ n: number; addr: UDPAddr | null }>][] = [
  ["readFrom", (conn) => conn.readFrom(room())],
  ["readFromUDP", (conn) => conn.readFromUDP(room())],
  ["readMsg", (conn) => conn.readMsg(room(), room())],
  ["readMsgUDP", (conn) => conn.readMsgUDP(room(), room())],
];

describe.runIf(hasBoth)("a UDPConn of both families", () => {
  it.each([
    ["no address", () => listenUDP("udp", null)],
    ["an empty host", () => listenPacket("udp", ":0")],
    ["0.0.0.0", () => listenPacket("udp", "0.0.0.0:0")],
    ["::", () => listenPacket("udp", "[::]:0")],
  ])("is what listening on %s gives, and hears either", async (_, listen) => {
    using server = await listen();
    expect(server.localAddr!.ip!.toString()).toBe("::");
    for (const ip of ["127.0.0.1", "::1"]) {
      using client = await dialUDP("udp", null, at(ip, server.localAddr!));
      expect(await client.write("hello")).toBe(5);
      const { n, addr } = await server.readFrom(room());
      expect([n, String(addr)]).toEqual([5, String(client.localAddr)]);
      expect(await server.writeTo("answer", addr!)).toBe(6);
      expect(await client.read(room())).toBe(6);
    }
  });

  it.each(reads)("by %s gives an IPv4 sender an address of 16 bytes that prints as IPv4", async (_, read) => {
    using server = await listenUDP("udp", null);
    using client = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    await client.writeTo("x", at("127.0.0.1", server.localAddr!));
    const { n, addr } = await read(server);
    expect(n).toBe(1);
    expect(addr!.ip!.length).toBe(16);
    expect(String(addr)).toBe(String(client.localAddr));
    expect(addr!.ip!.to4()!.length).toBe(4);
  });

  it.each(["127.0.0.1", "::ffff:127.0.0.1", "::1"])("can send to %s", async (ip) => {
    using conn = await listenUDP("udp", null);
    using peer = await listenUDP("udp", new UDPAddr({ ip }));
    expect(await conn.writeTo("x", peer.localAddr!)).toBe(1);
    expect(await conn.writeMsgUDP("y", new Uint8Array(0), peer.localAddr)).toEqual({ n: 1, oobn: 0 });
    for (let i = 0; i < 2; i++) {
      const { n, addr } = await peer.readFrom(room());
      expect([n, addr!.port]).toEqual([1, conn.localAddr!.port]);
    }
  });

  it("leaves its port to no socket of one family", async () => {
    using both = await listenUDP("udp", null);
    const { port } = both.localAddr!;
    for (const network of ["udp4", "udp6"] as const)
      expect(await rejection(listenUDP(network, new UDPAddr({ port })))).toMatchObject({
        code: "EADDRINUSE",
      });
  });
});

describe("a UDPConn of IPv4", () => {
  it.each(reads)("by %s gives a sender an address of 4 bytes", async (_, read) => {
    using conn = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    await conn.writeTo("x", conn.localAddr!);
    const { addr } = await read(conn);
    expect(addr).toEqual(conn.localAddr);
    expect(addr!.ip!.length).toBe(4);
  });

  it("takes an IPv4 address in either form, and no other", async () => {
    using conn = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    const { port } = conn.localAddr!;
    await conn.writeTo("x", new UDPAddr({ ip: "::ffff:127.0.0.1", port }));
    expect((await conn.readFrom(room())).addr).toEqual(conn.localAddr);
    const six = new UDPAddr({ ip: "::1", port: 9 });
    for (const sending of [conn.writeTo("x", six), conn.writeMsgUDP("x", new Uint8Array(0), six)])
      expect(await rejection(sending)).toMatchObject({
        code: "ERR_ADDRESS",
        message: `write udp4 ${conn.localAddr}->[::1]:9: address ::1: non-IPv4 address`,
      });
  });
});

describe.runIf(hasIPv6)("a UDPConn of IPv6 alone", () => {
  it("hears no IPv4, whose port stays free beside it", async () => {
    using six = await listenUDP("udp6", null);
    using four = await listenUDP("udp4", new UDPAddr({ port: six.localAddr!.port }));
    using client = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    await client.writeTo("four", at("127.0.0.1", six.localAddr!));
    expect((await four.readFrom(room())).n).toBe(4);
    using client6 = await dialUDP("udp6", null, at("::1", six.localAddr!));
    await client6.write("sixth");
    expect((await six.readFrom(room())).n).toBe(5);
  });

  it("has no way to an IPv4 address", async () => {
    using conn = await listenUDP("udp6", null);
    const sending = conn.writeTo("x", new UDPAddr({ ip: "127.0.0.1", port: 9 }));
    expect(await rejection(sending)).toMatchObject({ code: "ENETUNREACH", syscall: "sendto" });
  });

  it("that has an address gives its senders with it", async () => {
    using conn = await listenUDP("udp6", new UDPAddr({ ip: "::1" }));
    await conn.writeTo("x", conn.localAddr!);
    expect((await conn.readFrom(room())).addr).toEqual(conn.localAddr);
  });
});

it("no address at all means this host", async () => {
  for (const network of ["udp4", ...(hasIPv6 ? (["udp6"] as const) : [])] as const) {
    using conn = await listenUDP(network, null);
    const { port } = conn.localAddr!;
    await conn.writeTo("x", new UDPAddr({ port }));
    const { addr } = await conn.readFrom(room());
    expect(String(addr)).toBe(network === "udp4" ? `127.0.0.1:${port}` : `[::1]:${port}`);
    using client = await dialUDP(network, null, new UDPAddr({ port }));
    await client.write("yy");
    expect((await conn.readFrom(room())).n).toBe(2);
  }
});
