// Go: x/net/icmp/endpoint.go
import type { IPAddr, UDPAddr } from "../addr/index.js";
import { checkBoolean, checkInt, invalidArgType, invalidArgValue } from "../errors/index.js";
import { constant } from "../internal/binding.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { WRITE } from "../internal/poll/poller.js";
import { type QueuedError, takeErrors } from "../internal/socket/error-queue.js";
import { options, setBytes, setInt } from "../internal/socket/options.js";
import type { ReceivedFrom } from "../internal/socket/message.js";
import { AF_INET } from "../internal/socket/sockaddr.js";
import { ipCodec } from "../internal/socket/sockaddr-inet.js";
import { stripIPv4Header } from "../ip-conn.js";
import * as ipv4 from "../ipv4/index.js";
import * as ipv6 from "../ipv6/index.js";
import { PacketConn as NetPacketConn } from "../packet-conn.js";
import { attachFilter, type RawInstruction } from "../syscall/index.js";
import { StampedSendOp } from "./stamped-send.js";
import { type Protocol, protocolICMP, protocolIPv6ICMP } from "./types.js";

const SOCK_RAW = constant("SOCK_RAW");

/**
 * What control data to receive beside each message: `ttl` (IP_RECVTTL, IPV6_RECVHOPLIMIT), `timestamp`
 * (SO_TIMESTAMPNS), and `error`: what became of packets sent, in a queue of its own (IP_RECVERR, IPV6_RECVERR).
 */
export type ControlFlag = "ttl" | "timestamp" | "error";

const v4Controls = { ttl: options.recvTTL, timestamp: options.timestampNs, error: options.recvErr };
const v6Controls = { ttl: options.recvHopLimit, timestamp: options.timestampNs, error: options.recvErr6 };

/**
 * An ICMP endpoint, made by `listenPacket`. Its peers are UDPAddr on an unprivileged socket, where the port of
 * `localAddr` is the identifier that the kernel puts into every request; IPAddr on a raw one. Go: icmp.PacketConn.
 */
export class PacketConn extends NetPacketConn<UDPAddr | IPAddr> {
  #ipv4: ipv4.PacketConn | null = null;
  #ipv6: ipv6.PacketConn | null = null;

  /** Which ICMP it speaks: 1 for IPv4, 58 for IPv6. */
  get protocol(): Protocol {
    return this.fd.kind.family === AF_INET ? protocolICMP : protocolIPv6ICMP;
  }

  /** Whether it is a raw socket, rather than an unprivileged one. */
  get privileged(): boolean {
    return this.fd.kind.sotype === SOCK_RAW;
  }

  /**
   * The same with what IPv4 has beyond: TTL, multicast, control messages; null for one of IPv6. It shares the descriptor,
   * and is the same at each call. Go: PacketConn.IPv4PacketConn.
   */
  ipv4PacketConn(): ipv4.PacketConn | null {
    if (this.protocol !== protocolICMP) return null;
    return (this.#ipv4 ??= ipv4.newPacketConn(this));
  }

  /** The same of IPv6: hop limit, multicast, control messages; null for one of IPv4. Go: PacketConn.IPv6PacketConn. */
  ipv6PacketConn(): ipv6.PacketConn | null {
    if (this.protocol !== protocolIPv6ICMP) return null;
    return (this.#ipv6 ??= ipv6.newPacketConn(this));
  }

  /**
   * Receives one message into `p` and leaves an IPv4 header out, for which a raw socket needs room all the same.
   * `readMsg` gives the header too. Rejects with an OpError `read`. Go: PacketConn.ReadFrom.
   */
  override async readFrom(p: Uint8Array): Promise<ReceivedFrom<UDPAddr | IPAddr>> {
    const { n, addr, truncated } = await super.readFrom(p);
    const strips = this.privileged && this.protocol === protocolICMP;
    return { n: strips ? stripIPv4Header(n, p) : n, addr, truncated };
  }

  /**
   * Lets only messages of these types come in; the kernel drops the others, and nothing wakes for them. The IPv4
   * filter knows types below 32. Throws an OpError `set`: `ENOPROTOOPT` on an unprivileged socket, which gets nothing
   * but answers to its own requests anyway. Go: ipv4.PacketConn.SetICMPFilter; raw(7), icmp6(4).
   */
  setFilter(types: readonly number[]): void {
    if (!Array.isArray(types)) throw invalidArgType("types", "an array of message types", types);
    for (const type of types) checkInt("type", type, 0, 0xff);
    const isV4 = this.protocol === protocolICMP;
    const filter = isV4 ? new ipv4.ICMPFilter() : new ipv6.ICMPFilter();
    filter.setAll(true);
    for (const type of types) filter.accept(type);
    this.fd.set((fd) => setBytes(fd, isV4 ? options.icmpFilter : options.icmp6Filter, filter.bytes));
  }

  /**
   * Lets only packets come in that a program of `rawconn/bpf` accepts; nothing wakes for the others. On a raw IPv4 socket
   * it sees the IP header first, otherwise the message. Throws a SyscallError `setsockopt`: `EINVAL` for what the kernel
   * does not run, `ENOPROTOOPT` where the system has none. Go: ipv4.PacketConn.SetBPF; socket(7) SO_ATTACH_FILTER.
   */
  setBPF(filter: readonly RawInstruction[]): void {
    attachFilter(this.syscallConn(), filter);
  }

  /** TTL or hop limit of what is sent, 1 to 255. Throws an OpError `set`. Go: ipv4.PacketConn.SetTTL; IP_TTL. */
  setTTL(ttl: number): void {
    checkInt("ttl", ttl, 1, 0xff);
    const option = this.protocol === protocolICMP ? options.ttl : options.hopLimit;
    this.fd.set((fd) => setInt(fd, option, ttl));
  }

  /**
   * Switches control data on or off; `readMsg` then brings it, and `parseControl` reads it. With `error` on, a message
   * about a packet sent fails one read or write with its errno, and {@link readErrors} tells the whole story.
   * Throws an OpError `set`: `ENOPROTOOPT` where the system has none. Go: ipv4.PacketConn.SetControlMessage.
   */
  setControlMessage(flags: readonly ControlFlag[], on: boolean): void {
    checkFlags(flags);
    const value = checkBoolean("on", on) ? 1 : 0;
    const rows = this.protocol === protocolICMP ? v4Controls : v6Controls;
    this.fd.set((fd) => flags.forEach((flag) => setInt(fd, rows[flag], value)));
  }

  /**
   * Takes what is in the error queue, at most 32 entries; call again after so many. Never waits.
   * Throws an OpError `read` with `ERR_CLOSED`. ip(7) IP_RECVERR.
   */
  readErrors(): QueuedError<IPAddr>[] {
    return this.fd.useLocal("read", (fd) => takeErrors(fd, ipCodec));
  }

  /** @internal As `writeTo`, calling `stamp` right before each attempt to send: the last call is the one that counts. */
  async writeStamped(p: Uint8Array, addr: UDPAddr | IPAddr, stamp: () => void): Promise<number> {
    const { fd } = this;
    checkBytes("p", p);
    this.checkTarget(addr);
    return fd.start(WRITE, new StampedSendOp(fd, p, addr, stamp));
  }
}

function checkFlags(flags: unknown): void {
  if (!Array.isArray(flags)) throw invalidArgType("flags", "an array of control flags", flags);
  for (const flag of flags as unknown[]) {
    if (!Object.keys(v4Controls).includes(flag as string)) {
      throw invalidArgValue("flags", Object.keys(v4Controls).join(", "), flag);
    }
  }
}
