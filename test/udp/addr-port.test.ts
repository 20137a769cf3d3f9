// The twins of UDP's methods that speak of netip.AddrPort.

import { expect, it } from "vitest";
import { dialUDP, listenPacket, type UDPConn } from "rawconn";
import { AddrPort, parseAddrPort } from "rawconn/netip";
import { codeOf } from "../poll/pair.js";
import { hasIPv6 } from "../support/pair.js";
import { stack } from "#lib/internal/socket/probe.js";

const room = () => new Uint8Array(16);
const none = new Uint8Array(0);
const portOf = (conn: UDPConn) => conn.localAddr!.addrPort();
const loopback = (conn: UDPConn) => parseAddrPort(`127.0.0.1:${conn.localAddr!.port}`);

it("a packet to an AddrPort arrives from one, and both are of IPv4 by themselves", async () => {
  using a = await listenPacket("udp4", "127.0.0.1:0");
  using b = await listenPacket("udp4", "127.0.0.1:0");
  expect(await a.writeToUDPAddrPort("hello", portOf(b))).toBe(5);
  const { n, addr, truncated } = await b.readFromUDPAddrPort(room());
  expect([n, String(addr), truncated]).toEqual([5, String(portOf(a)), false]);
  expect(addr!.addr.is4()).toBe(true);
  expect(await a.writeMsgUDPAddrPort("messages", none, portOf(b))).toEqual({ n: 8, oobn: 0 });
  const message = await b.readMsgUDPAddrPort(new Uint8Array(3), none);
  expect([message.n, message.oobn, String(message.addr)]).toEqual([3, 0, String(portOf(a))]);
  expect(message.flags).not.toBe(0);
});

it.skipIf(!stack().mapped)("a socket of both families maps IPv4, both ways", async () => {
  using both = await listenPacket("udp", ":0");
  using four = await listenPacket("udp4", "127.0.0.1:0");
  await four.writeToUDPAddrPort("x", loopback(both));
  const { addr } = await both.readFromUDPAddrPort(room());
  expect(addr!.addr.is4In6()).toBe(true);
  // Mapped or not, it gets back.
  for (const to of [addr!, new AddrPort(addr!.addr.unmap(), addr!.port)]) {
    await both.writeToUDPAddrPort("y", to);
    expect((await four.readFromUDPAddrPort(room())).n).toBe(1);
  }
});

it("what is no place to send to is refused, and told as it was given", async () => {
  using conn = await listenPacket("udp4", "127.0.0.1:0");
  const from = String(conn.localAddr);
  await expect(conn.writeToUDPAddrPort("x", parseAddrPort("[::ffff:127.0.0.1]:9"))).rejects.toMatchObject({
    code: "ERR_ADDRESS",
    message: `write udp4 ${from}->[::ffff:127.0.0.1]:9: address ::ffff:127.0.0.1: non-IPv4 address`,
  });
  expect(await codeOf(conn.writeToUDPAddrPort("x", parseAddrPort("[::1]:9")))).toBe("ERR_ADDRESS");
  expect(await codeOf(conn.writeToUDPAddrPort("x", new AddrPort()))).toBe("ERR_MISSING_ADDRESS");
  expect(await codeOf(conn.writeMsgUDPAddrPort("x", none, null))).toBe("ERR_MISSING_ADDRESS");
  expect(await codeOf(conn.writeToUDPAddrPort("x", "127.0.0.1:9" as never))).toBe("ERR_INVALID_ARG_TYPE");
});

it("with a peer, none other may be named", async () => {
  using peer = await listenPacket("udp4", "127.0.0.1:0");
  using conn = await dialUDP("udp4", null, peer.localAddr!);
  expect(await codeOf(conn.writeToUDPAddrPort("x", portOf(peer)))).toBe("ERR_WRITE_TO_CONNECTED");
  expect(await codeOf(conn.writeMsgUDPAddrPort("x", none, portOf(peer)))).toBe("ERR_WRITE_TO_CONNECTED");
  for (const nobody of [null, new AddrPort()]) {
    expect(await conn.writeMsgUDPAddrPort("xyz", none, nobody)).toEqual({ n: 3, oobn: 0 });
    expect((await peer.readFromUDPAddrPort(room())).n).toBe(3);
  }
});

it.skipIf(!hasIPv6)("a socket of IPv6 sends to itself", async () => {
  using six = await listenPacket("udp6", "[::1]:0");
  await six.writeToUDPAddrPort("x", portOf(six));
  expect(String((await six.readFromUDPAddrPort(room())).addr)).toBe(`[::1]:${six.localAddr!.port}`);
});
