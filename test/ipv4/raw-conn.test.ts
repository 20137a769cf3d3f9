// Packets of IPv4 with headers of our own making.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dialIP, interfaceByName, IPAddr, IPConn, listenIP, listenUDP, UDPAddr } from "rawconn";
import {
  ControlMessage,
  dontFragment,
  flagDst,
  flagInterface,
  flagTTL,
  Header,
  headerLen,
  ICMPFilter,
  newRawConn,
  parseHeader,
  type RawConn,
} from "rawconn/ipv4";
import { checksum } from "rawconn/icmp";
import { nops } from "../icmp/packets.js";
import { disposeOf, hasIPv6 } from "../support/pair.js";
import { loopback6, ownAddr, rawIP, rawNetwork, refused } from "../support/raw-ip.js";
import { rejection, thrown } from "../support/outcome.js";
import { replace } from "../support/syscalls.js";

const [here, there] = [ownAddr(81), ownAddr(82)];
const protocol = Number(rawNetwork(4).split(":")[1]);
const room = () => new Uint8Array(2048);
const text = (p: Uint8Array) => Buffer.from(p).toString();

describe.skipIf(refused !== null)("a RawConn", () => {
  let conn: IPConn;
  let far: IPConn;
  let c: RawConn;
  beforeEach(async () => {
    [conn, far] = [await rawIP(here), await rawIP(there)];
    c = newRawConn(conn);
  });
  afterEach(() => disposeOf(conn, far));

  const header = (fields = {}) => new Header({ ttl: 64, protocol, dst: there.ip, ...fields });

  /** What arrives at the other end, header and all. */
  async function arrived(): Promise<{ h: Header; p: Uint8Array; whole: Uint8Array }> {
    const b = room();
    const n = (await far.read(b))!;
    const h = parseHeader(b.subarray(0, n));
    return { h, p: b.subarray(h.len, n), whole: b.subarray(0, n) };
  }

  it("sends headers as they are given", async () => {
    const options = Uint8Array.from(nops(8));
    const fields = { tos: 0x28, id: 0x1234, ttl: 9, flags: dontFragment, src: here.ip, options };
    await c.writeTo(header(fields), "with a header", null);
    const { h, p, whole } = await arrived();
    expect(h).toMatchObject({
      len: 28,
      tos: 0x28,
      id: 0x1234,
      ttl: 9,
      flags: dontFragment,
      protocol,
      options,
    });
    expect([String(h.src), String(h.dst)]).toEqual([String(here), String(there)]);
    expect(text(p)).toBe("with a header");
    // The kernel counted and summed up.
    expect(h.totalLen).toBe(whole.length);
    expect(checksum(whole.subarray(0, h.len))).toBe(0);
  });

  it("has the kernel fill in what is left out", async () => {
    await c.writeTo(header(), Buffer.from("x"), null);
    const { h } = await arrived();
    expect(h.id).not.toBe(0);
    expect(String(h.src)).toBe(String(here));
  });

  it("may claim to be another, as nobody else can", async () => {
    await c.writeTo(header({ src: "127.9.9.9" }), "x", null);
    expect(String((await arrived()).h.src)).toBe("127.9.9.9");
  });

  it("goes where the control message says, whatever the header says", async () => {
    const targets: string[] = [];
    // Behind four words stands the address, and in it the IP behind family and port.
    using _ = replace("sendmsg", (real) => (...args) => {
      targets.push((args[2] as Uint8Array).slice(20, 24).join("."));
      return real(...args);
    });
    await c.writeTo(header(), "x", new ControlMessage({ dst: "127.9.9.9" }));
    await c.writeTo(header(), "x", new ControlMessage({ dst: "::1" }));
    await c.writeTo(header(), "x", null);
    expect(targets).toEqual(["127.9.9.9", String(there), String(there)]);
  });

  it("takes what arrives apart", async () => {
    c.setControlMessage(flagTTL | flagDst | flagInterface, true);
    await far.writeTo("hello", here);
    const b = room();
    const { h, p, cm, truncated } = await c.readFrom(b);
    expect(h).toMatchObject({ version: 4, len: headerLen, protocol, ttl: 64 });
    expect([String(h.src), String(h.dst), text(p), truncated]).toEqual([
      String(there),
      String(here),
      "hello",
      false,
    ]);
    expect(p.buffer).toBe(b.buffer);
    expect(String(cm)).toBe(`ttl=64 src=${there.toString()} dst=${here.toString()} ifindex=1`);
    c.setControlMessage(flagTTL | flagDst | flagInterface, false);
    await far.writeTo("hello", here);
    expect((await c.readFrom(room())).cm).toBeNull();
  });

  it("tells of a packet that was cut, and of a header that was", async () => {
    await far.writeTo("hello", here);
    const { p, truncated } = await c.readFrom(new Uint8Array(22));
    expect([text(p), truncated]).toEqual(["he", true]);
    for (const [length, message] of [
      [0, "header too short"],
      [19, "header too short"],
    ] as const) {
      await far.writeTo("hello", here);
      const error = await rejection(c.readFrom(new Uint8Array(length)));
      expect(error).toMatchObject({ op: "read", code: "ERR_PARSE" });
      expect(error.cause).toMatchObject({ message });
    }
    const sender = newRawConn(far);
    await sender.writeTo(header({ dst: here.ip, options: Uint8Array.from(nops(4)) }), "", null);
    const error = await rejection(c.readFrom(new Uint8Array(23)));
    expect(error.cause).toMatchObject({ message: "extension header too short" });
  });

  it("refuses what is no header or payload, before anything is sent", async () => {
    const TYPE = { code: "ERR_INVALID_ARG_TYPE" };
    for (const h of [null, undefined, {}, new Uint8Array(20)] as never[])
      expect(await rejection(c.writeTo(h, "x", null))).toMatchObject(TYPE);
    for (const p of [null, 5, {}] as never[])
      expect(await rejection(c.writeTo(header(), p, null))).toMatchObject(TYPE);
    expect(await rejection(c.writeTo(header(), "x", {} as never))).toMatchObject(TYPE);
    expect(await rejection(c.writeTo(new Header(), "x", null))).toMatchObject({
      code: "ERR_MISSING_ADDRESS",
    });
    const short = header({ len: 8 });
    expect(await rejection(c.writeTo(short, "x", null))).toMatchObject({ code: "ERR_PARSE" });
    // More than the interface takes is not fragmented.
    const large = new Uint8Array(65_536);
    expect(await rejection(c.writeTo(header(), large, null))).toMatchObject({
      op: "write",
      code: "EMSGSIZE",
    });
    await c.writeTo(header(), "the first that went", null);
    expect(text((await arrived()).p)).toBe("the first that went");
  });

  it("shares deadlines and end with what it wraps", async () => {
    c.setReadDeadline(Date.now() - 1);
    expect(await rejection(conn.readFrom(room()))).toMatchObject({ code: "ERR_DEADLINE" });
    c.setWriteDeadline(Date.now() - 1);
    expect(await rejection(c.writeTo(header(), "x", null))).toMatchObject({ code: "ERR_DEADLINE" });
    c.setDeadline(null);
    const reading = c.readFrom(room());
    c.close();
    expect(await rejection(reading)).toMatchObject({ op: "read", code: "ERR_CLOSED" });
    expect(thrown(() => conn.close())).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("has what a PacketConn has: numbers, multicast, filters", async () => {
    const lo = interfaceByName("lo");
    const [group, source] = ["239.1.2.3", "127.0.0.1"].map((ip) => new IPAddr({ ip }));
    c.setTOS(0x20);
    c.setTTL(7);
    c.setMulticastTTL(3);
    c.setMulticastLoopback(false);
    c.setMulticastInterface(lo);
    expect([c.tos(), c.ttl(), c.multicastTTL(), c.multicastLoopback()]).toEqual([0x20, 7, 3, false]);
    expect(c.multicastInterface()).toEqual(lo);
    c.joinGroup(lo, group);
    c.excludeSourceSpecificGroup(lo, group, source);
    c.includeSourceSpecificGroup(lo, group, source);
    c.leaveGroup(lo, group);
    c.joinSourceSpecificGroup(lo, group, source);
    c.leaveSourceSpecificGroup(lo, group, source);
    expect(thrown(() => c.leaveGroup(lo, group))).toMatchObject({ op: "set", code: "EADDRNOTAVAIL" });
    // A filter of types is for ICMP alone.
    const refusal = { op: "set", code: "EOPNOTSUPP" };
    expect(thrown(() => c.icmpFilter())).toMatchObject(refusal);
    expect(thrown(() => c.setICMPFilter(new ICMPFilter()))).toMatchObject(refusal);
    // The program sees the header too: nothing is let in but a type of service of 0x20.
    c.setBPF([
      { op: 0x30, jt: 0, jf: 0, k: 1 },
      { op: 0x15, jt: 0, jf: 1, k: 0x20 },
      { op: 0x06, jt: 0, jf: 0, k: 0xffffffff },
      { op: 0x06, jt: 0, jf: 0, k: 0 },
    ]);
    const sender = newRawConn(far);
    for (const [tos, payload] of [
      [0, "not let in"],
      [0x20, "let in"],
    ] as const)
      await sender.writeTo(header({ tos, dst: here.ip }), payload, null);
    expect(text((await c.readFrom(room())).p)).toBe("let in");
  });

  it("of a dialed socket hears its peer alone", async () => {
    using peer = await dialIP(rawNetwork(4), here, there);
    const dialed = newRawConn(peer);
    await far.writeTo("to both", here);
    expect(text((await dialed.readFrom(room())).p)).toBe("to both");
    await dialed.writeTo(header(), "back", null);
    expect(text((await arrived()).p)).toBe("back");
  });
});

describe("newRawConn", () => {
  const TYPE = { code: "ERR_INVALID_ARG_TYPE", message: expect.stringContaining("an IPConn of IPv4") };

  it("wraps nothing but an IPConn of IPv4", async () => {
    using udp = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    for (const c of [udp, null, undefined, {}, 5] as never[])
      expect(thrown(() => newRawConn(c))).toMatchObject(TYPE);
    expect(thrown(() => newRawConn(new IPConn()))).toMatchObject({ code: "EINVAL" });
  });

  it.skipIf(refused !== null || !hasIPv6)("and none of IPv6", async () => {
    using conn = await listenIP(rawNetwork(6), loopback6);
    expect(thrown(() => newRawConn(conn))).toMatchObject(TYPE);
  });
});
