// Options that are structs: what the kernel is given, and what it gives.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { IP, parseIP } from "rawconn";
import {
  AF_INET6,
  AF_UNIX,
  getsockoptBytes,
  getsockoptICMPv6Filter,
  getsockoptInet4Addr,
  getsockoptLinger,
  getsockoptTimeval,
  getsockoptUcred,
  ICMP6_FILTER,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IPPROTO_ICMPV6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  setsockoptICMPv6Filter,
  setsockoptInet4Addr,
  setsockoptIPMreq,
  setsockoptIPMreqn,
  setsockoptIPv6Mreq,
  setsockoptLinger,
  setsockoptTimeval,
  SO_LINGER,
  SO_PEERCRED,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
} from "rawconn/syscall";
import { binding, constant } from "#lib/internal/binding.js";
import { datagramSocket, Raw, streamSocket } from "../internal/raw.js";
import { thrown } from "../support/outcome.js";
import { hasIPv6 } from "../support/pair.js";
import { unixPair } from "./unix-pair.js";

const linux = process.platform === "linux";
const loopbackIndex = binding.if_nametoindex(linux ? "lo" : "lo0");

describe("a linger", () => {
  it("is two ints, of seconds", () => {
    using socket = streamSocket();
    expect(getsockoptLinger(socket.fd, SOL_SOCKET, SO_LINGER)).toEqual({ onoff: 0, linger: 0 });
    setsockoptLinger(socket.fd, SOL_SOCKET, SO_LINGER, { onoff: 1, linger: 7 });
    const ints = new Int32Array(getsockoptBytes(socket.fd, SOL_SOCKET, SO_LINGER).buffer);
    expect([...ints]).toEqual([1, 7]);
    expect(getsockoptLinger(socket.fd, SOL_SOCKET, SO_LINGER)).toEqual({ onoff: 1, linger: 7 });
  });

  it("is not read out of an option of another size", () => {
    using socket = streamSocket();
    expect(thrown(() => getsockoptLinger(socket.fd, SOL_SOCKET, SO_TYPE))).toMatchObject({
      syscall: "getsockopt",
      code: "EINVAL",
    });
  });
});

describe("a timeval", () => {
  it("is milliseconds outside, seconds and microseconds inside", () => {
    using socket = streamSocket();
    setsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO, 90_500);
    setsockoptTimeval(socket.fd, SOL_SOCKET, SO_SNDTIMEO, 3000);
    expect(getsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO)).toBe(90_500);
    expect(getsockoptTimeval(socket.fd, SOL_SOCKET, SO_SNDTIMEO)).toBe(3000);
  });

  it.runIf(constant("TIMEVAL_SIZE") === 16)("has its parts where the kernel looks for them", () => {
    using socket = streamSocket();
    setsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO, 90_500);
    const parts = new BigInt64Array(getsockoptBytes(socket.fd, SOL_SOCKET, SO_RCVTIMEO).buffer);
    expect([...parts]).toEqual([90n, 500_000n]);
  });

  it("of less than a millisecond is not 0, and 0 is none", () => {
    using socket = streamSocket();
    setsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO, 0.25);
    expect(getsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO)).toBeGreaterThan(0);
    // Rounding must not make a million microseconds of it, which the kernel refuses.
    setsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO, 999.9999);
    expect(getsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO)).toBe(1000);
    setsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO, 0);
    expect(getsockoptTimeval(socket.fd, SOL_SOCKET, SO_RCVTIMEO)).toBe(0);
  });
});

/** Whether some socket of this host is in a group, as /proc tells: of IPv4 as a word, of IPv6 as digits. */
function joined(group: string): boolean {
  const ip = parseIP(group)!;
  const digits = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const inet = ip.to4();
  return inet === null
    ? readFileSync("/proc/net/igmp6", "latin1").includes(digits(ip.bytes))
    : readFileSync("/proc/net/igmp", "latin1").includes(digits(inet.bytes.reverse()).toUpperCase());
}

// Groups of this process alone.
const group4 = `239.255.${(process.pid >> 8) & 255}.${process.pid & 255}`;
const group6 = `ff01::1:${process.pid.toString(16)}`;

