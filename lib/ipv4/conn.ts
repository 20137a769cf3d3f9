// Go: x/net/ipv4/endpoint.go (Conn), genericopt.go
import { Conn as NetConn, Handle } from "../conn.js";
import { descriptorOf } from "../ip-options/wrapped.js";
import { numbers } from "./family.js";

/** What everything of IPv4 can be asked. */
export interface ServiceOptions {
  /** The type of service that packets are sent with. Throws an OpError `set`. Go: Conn.TOS; IP_TOS. */
  tos(): number;
  /** Sets it, 0 to 255; of a TCP connection the kernel keeps the two bits of ECN to itself. Go: Conn.SetTOS. */
  setTOS(tos: number): void;
  /** The TTL that unicast packets are sent with. Throws an OpError `set`. Go: Conn.TTL; IP_TTL. */
  ttl(): number;
  /** Sets it, 1 to 255. Throws a TypeError or a RangeError; an OpError `set`. Go: Conn.SetTTL. */
  setTTL(ttl: number): void;
}

/**
 * The options of IPv4 that every connection of IP has. It shares the descriptor of what it wraps, and closes it too.
 * Go: ipv4.Conn; ip(7).
 */
export class Conn extends Handle implements ServiceOptions {
  /** Throws as {@link newConn}. */
  constructor(c: NetConn) {
    super(descriptorOf(c, NetConn, "a TCPConn, a UDPConn or an IPConn"));
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
}

/**
 * Wraps a TCPConn, a UDPConn or an IPConn, also one of both families. Throws a TypeError for anything else.
 * Go: ipv4.NewConn.
 */
export function newConn(c: NetConn): Conn {
  return new Conn(c);
}
