import { checkInt } from "../errors/index.js";
import { checkAddrPort } from "../netip/addr-port.js";
import { Addr as NetipAddr, addrFromSlice, AddrPort } from "../netip/index.js";
import type { Addr } from "./addr.js";
import { checkFields, checkIP, checkZone, type IPFields } from "./arguments.js";
import { joinHostPort } from "./host-port.js";
import { IP } from "./ip.js";
import { joinIPZone } from "./zone.js";

/** What an address with a port is made of. */
export interface PortAddrFields extends IPFields {
  /** An integer from 0 to 65535; 0 or absent lets the system choose. */
  port?: number | undefined;
}

/** All that the addresses of TCP and UDP have in common, which is everything but the network's name. */
export abstract class PortAddr implements Addr {
  /** The address, or `null` for none in particular: every local one, or this host. */
  readonly ip: IP | null;
  /** The port, from 0 to 65535. */
  readonly port: number;
  /** The IPv6 scope zone (RFC 4007), an interface's name or number, or "". */
  readonly zone: string;

  /**
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for a field of the wrong type, `ERR_INVALID_ARG_VALUE` for an `ip`
   * whose text is no address; a RangeError `ERR_OUT_OF_RANGE` for a `port` outside 0 to 65535 or with a fraction.
   */
  constructor(fields?: PortAddrFields) {
    const { ip, port = 0, zone } = checkFields(fields, "an object { ip, port, zone }");
    this.ip = checkIP(ip);
    this.port = checkInt("port", port, 0, 65535);
    this.zone = checkZone(zone);
  }

  abstract get network(): string;

  /**
   * The same as a netip value, of the zero Addr when there is no ip. IPv4 in 16 bytes, as `parseIP` gives it, becomes
   * mapped IPv4, `::ffff:1.2.3.4`: `addr.unmap()` undoes that. Go: TCPAddr.AddrPort, UDPAddr.AddrPort.
   */
  addrPort(): AddrPort {
    const addr = this.ip === null ? new NetipAddr() : addrFromSlice(this.ip)!;
    return new AddrPort(addr.withZone(this.zone), this.port);
  }

  /** `ip:port`, `[ip]:port`, `[ip%zone]:port`, or `:port` when there is no ip. */
  toString(): string {
    return joinHostPort(joinIPZone(this.ip, this.zone), this.port);
  }
}

/** What an address with a port is made of that equals a netip value. The zero Addr is no ip. */
export function fieldsOf(addr: AddrPort): PortAddrFields {
  const { addr: ip, port } = checkAddrPort("addr", addr);
  const bytes = ip.asSlice();
  return { ip: bytes && IP.from(bytes), port, zone: ip.zone };
}