describe.runIf(linux)("a membership", () => {
  it.each([
    ["a text", group4, "127.0.0.1"],
    ["an IP", parseIP(group4)!, parseIP("127.0.0.1")!.to4()!],
  ])("of IPv4, %s, names an interface by its address", (_, multiaddr, local) => {
    using socket = datagramSocket();
    const mreq = { multiaddr, interface: local };
    setsockoptIPMreq(socket.fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq);
    expect(joined(group4)).toBe(true);
    setsockoptIPMreq(socket.fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, mreq);
    expect(joined(group4)).toBe(false);
  });

  it("of IPv4 names an interface by its number", () => {
    using socket = datagramSocket();
    const mreq = { multiaddr: group4, ifindex: loopbackIndex };
    setsockoptIPMreqn(socket.fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq);
    expect(joined(group4)).toBe(true);
    // The same, once it is known which interface that address belongs to.
    setsockoptIPMreq(socket.fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, {
      multiaddr: group4,
      interface: "127.0.0.1",
    });
    expect(joined(group4)).toBe(false);
    const wrong = { multiaddr: group4, ifindex: 0x7ffffff0 };
    expect(thrown(() => setsockoptIPMreqn(socket.fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, wrong))).toMatchObject({
      code: "ENODEV",
    });
  });

  it.runIf(hasIPv6)("of IPv6 names an interface by its number", () => {
    using socket = new Raw(binding.socket(AF_INET6, SOCK_DGRAM, 0));
    const mreq = { multiaddr: group6, interface: loopbackIndex };
    setsockoptIPv6Mreq(socket.fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, mreq);
    expect(joined(group6)).toBe(true);
    setsockoptIPv6Mreq(socket.fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, mreq);
    expect(joined(group6)).toBe(false);
  });
});

describe("an IPv4 address", () => {
  it("is an IP", () => {
    using socket = datagramSocket();
    expect(getsockoptInet4Addr(socket.fd, IPPROTO_IP, IP_MULTICAST_IF).toString()).toBe("0.0.0.0");
    setsockoptInet4Addr(socket.fd, IPPROTO_IP, IP_MULTICAST_IF, "127.0.0.1");
    expect(getsockoptInet4Addr(socket.fd, IPPROTO_IP, IP_MULTICAST_IF).toString()).toBe("127.0.0.1");
    setsockoptInet4Addr(socket.fd, IPPROTO_IP, IP_MULTICAST_IF, IP.from(new Uint8Array(4)));
    expect(getsockoptInet4Addr(socket.fd, IPPROTO_IP, IP_MULTICAST_IF).toString()).toBe("0.0.0.0");
  });

  it.runIf(linux)("may be told as an interface's number", () => {
    using socket = datagramSocket();
    setsockoptIPMreqn(socket.fd, IPPROTO_IP, IP_MULTICAST_IF, {
      address: "127.0.0.1",
      ifindex: loopbackIndex,
    });
    expect(getsockoptInet4Addr(socket.fd, IPPROTO_IP, IP_MULTICAST_IF).toString()).toBe("127.0.0.1");
  });
});

describe("a filter of ICMPv6", () => {
  it.runIf(hasIPv6 && process.getuid?.() === 0)("(needs root) is eight words", () => {
    using socket = new Raw(binding.socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
    const data = Uint32Array.from({ length: 8 }, (_, i) => 0x01020304 * (i + 1));
    setsockoptICMPv6Filter(socket.fd, IPPROTO_ICMPV6, ICMP6_FILTER, { data });
    expect(getsockoptICMPv6Filter(socket.fd, IPPROTO_ICMPV6, ICMP6_FILTER)).toEqual({ data });
  });
});

describe.runIf(linux)("credentials", () => {
  it("of a Unix socket's peer are this process's", () => {
    using pair = unixPair(SOCK_STREAM);
    const { pid } = process;
    const [uid, gid] = [process.getuid!(), process.getgid!()];
    expect(getsockoptUcred(pair.near.fd, SOL_SOCKET, SO_PEERCRED)).toEqual({ pid, uid, gid });
  });

  it("of nobody are 0 and the highest numbers, which stay positive", () => {
    using socket = new Raw(binding.socket(AF_UNIX, SOCK_STREAM, 0));
    const nobody = { pid: 0, uid: 2 ** 32 - 1, gid: 2 ** 32 - 1 };
    expect(getsockoptUcred(socket.fd, SOL_SOCKET, SO_PEERCRED)).toEqual(nobody);
  });
});
