// Go: x/net/ipv4/dgramopt.go, endpoint.go, payload_cmsg.go and their kin of x/net/ipv6
import type { Addr, IPAddr, UDPAddr } from "../addr/index.js";
import { type Deadline, Handle } from "../conn.js";
import { checkBoolean, invalidArgType } from "../errors/index.js";
import { constant } from "../internal/binding.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { READ, WRITE } from "../internal/poll/poller.js";
import { RecvMsgOp, SendMsgOp } from "../internal/socket/message.js";
import type { MessageBatch } from "../internal/socket/message-batch.js";
import { getBytes, getInt, type Option, setBytes, setInt } from "../internal/socket/options.js";
import { type Interface, interfaceByIndex } from "../interface.js";
import { PacketConn as NetPacketConn } from "../packet-conn.js";
import { checkFlags } from "./control.js";
import type { Control, Family } from "./family.js";
import {
  checkGroupAddr,
  type GroupAddr,
  groupRequest,
  indexOf,
  type InterfaceIndex,
} from "./group-request.js";
import type { TypeFilter } from "./type-filter.js";
import { descriptorOf, type PacketSocket } from "./wrapped.js";

/** What a packet brought, with what the kernel tells of it. */
export interface ReceivedWithControl<M> {
  /** Bytes of the packet in `p`. */
  n: number;
  /** What the kernel told of the packet; null when nothing was asked for. */
  cm: M | null;
  /** Where it came from; null when the kernel named nobody. */
  addr: UDPAddr | IPAddr | null;
  /** Whether the packet was longer than `p`, and the rest is lost. */
  truncated: boolean;
}

const MSG_TRUNC = constant("MSG_TRUNC");

// More than all kinds of control data take together: another wrapper of the socket may have asked for more than this
// one, and what did not fit would be lost for both.
const CONTROL_ROOM = 512;
const none = new Uint8Array(0);

/**
 * What wraps a UDPConn or an IPConn, and shares its descriptor, deadlines and end: multicast, filters and control data of
 * one family. Each wrapper has its own set of control flags.
 */
export abstract class PacketHandle<M extends Control, F extends TypeFilter> extends Handle {
  readonly #family: Family<M, F>;
  readonly #conn: NetPacketConn<UDPAddr | IPAddr>;
  #flags = 0;

  /** @internal */
  constructor(c: PacketSocket, family: Family<M, F>) {
    super(descriptorOf(c, NetPacketConn, "a UDPConn or an IPConn"));
    this.#family = family;
    this.#conn = c as NetPacketConn<UDPAddr | IPAddr>;
  }

  /** The address of this end; it outlives close. Go: PacketConn.LocalAddr. */
  get localAddr(): UDPAddr | IPAddr | null {
    return this.bound as UDPAddr | IPAddr | null;
  }

  /** Sets both deadlines, which the wrapped connection shares. Throws an OpError `set`. Go: PacketConn.SetDeadline. */
  setDeadline(t: Deadline): void {
    this.deadline(READ, t);
    this.deadline(WRITE, t);
  }

  /** Sets the deadline of reads. Throws an OpError `set`. Go: PacketConn.SetReadDeadline. */
  setReadDeadline(t: Deadline): void {
    this.deadline(READ, t);
  }

  /** Sets the deadline of writes. Throws an OpError `set`. Go: PacketConn.SetWriteDeadline. */
  setWriteDeadline(t: Deadline): void {
    this.deadline(WRITE, t);
  }

  /**
   * Switches control data on or off: `cf` is one flag or several, `flagDst | flagInterface`. Some share an option of the
   * kernel, which goes off with the last of them. Throws a TypeError or a RangeError; an OpError `set`: `ENOPROTOOPT` where
   * the system has none such. Go: PacketConn.SetControlMessage.
   */
  setControlMessage(cf: number, on: boolean): void {
    const { control } = this.#family;
    checkFlags(control, cf);
    checkBoolean("on", on);
    for (const { flags, receive } of control.kinds) {
      if ((flags & cf) === 0) continue;
      const left = on ? this.#flags | (flags & cf) : this.#flags & ~(flags & cf);
      this.fd.set((fd) => setInt(fd, receive, (left & flags) === 0 ? 0 : 1));
      this.#flags = left;
    }
    // Some need no option.
    this.#flags = on ? this.#flags | cf : this.#flags & ~cf;
  }

