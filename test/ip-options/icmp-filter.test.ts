// Filters of ICMP types: the bits, and what the kernel makes of them.

import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dialIP, listenIP, listenUDP, UDPAddr } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import { loopback6, ownAddr, refused } from "../support/raw-ip.js";
import { hasIPv6 } from "../support/pair.js";
import { thrown } from "../support/outcome.js";

const families = [
  { name: "IPv4", ICMPFilter: ipv4.ICMPFilter, known: 32 },
  { name: "IPv6", ICMPFilter: ipv6.ICMPFilter, known: 256 },
];
const all = Array.from({ length: 256 }, (_, typ) => typ);

describe.each(families)("an ICMPFilter of $name", ({ ICMPFilter, known }) => {
  const blocked = (f: ipv4.ICMPFilter) => all.filter((typ) => f.willBlock(typ));

  it("lets everything in when it is new", () => {
    expect(blocked(new ICMPFilter())).toEqual([]);
  });

  it("keeps out what it knows, and lets in what it is told to", () => {
    const f = new ICMPFilter();
    f.setAll(true);
    expect(blocked(f)).toEqual(all.slice(0, known));
    for (const typ of [0, 8, 31, 255]) f.accept(typ);
    expect(blocked(f)).toEqual(all.slice(0, known).filter((typ) => ![0, 8, 31, 255].includes(typ)));
    f.setAll(false);
    for (const typ of [0, 8, 31]) f.block(typ);
    f.block(8);
    expect(blocked(f)).toEqual([0, 8, 31]);
    f.accept(8);
    expect(blocked(f)).toEqual([0, 31]);
  });

  it("refuses what is no type, and to keep out what the kernel lets in always", () => {
    const f = new ICMPFilter();
    for (const typ of [-1, 256, 1.5, NaN])
      for (const call of ["accept", "block", "willBlock"] as const)
        expect(thrown(() => f[call](typ))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    expect(thrown(() => f.accept("8" as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    expect(thrown(() => f.setAll(1 as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    if (known < 256) expect(thrown(() => f.block(known))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    expect(blocked(f)).toEqual([]);
  });
});

const sockets = [
  {
    name: "ip4:icmp",
    open: async () => ipv4.newPacketConn(await listenIP("ip4:icmp", ownAddr(61))),
    to: ownAddr(61),
    ICMPFilter: ipv4.ICMPFilter,
    other: ipv6.ICMPFilter,
    // An echo reply, and something else that nobody answers.
    wanted: ipv4.icmpTypeEchoReply,
    noise: ipv4.icmpTypeRouterAdvertisement,
  },
  {
    name: "ip6:ipv6-icmp",
    open: async () => ipv6.newPacketConn(await listenIP("ip6:ipv6-icmp", loopback6)),
    to: loopback6,
    ICMPFilter: ipv6.ICMPFilter,
    other: ipv4.ICMPFilter,
    wanted: ipv6.icmpTypeEchoReply,
    noise: 200,
  },
].filter(({ name }) => name === "ip4:icmp" || hasIPv6);

const cookie = randomBytes(8);

/** The type of the next message that we sent: others may ping this host meanwhile. */
async function typeOfOurs(c: ipv4.PacketConn | ipv6.PacketConn): Promise<number> {
  const p = Buffer.alloc(2048);
  for (;;) {
    const { n } = await c.readFrom(p);
    if (p.subarray(4, n).equals(cookie)) return p[0];
  }
}

describe.skipIf(refused !== null).each(sockets)("a raw socket of $name", (row) => {
  const { open, to, ICMPFilter, other, wanted, noise } = row;

  it("gets what its filter lets in, and tells the filter", async () => {
    using c = await open();
    const f = new ICMPFilter();
    f.setAll(true);
    f.accept(wanted);
    c.setICMPFilter(f);
    const told = c.icmpFilter();
    expect(told).toBeInstanceOf(ICMPFilter);
    expect(all.filter((typ) => told.willBlock(typ))).toEqual(all.filter((typ) => f.willBlock(typ)));

    using sender = await dialIP(row.name as "ip4:icmp", null, to);
    const send = (typ: number) => sender.write(Buffer.concat([Uint8Array.of(typ, 0, 0, 0), cookie]));
    await send(noise);
    await send(wanted);
    // The noise came first, and was not let in.
    expect(await typeOfOurs(c)).toBe(wanted);
    c.setICMPFilter(new ICMPFilter());
    await send(noise);
    expect(await typeOfOurs(c)).toBe(noise);
  });

  it("takes no filter of the other family, and nothing that is none", async () => {
    using c = await open();
    for (const f of [new other(), null, undefined, {}, 5])
      expect(thrown(() => c.setICMPFilter(f as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});

it("a UDP socket has no such filter", async () => {
  using conn = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
  const c = ipv4.newPacketConn(conn);
  const refusal = { op: "set", code: expect.stringMatching(/^(ENOPROTOOPT|EOPNOTSUPP)$/) };
  expect(thrown(() => c.icmpFilter())).toMatchObject(refusal);
  expect(thrown(() => c.setICMPFilter(new ipv4.ICMPFilter()))).toMatchObject(refusal);
});
