// Go: x/net/ipv6/endpoint.go (Conn), genericopt.go
import { Conn as NetConn, Handle } from "../conn.js";
import { getBytes, options } from "../internal/socket/options.js";
import { littleEndian } from "../internal/socket/sockaddr.js";
import { descriptorOf } from "../ip-options/wrapped.js";
import { numbers } from "./family.js";

/** What everything of IPv6 can be asked. */
export interface ServiceOptions {
  /** The traffic class that packets are sent with. Throws an OpError `set`. Go: Conn.TrafficClass; IPV6_TCLASS. */
  trafficClass(): number;
  /** Sets it, 0 to 255, -1 for the system's choice. Throws a TypeError or a RangeError; an OpError `set`. Go: Conn.SetTrafficClass. */
  setTrafficClass(tclass: number): void;
  /** The hop limit that unicast packets are sent with. Throws an OpError `set`. Go: Conn.HopLimit; IPV6_UNICAST_HOPS. */
  hopLimit(): number;
  /** Sets it, 0 to 255, -1 for the system's choice. Throws a TypeError or a RangeError; an OpError `set`. Go: Conn.SetHopLimit. */
  setHopLimit(hoplim: number): void;
}

// struct ip6_mtuinfo: a socket address and the MTU.
const MTU_INFO = 32;
const MTU = 28;

/**
 * The options of IPv6 that every connection of IP has. It shares the descriptor of what it wraps, and closes it too.
 * Go: ipv6.Conn; ipv6(7).
 */
export class Conn extends Handle implements ServiceOptions {
  /** Throws as {@link newConn}. */
  constructor(c: NetConn) {
    super(descriptorOf(c, NetConn, "a TCPConn, a UDPConn or an IPConn"));
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

  /**
   * The MTU of the path to the peer, in bytes, as far as it is known. Throws an OpError `set`: `ENOTCONN` without a peer.
   * Go: Conn.PathMTU; RFC 3542 section 11.4.
   */
  pathMTU(): number {
    const info = new Uint8Array(MTU_INFO);
    this.fd.set((fd) => getBytes(fd, options.pathMTU, info));
    return new DataView(info.buffer).getUint32(MTU, littleEndian);
  }
}

/** Wraps a TCPConn, a UDPConn or an IPConn. Throws a TypeError for anything else. Go: ipv6.NewConn. */
export function newConn(c: NetConn): Conn {
  return new Conn(c);
}
