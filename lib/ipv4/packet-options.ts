// Go: x/net/ipv4/dgramopt.go, genericopt.go
import { PacketHandle } from "../ip-options/packet-handle.js";
import type { PacketSocket } from "../ip-options/wrapped.js";
import { attachFilter, type RawInstruction } from "../syscall/index.js";
import type { ServiceOptions } from "./conn.js";
import type { ControlMessage } from "./control-message.js";
import { family, numbers } from "./family.js";
import type { ICMPFilter } from "./icmp-filter.js";

/** What PacketConn and RawConn have in common. */
export abstract class PacketOptions
  extends PacketHandle<ControlMessage, ICMPFilter>
  implements ServiceOptions
{
  /** Throws as {@link newPacketConn}. */
  constructor(c: PacketSocket) {
    super(c, family);
  }

  tos(): number {
    return numbers.tos.get(this.fd);
  }

  setTOS(tos: number): void {
    numbers.tos.set(this.fd, tos);
  }

  ttl(): number {
    return numbers.ttl.get(this.fd);
  }

  setTTL(ttl: number): void {
    numbers.ttl.set(this.fd, ttl);
  }

  /** The TTL that multicast packets are sent with, 1 by default. Throws an OpError `set`. Go: PacketConn.MulticastTTL. */
  multicastTTL(): number {
    return numbers.multicastTTL.get(this.fd);
  }

  /** Sets it, 0 to 255; 0 is for this host alone. Throws a TypeError or a RangeError; an OpError `set`. Go: PacketConn.SetMulticastTTL. */
  setMulticastTTL(ttl: number): void {
    numbers.multicastTTL.set(this.fd, ttl);
  }

  /**
   * Lets a program of classic BPF say which packets arrive: of UDP it sees them from their UDP header on, of raw sockets
   * from the IPv4 header on. Throws a TypeError or a RangeError for what is no program; an OpError `set`: `EINVAL` for one
   * that the kernel refuses. Go: PacketConn.SetBPF; socket(7) SO_ATTACH_FILTER.
   */
  setBPF(filter: readonly RawInstruction[]): void {
    this.fd.set((fd) => attachFilter(fd, filter));
  }
}
