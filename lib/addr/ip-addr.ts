// Go: net/iprawsock.go (IPAddr)
import type { Addr } from "./addr.js";
import { checkFields, checkIP, checkZone, type IPFields } from "./arguments.js";
import type { IP } from "./ip.js";
import { joinIPZone } from "./zone.js";

/** The address of a raw IP endpoint, and what a name resolves to: `new IPAddr({ ip: "::1" })`. Go: net.IPAddr. */
export class IPAddr implements Addr {
  /** The address, or `null` for none in particular. */
  readonly ip: IP | null;
  /** The IPv6 scope zone (RFC 4007), an interface's name or number, or "". */
  readonly zone: string;

  /**
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for a field of the wrong type, `ERR_INVALID_ARG_VALUE` for an `ip`
   * whose text is no address.
   */
  constructor(fields?: IPFields) {
    const { ip, zone } = checkFields(fields, "an object { ip, zone }");
    this.ip = checkIP(ip);
    this.zone = checkZone(zone);
  }

  /** `ip`. Go: IPAddr.Network. */
  get network(): "ip" {
    return "ip";
  }

  /** `ip`, `ip%zone`, or "" when there is no ip. Go: IPAddr.String. */
  toString(): string {
    return joinIPZone(this.ip, this.zone);
  }
}
