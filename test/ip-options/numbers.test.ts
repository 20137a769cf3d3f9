// Options that are numbers, and those of multicast: set, told back, held to their range.

import { describe, expect, it } from "vitest";
import { type Conn, interfaceByName, listenUDP, UDPAddr } from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";
import {
  IP_MULTICAST_IF,
  IP_MULTICAST_TTL,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MULTICAST_HOPS,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  setsockoptInet4Addr,
} from "rawconn/syscall";
import { hasIPv6, pair } from "../support/pair.js";
import { thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const udp4 = () => listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
const udp6 = () => listenUDP("udp6", new UDPAddr({ ip: "::1" }));

/** A number under its two names, the kernel's name for it, and its range. */
interface Row<T> {
  name: string;
  get: (c: T) => number;
  set: (c: T, n: number) => void;
  level: number;
  option: number;
  first: number;
  range: [number, number];
}

type Four = Pick<ipv4.PacketConn, "tos" | "setTOS" | "ttl" | "setTTL">;
type Six = Pick<ipv6.PacketConn, "trafficClass" | "setTrafficClass" | "hopLimit" | "setHopLimit">;
const four = { level: IPPROTO_IP };
const six = { level: IPPROTO_IPV6 };

const tos: Row<Four> = {
  ...four,
  name: "tos",
  get: (c) => c.tos(),
  set: (c, n) => c.setTOS(n),
  option: IP_TOS,
  first: 0,
  range: [0, 255],
};
const ttl: Row<Four> = {
  ...four,
  name: "ttl",
  get: (c) => c.ttl(),
  set: (c, n) => c.setTTL(n),
  option: IP_TTL,
  first: 64,
  range: [1, 255],
};
const multicastTTL: Row<ipv4.PacketConn> = {
  ...four,
  name: "multicastTTL",
  get: (c) => c.multicastTTL(),
  set: (c, n) => c.setMulticastTTL(n),
  option: IP_MULTICAST_TTL,
  first: 1,
  range: [0, 255],
};
const trafficClass: Row<Six> = {
  ...six,
  name: "trafficClass",
  get: (c) => c.trafficClass(),
  set: (c, n) => c.setTrafficClass(n),
  option: IPV6_TCLASS,
  first: 0,
  range: [-1, 255],
};
const hopLimit: Row<Six> = {
  ...six,
  name: "hopLimit",
  get: (c) => c.hopLimit(),
  set: (c, n) => c.setHopLimit(n),
  option: IPV6_UNICAST_HOPS,
  first: 64,
  range: [-1, 255],
};
const multicastHopLimit: Row<ipv6.PacketConn> = {
  ...six,
  name: "multicastHopLimit",
  get: (c) => c.multicastHopLimit(),
  set: (c, n) => c.setMulticastHopLimit(n),
  option: IPV6_MULTICAST_HOPS,
  first: 1,
  range: [-1, 255],
};

function holds<T>(conn: Conn, c: T, { get, set, level, option, first, range }: Row<T>): void {
  const [min, max] = range;
  expect(get(c)).toBe(first);
  for (const n of [max, Math.max(min, 1), 0x20]) {
    set(c, n);
    expect(get(c)).toBe(n);
    expect(conn.syscallConn().getsockopt(level, option)).toBe(n);
  }
  // Below zero the choice is the system's again.
  set(c, min);
  expect(get(c)).toBe(min < 0 ? first : min);
  using calls = watch();
  for (const n of [min - 1, max + 1, 1.5, NaN])
    expect(thrown(() => set(c, n))).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  for (const n of ["64", null, undefined] as never[])
    expect(thrown(() => set(c, n))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  expect(calls.calls).toEqual([]);
}

describe("of IPv4", () => {
  it.each([tos, ttl])("a Conn has $name", async (row) => {
    using conn = await udp4();
    holds(conn, ipv4.newConn(conn), row);
  });

  it.each([tos, ttl])("a Conn of TCP has $name", async ({ get, set, first }) => {
    using ends = await pair("tcp4");
    const c = ipv4.newConn(ends.client);
    expect(get(c)).toBe(first);
    set(c, 0x20);
    expect(get(c)).toBe(0x20);
    expect(get(ipv4.newConn(ends.server))).toBe(first);
  });

  it.each([tos, ttl, multicastTTL] as Row<ipv4.PacketConn>[])("a PacketConn has $name", async (row) => {
    using conn = await udp4();
    holds(conn, ipv4.newPacketConn(conn), row);
  });
});

describe.skipIf(!hasIPv6)("of IPv6", () => {
  it.each([trafficClass, hopLimit])("a Conn has $name", async (row) => {
    using conn = await udp6();
    holds(conn, ipv6.newConn(conn), row);
  });

  it.each([trafficClass, hopLimit, multicastHopLimit] as Row<ipv6.PacketConn>[])(
    "a PacketConn has $name",
    async (row) => {
      using conn = await udp6();
      holds(conn, ipv6.newPacketConn(conn), row);
    },
  );

  it("a Conn of IPv4 has none of them", async () => {
    using conn = await udp4();
    const code = expect.stringMatching(/^(EOPNOTSUPP|ENOPROTOOPT)$/);
    expect(thrown(() => ipv6.newConn(conn).hopLimit())).toMatchObject({ op: "set", code });
    expect(thrown(() => ipv6.newConn(conn).setTrafficClass(1))).toMatchObject({ op: "set", code });
  });
});

const lo = interfaceByName("lo");
const halves = [
  { name: "IPv4", open: udp4, wrap: (c: Conn) => ipv4.newPacketConn(c as never) },
  { name: "IPv6", open: udp6, wrap: (c: Conn) => ipv6.newPacketConn(c as never) },
].filter(({ name }) => name === "IPv4" || hasIPv6);

describe.each(halves)("multicast of $name", ({ open, wrap }) => {
  it("leaves by the interface that was chosen, which every wrapper of the socket tells", async () => {
    using conn = await open();
    const [one, other] = [wrap(conn), wrap(conn)];
    expect(one.multicastInterface()).toBeNull();
    one.setMulticastInterface(lo);
    expect(one.multicastInterface()).toEqual(lo);
    expect(other.multicastInterface()).toEqual(lo);
    other.setMulticastInterface(null);
    expect(one.multicastInterface()).toBeNull();
    one.setMulticastInterface({ index: lo.index });
    const nowhere = expect.stringMatching(/^(ENODEV|EADDRNOTAVAIL)$/);
    expect(thrown(() => one.setMulticastInterface({ index: 0x7fffffff }))).toMatchObject({
      op: "set",
      code: nowhere,
    });
    expect(one.multicastInterface()).toEqual(lo);
  });

  it("comes back to this host, or not", async () => {
    using conn = await open();
    const c = wrap(conn);
    expect(c.multicastLoopback()).toBe(true);
    c.setMulticastLoopback(false);
    expect(c.multicastLoopback()).toBe(false);
    c.setMulticastLoopback(true);
    expect(wrap(conn).multicastLoopback()).toBe(true);
    expect(thrown(() => c.setMulticastLoopback(1 as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it.each([undefined, 1, "lo", {}, { index: "1" }])("has no interface %s", async (ifi) => {
    using conn = await open();
    expect(thrown(() => wrap(conn).setMulticastInterface(ifi as never))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });

  it.each([-1, 2 ** 31, 1.5])("has no interface of number %s", async (index) => {
    using conn = await open();
    const refusal = { code: "ERR_OUT_OF_RANGE" };
    expect(thrown(() => wrap(conn).setMulticastInterface({ index }))).toMatchObject(refusal);
  });
});

it("the interface of IPv4 multicast may have been set by an address, past all wrappers", async () => {
  using conn = await udp4();
  const c = ipv4.newPacketConn(conn);
  setsockoptInet4Addr(conn.syscallConn(), IPPROTO_IP, IP_MULTICAST_IF, "127.0.0.1");
  expect(c.multicastInterface()).toEqual(lo);
});