  /**
   * Receives what is sent to a group, whoever sends it, on an interface; null for the system's choice. A socket that is
   * bound to no group of its own hears others that were joined on this host as well: bind to the group, or look at `dst`.
   * Throws an OpError `set`: `ERR_MISSING_ADDRESS` for a group that is not of the family, `EINVAL` for what is no group,
   * `EADDRINUSE` for one already joined, `ENODEV`; a TypeError for what is no address. Go: PacketConn.JoinGroup; RFC 3678.
   */
  joinGroup(ifi: InterfaceIndex | null, group: GroupAddr): void {
    this.#request(this.#family.groups.join, ifi, group);
  }

  /** Leaves a group again. Throws as {@link joinGroup}: `EADDRNOTAVAIL` for one not joined. Go: PacketConn.LeaveGroup. */
  leaveGroup(ifi: InterfaceIndex | null, group: GroupAddr): void {
    this.#request(this.#family.groups.leave, ifi, group);
  }

  /**
   * Receives what one source sends to a group; call it again for more sources. Throws as {@link joinGroup}.
   * Go: PacketConn.JoinSourceSpecificGroup.
   */
  joinSourceSpecificGroup(ifi: InterfaceIndex | null, group: GroupAddr, source: GroupAddr): void {
    this.#request(this.#family.groups.joinSource, ifi, group, source);
  }

  /** Takes that source back. Throws as {@link leaveGroup}. Go: PacketConn.LeaveSourceSpecificGroup. */
  leaveSourceSpecificGroup(ifi: InterfaceIndex | null, group: GroupAddr, source: GroupAddr): void {
    this.#request(this.#family.groups.leaveSource, ifi, group, source);
  }

  /**
   * Hears one source no more of a group that was joined for all. Throws as {@link joinGroup}: `EINVAL` or `EADDRNOTAVAIL`
   * for a group that was not. Go: PacketConn.ExcludeSourceSpecificGroup.
   */
  excludeSourceSpecificGroup(ifi: InterfaceIndex | null, group: GroupAddr, source: GroupAddr): void {
    this.#request(this.#family.groups.blockSource, ifi, group, source);
  }

  /** Hears an excluded source again. Throws as {@link joinGroup}. Go: PacketConn.IncludeSourceSpecificGroup. */
  includeSourceSpecificGroup(ifi: InterfaceIndex | null, group: GroupAddr, source: GroupAddr): void {
    this.#request(this.#family.groups.unblockSource, ifi, group, source);
  }

  /**
   * The interface that multicast packets leave by; null when the system chooses. Throws an OpError `set`, or `route` when
   * the interface is gone. Go: PacketConn.MulticastInterface.
   */
  multicastInterface(): Interface | null {
    const index = this.#family.multicastInterface(this.fd);
    return index === 0 ? null : interfaceByIndex(index);
  }

  /**
   * Sends multicast packets by an interface; null leaves it to the system again. Throws a TypeError or a RangeError; an
   * OpError `set` for an interface that is not there. Go: PacketConn.SetMulticastInterface.
   */
  setMulticastInterface(ifi: InterfaceIndex | null): void {
    this.#family.setMulticastInterface(this.fd, indexOf(ifi));
  }

