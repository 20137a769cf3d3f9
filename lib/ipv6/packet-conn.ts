// Go: x/net/ipv6/endpoint.go (PacketConn), payload_cmsg.go, dgramopt.go
import type { IPAddr, UDPAddr } from "../addr/index.js";
import { checkBoolean, checkInt, outOfRange } from "../errors/index.js";
import { getInt, options, setInt } from "../internal/socket/options.js";
import { PacketHandle, type ReceivedWithControl } from "../ip-options/packet-handle.js";
import type { PacketSocket } from "../ip-options/wrapped.js";
import { attachFilter, type RawInstruction } from "../syscall/index.js";
import type { ServiceOptions } from "./conn.js";
import type { ControlMessage } from "./control-message.js";
import { family, numbers } from "./family.js";
import type { ICMPFilter } from "./icmp-filter.js";

const MAX_OFFSET = 0xffff;

/** Where the kernel puts the checksum of what a raw socket sends, if it does. */
export interface Checksum {
  /** Whether the kernel computes and verifies it. */
  on: boolean;
  /** The byte of the payload where it stands; 0 when off. */
  offset: number;
}

/**
 * A UDPConn or an IPConn with what IPv6 has beyond: hop limit, traffic class, multicast, filters and control messages. It
 * shares descriptor, deadlines and end of what it wraps. Go: ipv6.PacketConn; ipv6(7).
 */
export class PacketConn extends PacketHandle<ControlMessage, ICMPFilter> implements ServiceOptions {
  /** Throws as {@link newPacketConn}. */
  constructor(c: PacketSocket) {
    super(c, family);
  }

  /**
   * Receives one packet into `p`; a longer one is cut, and `truncated` tells. `cm` is null unless `setControlMessage` asked
   * for something. Rejects with an OpError `read`. Go: PacketConn.ReadFrom; recvmsg(2).
   */
  readFrom(p: Uint8Array): Promise<ReceivedWithControl<ControlMessage>> {
    return this.receive(p);
  }

  /**
   * Sends one packet to `addr`, or with null to the peer of a connected socket. Of `cm`, which may be null, traffic class,
   * hop limit, source and interface count. Resolves the length of the packet. Rejects with an OpError `write`:
   * `EDESTADDRREQ`, `EMSGSIZE`, ... Go: PacketConn.WriteTo; sendmsg(2).
   */
  writeTo(p: Uint8Array | string, cm: ControlMessage | null, addr: UDPAddr | IPAddr | null): Promise<number> {
    return this.transmit(p, cm, addr);
  }

  trafficClass(): number {
    return numbers.trafficClass.get(this.fd);
  }

  setTrafficClass(tclass: number): void {
    numbers.trafficClass.set(this.fd, tclass);
  }

  hopLimit(): number {
    return numbers.hopLimit.get(this.fd);
  }

  setHopLimit(hoplim: number): void {
    numbers.hopLimit.set(this.fd, hoplim);
  }

  /** The hop limit that multicast packets are sent with, 1 by default. Throws an OpError `set`. Go: PacketConn.MulticastHopLimit. */
  multicastHopLimit(): number {
    return numbers.multicastHopLimit.get(this.fd);
  }

  /**
   * Sets it, 0 to 255, -1 for the system's choice. Throws a TypeError or a RangeError; an OpError `set`.
   * Go: PacketConn.SetMulticastHopLimit.
   */
  setMulticastHopLimit(hoplim: number): void {
    numbers.multicastHopLimit.set(this.fd, hoplim);
  }

  /**
   * Whether the kernel computes the checksum of a raw socket's packets, and where it stands. Throws an OpError `set`:
   * `ENOPROTOOPT` for other sockets. Go: PacketConn.Checksum; RFC 3542 section 3.1.
   */
  checksum(): Checksum {
    const offset = this.fd.set((fd) => getInt(fd, options.checksum6));
    return offset < 0 ? { on: false, offset: 0 } : { on: true, offset };
  }

  /**
   * Has it computed, or not; `offset` is even, and when off of no matter. Throws a TypeError or a RangeError; an OpError
   * `set`: `EINVAL` for ICMPv6, which always has one. Go: PacketConn.SetChecksum.
   */
  setChecksum(on: boolean, offset: number): void {
    checkBoolean("on", on);
    checkInt("offset", offset, 0, MAX_OFFSET);
    if (on && offset % 2 !== 0) throw outOfRange("offset", "an even integer", offset);
    this.fd.set((fd) => setInt(fd, options.checksum6, on ? offset : -1));
  }

  /**
   * Lets a program of classic BPF say which packets arrive: of UDP it sees them from their UDP header on, of raw sockets
   * from what is behind the IPv6 header on. Throws a TypeError or a RangeError for what is no program; an OpError `set`:
   * `EINVAL` for one that the kernel refuses. Go: PacketConn.SetBPF; socket(7) SO_ATTACH_FILTER.
   */
  setBPF(filter: readonly RawInstruction[]): void {
    this.fd.set((fd) => attachFilter(fd, filter));
  }
}

/** Wraps a UDPConn or an IPConn. Throws a TypeError for anything else. Go: ipv6.NewPacketConn. */
export function newPacketConn(c: PacketSocket): PacketConn {
  return new PacketConn(c);
}
