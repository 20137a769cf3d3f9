// Raw IP with a peer and without: whom a socket hears, which way of sending it has, headers, and errors that come back.

import { describe, expect, it } from "vitest";
import { dialIP, IPAddr, type IPConn, listenIP, listenPacket, UDPAddr } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { rejection } from "../support/outcome.js";
import { disposeOf, hasIPv6 } from "../support/pair.js";
import { loopback6, ownAddr, rawIP, rawNetwork, refused } from "../support/raw-ip.js";

const none = new Uint8Array(0);
const room = (n = 128) => new Uint8Array(n);
const MSG_TRUNC = constant("MSG_TRUNC");
const HEADER = 20;
const [one, two, three] = [1, 2, 3].map(ownAddr) as [IPAddr, IPAddr, IPAddr];

/** Two sockets that have each other for a peer. */
async function ends(): Promise<{ a: IPConn; b: IPConn } & Disposable> {
  const a = await dialIP(rawNetwork(4), one, two);
  const b = await dialIP(rawNetwork(4), two, one);
  return { a, b, [Symbol.dispose]: () => disposeOf(a, b) };
}

/** Every way to send to an address. */
const ways: [string, (conn: IPConn, addr: IPAddr) => Promise<unknown>][] = [
  ["writeTo", (conn, addr) => conn.writeTo("x", addr)],
  ["writeToIP", (conn, addr) => conn.writeToIP("x", addr)],
  ["writeMsg", (conn, addr) => conn.writeMsg("x", none, addr)],
  ["writeMsgIP", (conn, addr) => conn.writeMsgIP("x", none, addr)],
];

describe.skipIf(refused !== null).each(ways)("%s", (_, send) => {
  it("sends where the socket has no peer", async () => {
    using from = await rawIP(one);
    using to = await rawIP(two);
    await send(from, two);
    expect(await to.readFrom(room())).toEqual({ n: 1, addr: one, truncated: false });
  });

  it("refuses where it has one, and where nobody is named", async () => {
    using both = await ends();
    expect(await rejection(send(both.a, two))).toMatchObject({ op: "write", code: "ERR_WRITE_TO_CONNECTED" });
    using conn = await rawIP(three);
    for (const nobody of [null, undefined]) {
      const error = await rejection(send(conn, nobody as never));
      expect(error).toMatchObject({ code: "ERR_MISSING_ADDRESS", source: three, addr: null });
    }
    await send(conn, three);
    expect((await conn.readFrom(room())).n).toBe(1);
  });

  it("refuses an address of another family, or of another network", async () => {
    using conn = await rawIP(one);
    expect(await rejection(send(conn, loopback6))).toMatchObject({ code: "ERR_ADDRESS" });
    expect(await rejection(send(conn, new UDPAddr() as never))).toMatchObject({ code: "EINVAL" });
  });
});

describe.skipIf(refused !== null || !hasIPv6)("an IPConn over IPv6", () => {
  it("takes no header off: what looks like one of IPv4 is what was sent", async () => {
    using conn = await rawIP(loopback6);
    const sent = Uint8Array.of(0x45, ...new Uint8Array(HEADER + 5));
    await conn.writeTo(sent, loopback6);
    const p = room();
    expect(await conn.readFrom(p)).toEqual({ n: sent.length, addr: loopback6, truncated: false });
    expect(p.subarray(0, sent.length)).toEqual(sent);
  });
});

describe.skipIf(refused !== null)("an IPConn", () => {
  it("that was dialed hears its peer alone", async () => {
    using both = await ends();
    using stranger = await rawIP(three);
    await stranger.writeTo("noise", one);
    await both.b.write("news");
    const p = Buffer.alloc(64);
    const { n, addr } = await both.a.readFrom(p);
    expect([p.toString("latin1", 0, n), addr]).toEqual(["news", two]);
    expect([both.a.localAddr, both.a.remoteAddr]).toEqual([one, two]);
  });

  it("that was not hears all who send to its address, and to no other", async () => {
    using conn = await rawIP(one);
    using other = await rawIP(two);
    await other.writeTo("not for one", three);
    for (const name of ["first", "second"]) await other.writeTo(name, one);
    const p = Buffer.alloc(64);
    for (const name of ["first", "second"]) {
      const { n, addr } = await conn.readFrom(p);
      expect([p.toString("latin1", 0, n), addr]).toEqual([name, two]);
    }
  });

  it("gives the header by read and readMsg, and leaves it out by readFrom and readFromIP", async () => {
    using conn = await rawIP(one);
    for (let i = 0; i < 5; i++) await conn.writeTo("abc", one);
    expect(await conn.read(room())).toBe(HEADER + 3);
    expect((await conn.readMsg(room(), none)).n).toBe(HEADER + 3);
    expect((await conn.readMsgIP(room(), none)).n).toBe(HEADER + 3);
    expect((await conn.readFrom(room())).n).toBe(3);
    expect((await conn.readFromIP(room())).n).toBe(3);
  });

  it("tells what was cut, counting the header as it is", async () => {
    using conn = await rawIP(one);
    const receive = async (length: number) => {
      await conn.writeTo("abc", one);
      return conn.readFrom(room(length));
    };
    expect(await receive(HEADER + 3)).toEqual({ n: 3, addr: one, truncated: false });
    expect(await receive(HEADER + 2)).toEqual({ n: 2, addr: one, truncated: true });
    // Without room for the header there is none to be left out.
    expect(await receive(HEADER - 1)).toEqual({ n: HEADER - 1, addr: one, truncated: true });
    await conn.writeTo("abc", one);
    expect(await conn.readMsg(room(4), none)).toMatchObject({ n: 4, flags: MSG_TRUNC, addr: one });
  });

  it("without a family is one of IPv4 where its address is, and of IPv6 where it has none", async () => {
    const protocol = rawNetwork(4).split(":")[1];
    using four = await listenIP(`ip:${protocol}`, one);
    await four.writeTo("x", one);
    expect((await four.readFrom(room())).n).toBe(1);
    using any = await listenPacket(`ip:${protocol}`, "");
    expect(any.localAddr).toEqual(new IPAddr({ ip: "::" }));
  });

  // Nobody takes the protocol there, and the host says so: ICMP "protocol unreachable".
  it("that was dialed is told once that nobody is there, and goes on", async () => {
    using conn = await dialIP(rawNetwork(4), one, three);
    const reading = rejection(conn.readFrom(room()));
    // The kernel looks at no error about less than eight bytes.
    await conn.write("12345678");
    expect(await reading).toMatchObject({
      op: "read",
      code: "ENOPROTOOPT",
      syscall: "recvfrom",
      addr: three,
    });
    using there = await rawIP(three);
    await conn.write("hello");
    expect(await there.readFrom(room())).toMatchObject({ n: 5, addr: one });
    await there.writeTo("back", one);
    expect((await conn.readFrom(room())).n).toBe(4);
  });
});