  /** Whether multicast packets come back to this host. Throws an OpError `set`. Go: PacketConn.MulticastLoopback. */
  multicastLoopback(): boolean {
    return this.fd.set((fd) => getInt(fd, this.#family.multicastLoopback)) !== 0;
  }

  /** Whether they are to. Throws an OpError `set`. Go: PacketConn.SetMulticastLoopback. */
  setMulticastLoopback(on: boolean): void {
    const value = checkBoolean("on", on) ? 1 : 0;
    this.fd.set((fd) => setInt(fd, this.#family.multicastLoopback, value));
  }

  /**
   * Which types of ICMP messages a raw ICMP socket lets in: a copy. Throws an OpError `set`: `ENOPROTOOPT` or
   * `EOPNOTSUPP` for other sockets. Go: PacketConn.ICMPFilter.
   */
  icmpFilter(): F {
    const filter = new this.#family.Filter();
    this.fd.set((fd) => getBytes(fd, this.#family.filter, filter.bytes));
    return filter;
  }

  /** Sets them: the kernel drops the others, and nothing wakes for them. Throws as {@link icmpFilter}. Go: PacketConn.SetICMPFilter. */
  setICMPFilter(f: F): void {
    const { filter, Filter } = this.#family;
    if (!(f instanceof Filter)) throw invalidArgType("f", "an ICMPFilter of this family", f);
    this.fd.set((fd) => setBytes(fd, filter, f.bytes));
  }

  /**
   * Receives what is there, at least one packet, into a batch; of raw IPv4 with their headers. With room for control data,
   * `oob: newControlMessage(cf).length`, `cm.parse(batch.oob(i))` reads what the kernel told of a packet. Resolves how many
   * came. Rejects as `readBatch` of what is wrapped. Go: PacketConn.ReadBatch; recvmmsg(2).
   */
  readBatch(batch: MessageBatch<UDPAddr | IPAddr>, flags = 0): Promise<number> {
    return this.#conn.readBatch(batch, flags);
  }

  /**
   * Sends all packets of a batch: `batch.push(p, addr, cm.marshal())`; a RawConn's with their headers. Resolves how many.
   * Rejects as `writeBatch` of what is wrapped, with an error whose `n` tells how many went. Go: PacketConn.WriteBatch;
   * sendmmsg(2).
   */
  writeBatch(batch: MessageBatch<UDPAddr | IPAddr>, flags = 0): Promise<number> {
    return this.#conn.writeBatch(batch, flags);
  }

  /** @internal One packet with its control data, as the kernel gives it. */
  protected async receive(p: Uint8Array): Promise<ReceivedWithControl<M>> {
    checkBytes("p", p);
    const { fd } = this;
    const oob = this.#flags === 0 ? none : new Uint8Array(CONTROL_ROOM);
    const received = await fd.start(READ, new RecvMsgOp<UDPAddr | IPAddr>(fd, p, oob, 0));
    // Only what ends has an end.
    const { n, oobn, flags, addr } = received!;
    const cm = oob === none ? null : this.#told(oob.subarray(0, oobn), addr);
    return { n, cm, addr, truncated: (flags & MSG_TRUNC) !== 0 };
  }

  /** @internal One packet to an address, or to the peer of a connected socket. */
  protected async transmit(
    p: Uint8Array | string,
    cm: M | null,
    addr: UDPAddr | IPAddr | null,
  ): Promise<number> {
    const bytes = typeof p === "string" ? Buffer.from(p) : p;
    checkBytes("p", bytes, "a string, Uint8Array or Buffer");
    const { Message } = this.#family;
    if (cm !== null && !(cm instanceof Message)) throw invalidArgType("cm", "a ControlMessage or null", cm);
    const oob = cm?.marshal() ?? none;
    const target: Addr | null = checkGroupAddr("addr", addr);
    const { fd } = this;
    return fd.start(WRITE, new SendMsgOp(fd, bytes, oob, target));
  }

  #told(oob: Uint8Array, addr: UDPAddr | IPAddr | null): M {
    const cm = new this.#family.Message();
    cm.parse(oob);
    cm.src = addr?.ip ? this.#family.own(addr.ip) : null;
    return cm;
  }

  #request(option: Option, ifi: InterfaceIndex | null, ...addrs: GroupAddr[]): void {
    const { family, own } = this.#family;
    const index = indexOf(ifi);
    const [group, source] = addrs;
    checkGroupAddr("group", group);
    checkGroupAddr("source", source);
    this.fd.set((fd) => setBytes(fd, option, groupRequest(family, own, index, addrs)));
  }
}
