// What wraps a UDPConn or an IPConn: packets with what the kernel tells of them, alike for both families.

import { describe, expect, it } from "vitest";
import { dialUDP, interfaceByName, listenUDP, TCPConn, UDPAddr, UDPConn } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { disposeOf, hasIPv6 } from "../support/pair.js";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { refused } from "../support/raw-ip.js";
import { unixgram } from "../support/unix.js";
import { type Half, halves, rawOf, type Wrapper } from "./wrapped.js";

const lo = interfaceByName("lo");
const room = () => new Uint8Array(64);

/** A wrapped socket, and a dialed one that sends to it. */
async function ends(half: Half) {
  const conn = await half.udp();
  const far = await dialUDP(half.name === "IPv4" ? "udp4" : "udp6", null, conn.localAddr!);
  const c = half.wrap(conn);
  return { conn, c, far, [Symbol.dispose]: () => disposeOf(conn, far) };
}

/** The next packet and what it tells, as text. */
async function next(half: Half, c: Wrapper) {
  const p = room();
  const { n, cm, addr, truncated } = await c.readFrom(p);
  const text = Buffer.from(p.subarray(0, n)).toString();
  return { text, cm: cm && half.told(cm), addr: String(addr), truncated };
}

describe.each(halves)("control data of $name", (half) => {
  const { flags, loopback } = half;
  const everything = flags.hops | flags.service | flags.src | flags.dst | flags.ifi;

  it("is none unless it was asked for", async () => {
    using both = await ends(half);
    await both.far.write("one");
    const from = String(both.far.localAddr);
    expect(await next(half, both.c)).toEqual({ text: "one", cm: null, addr: from, truncated: false });
  });

  it("tells hops, service, both addresses and the interface, each packet its own", async () => {
    using both = await ends(half);
    both.c.setControlMessage(everything, true);
    const sender = half.wrap(both.far);
    for (const [hops, service] of [
      [9, 0x10],
      [200, 0x28],
    ]) {
      sender.setHops(hops);
      sender.setService(service);
      await both.far.write("x");
      const told = { hops, service, src: loopback, dst: loopback, ifIndex: lo.index };
      expect(await next(half, both.c)).toMatchObject({ cm: told });
    }
  });

  it("ends when it is switched off", async () => {
    using both = await ends(half);
    both.c.setControlMessage(everything, true);
    both.c.setControlMessage(everything, false);
    await both.far.write("x");
    expect((await next(half, both.c)).cm).toBeNull();
  });

  it("goes on while one of the flags that share an option is left", async () => {
    using both = await ends(half);
    both.c.setControlMessage(flags.dst | flags.ifi, true);
    both.c.setControlMessage(flags.dst, false);
    await both.far.write("x");
    expect((await next(half, both.c)).cm).toMatchObject({ ifIndex: lo.index });
    both.c.setControlMessage(flags.ifi, false);
    await both.far.write("x");
    expect((await next(half, both.c)).cm).toBeNull();
  });

  it("is the sender's address where nothing else was asked for", async () => {
    using both = await ends(half);
    both.c.setControlMessage(flags.src, true);
    await both.far.write("x");
    expect((await next(half, both.c)).cm).toMatchObject({ src: loopback, hops: 0 });
    both.c.setControlMessage(flags.src, false);
    await both.far.write("x");
    expect((await next(half, both.c)).cm).toBeNull();
  });

  it("is each wrapper's own, although the option is the socket's", async () => {
    using both = await ends(half);
    const other = half.wrap(both.conn);
    both.c.setControlMessage(flags.hops, true);
    await both.far.write("for the other");
    expect((await next(half, other)).cm).toBeNull();
    other.setControlMessage(flags.dst, true);
    await both.far.write("with more than was asked for here");
    expect((await next(half, both.c)).cm).toMatchObject({ hops: 64, dst: loopback });
  });

  it.each([-1, 64, 1.5, NaN, "1", null])("has no flag %s", async (cf) => {
    using both = await ends(half);
    const code = typeof cf === "number" ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
    expect(thrown(() => both.c.setControlMessage(cf as number, true))).toMatchObject({ code });
    expect(thrown(() => both.c.setControlMessage(1, 1 as never))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });
});

describe.each(halves)("a PacketConn of $name", (half) => {
  it("sends to an address, with what the control message says", async () => {
    using both = await ends(half);
    const { c, far } = both;
    const cm = half.control({ src: half.loopback, ifIndex: lo.index });
    expect(await c.writeTo("told", cm, far.localAddr)).toBe(4);
    expect(await c.writeTo("plain", null, far.localAddr)).toBe(5);
    const p = room();
    const texts = [await far.read(p), await far.read(p)];
    expect(texts).toEqual([4, 5]);
    // The kernel holds this host to it.
    const nowhere = half.control({ ifIndex: 0x7fffffff });
    expect(await rejection(c.writeTo("x", nowhere, far.localAddr))).toMatchObject({
      op: "write",
      code: "ENODEV",
    });
  });

  it("sends to its peer without an address, and to nobody without a peer", async () => {
    using both = await ends(half);
    const connected = half.wrap(both.far);
    expect(await connected.writeTo("peer", null, null)).toBe(4);
    expect((await next(half, both.c)).text).toBe("peer");
    expect(await rejection(both.c.writeTo("x", null, null))).toMatchObject({
      op: "write",
      code: "EDESTADDRREQ",
      syscall: "sendmsg",
    });
  });

  it("serves several readers and writers at once, each packet with what belongs to it", async () => {
    using both = await ends(half);
    const { c, far, conn } = both;
    const other = half.wrap(conn);
    for (const reader of [c, other]) reader.setControlMessage(half.flags.hops | half.flags.dst, true);
    const sender = half.wrap(far);
    const [rounds, lanes] = [25, 4];
    const heard: string[] = [];
    const read = async (reader: Wrapper) => {
      for (let i = 0; i < rounds; i++) {
        const { text, cm } = await next(half, reader);
        heard.push(`${text} ${cm!.hops} ${cm!.dst}`);
      }
    };
    const write = async (lane: number) => {
      for (let i = 0; i < rounds; i++) {
        sender.setHops(10 + lane);
        await sender.writeTo(`${lane}.${i}`, null, null);
      }
    };
    const all = Array.from({ length: lanes }, (_, lane) => lane);
    await Promise.all([...all.map((lane) => read(lane % 2 ? other : c)), ...all.map(write)]);
    const sent = all.flatMap((lane) =>
      Array.from({ length: rounds }, (_, i) => `${lane}.${i} ${10 + lane} ${half.loopback}`),
    );
    expect(heard.toSorted()).toEqual(sent.toSorted());
  });

  it("tells that a packet was cut, and takes an empty one", async () => {
    using both = await ends(half);
    await both.far.write("long enough");
    const { n, truncated } = await both.c.readFrom(new Uint8Array(4));
    expect([n, truncated]).toEqual([4, true]);
    await both.far.write("");
    expect(await next(half, both.c)).toMatchObject({ text: "", truncated: false });
  });

  it("shares deadlines, addresses and its end with what it wraps", async () => {
    using both = await ends(half);
    const { c, conn } = both;
    expect(c.localAddr).toEqual(conn.localAddr);
    c.setReadDeadline(Date.now() - 1);
    expect(await rejection(conn.readFrom(room()))).toMatchObject({ code: "ERR_DEADLINE" });
    conn.setReadDeadline(null);
    const waiting = c.readFrom(room());
    expect(await outcomeAfter(20, waiting)).toBe("pending");
    c.setDeadline(Date.now() + 20);
    expect(await rejection(waiting)).toMatchObject({ op: "read", code: "ERR_DEADLINE" });
    c.setWriteDeadline(Date.now() - 1);
    expect(await rejection(c.writeTo("x", null, both.far.localAddr))).toMatchObject({ code: "ERR_DEADLINE" });
    c.setDeadline(null);
    const reading = c.readFrom(room());
    conn.close();
    expect(await rejection(reading)).toMatchObject({ op: "read", code: "ERR_CLOSED" });
    expect(await rejection(c.writeTo("x", null, both.far.localAddr))).toMatchObject({ code: "ERR_CLOSED" });
    expect(thrown(() => c.close())).toMatchObject({ op: "close", code: "ERR_CLOSED" });
  });

  it("closes what it wraps", async () => {
    using both = await ends(half);
    both.c.close();
    expect(thrown(() => both.conn.close())).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("lets a program of BPF choose packets, and says which it does not take", async () => {
    using both = await ends(half);
    // The first byte behind the eight of UDP's header is to be a "y".
    both.c.setBPF([
      { op: 0x30, jt: 0, jf: 0, k: 8 },
      { op: 0x15, jt: 0, jf: 1, k: 0x79 },
      { op: 0x06, jt: 0, jf: 0, k: 0xffffffff },
      { op: 0x06, jt: 0, jf: 0, k: 0 },
    ]);
    await both.far.write("no");
    await both.far.write("yes");
    expect((await next(half, both.c)).text).toBe("yes");
    const endless = [{ op: 0x05, jt: 0, jf: 0, k: 7 }];
    expect(thrown(() => both.c.setBPF(endless))).toMatchObject({ op: "set", code: "EINVAL" });
    expect(thrown(() => both.c.setBPF([]))).toMatchObject({ code: "ERR_OUT_OF_RANGE", name: "RangeError" });
    expect(thrown(() => both.c.setBPF(null as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it("refuses arguments of no sense before it sends or waits", async () => {
    using both = await ends(half);
    const { c, far } = both;
    const there = far.localAddr!;
    const other = half.name === "IPv4" ? new ipv6.ControlMessage() : new ipv4.ControlMessage();
    const TYPE = { code: "ERR_INVALID_ARG_TYPE" };
    for (const p of [null, 5, {}, [1]] as never[]) {
      expect(await rejection(c.readFrom(p))).toMatchObject(TYPE);
      expect(await rejection(c.writeTo(p, null, there))).toMatchObject(TYPE);
    }
    for (const cm of [other, {}, undefined, 5] as never[])
      expect(await rejection(c.writeTo("x", cm, there))).toMatchObject(TYPE);
    for (const addr of [String(there), {}, 5] as never[])
      expect(await rejection(c.writeTo("x", null, addr))).toMatchObject(TYPE);
    const bad = Object.assign(half.control({}), { ifIndex: -1 });
    expect(await rejection(c.writeTo("x", bad, there))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });
});

describe.skipIf(refused !== null).each(halves)("over a raw socket of $name", (half) => {
  it("gives the payload alone, also where it fills the room", async () => {
    using conn = await rawOf(half);
    const c = half.wrap(conn);
    c.setControlMessage(half.flags.hops | half.flags.dst, true);
    c.setHops(33);
    expect(await c.writeTo("payload", null, half.rawAddr)).toBe(7);
    const p = new Uint8Array(7);
    const { n, cm, addr, truncated } = await c.readFrom(p);
    expect(Buffer.from(p.subarray(0, n)).toString()).toBe("payload");
    expect({ addr: String(addr), truncated }).toEqual({ addr: expect.any(String), truncated: false });
    expect(half.told(cm!)).toMatchObject({ hops: 33, dst: String(half.rawAddr) });
    await c.writeTo("payload", null, half.rawAddr);
    expect(await c.readFrom(new Uint8Array(3))).toMatchObject({ n: 3, truncated: true });
  });

  it("tells of room that was taken away while it waited", async () => {
    using conn = await rawOf(half);
    const c = half.wrap(conn);
    const p = new Uint8Array(8);
    const reading = rejection(c.readFrom(p));
    structuredClone(p.buffer, { transfer: [p.buffer] });
    await c.writeTo("payload", null, half.rawAddr);
    expect(await reading).toMatchObject({ name: "TypeError", code: "ERR_BUFFER_DETACHED" });
  });
});

describe("what is wrapped", () => {
  it.each([
    ["ipv4", ipv4],
    ["ipv6", ipv6],
  ])("by %s must be a connection of IP", async (_, { newConn, newPacketConn }) => {
    const TYPE = { code: "ERR_INVALID_ARG_TYPE" };
    for (const c of [null, undefined, {}, 5, "conn"] as never[]) {
      expect(thrown(() => newConn(c))).toMatchObject(TYPE);
      expect(thrown(() => newPacketConn(c))).toMatchObject(TYPE);
    }
    expect(thrown(() => newPacketConn(new TCPConn() as never))).toMatchObject(TYPE);
    using unix = await unixgram();
    expect(thrown(() => newConn(unix))).toMatchObject(TYPE);
    expect(thrown(() => newPacketConn(unix as never))).toMatchObject(TYPE);
    // A zero value is found out when it is used, as in Go.
    const zero = newPacketConn(new UDPConn());
    expect(zero.localAddr).toBeNull();
    expect(await rejection(zero.readFrom(room()))).toMatchObject({ code: "EINVAL" });
    expect(thrown(() => zero.multicastLoopback())).toMatchObject({ code: "EINVAL" });
  });

  it.skipIf(!hasIPv6)("by ipv4 may be a socket of both families", async () => {
    using conn = await listenUDP("udp", null);
    const c = ipv4.newPacketConn(conn);
    c.setControlMessage(ipv4.flagDst | ipv4.flagTTL, true);
    c.setTTL(17);
    const to = new UDPAddr({ ip: "127.0.0.1", port: conn.localAddr!.port });
    await c.writeTo("mapped", null, to);
    const { cm } = await c.readFrom(room());
    expect(String(cm)).toBe("ttl=17 src=127.0.0.1 dst=127.0.0.1 ifindex=1");
  });

  it("by ipv4 sends to no address of IPv6", async () => {
    using conn = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    const writing = ipv4.newPacketConn(conn).writeTo("x", null, new UDPAddr({ ip: "::1", port: 9 }));
    expect(await rejection(writing)).toMatchObject({ op: "write", code: "ERR_ADDRESS" });
  });
});
