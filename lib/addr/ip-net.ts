// Go: net/ip.go (IPNet)
import { invalidArgType, ParseError } from "../errors/index.js";
import type { Addr } from "./addr.js";
import { checkFields, checkIP } from "./arguments.js";
import { IPMask } from "./ip-mask.js";
import { IP, ipv4len, ipv6len, parseIP } from "./ip.js";

/** What a network is made of. */
export interface IPNetFields {
  /** The network's number, or an address in it; or the text of one. */
  ip: IP | string;
  /** Which of its bits name the network. */
  mask: IPMask;
}

/** Address, mask and network number in forms of one length, which is 4 bytes for IPv4. */
interface Matched {
  ip: IP;
  mask: IPMask;
  number: IP;
}

/**
 * An IP network, or an address together with the network it is in: `new IPNet({ ip: "10.0.0.0", mask: cidrMask(8, 32)! })`.
 * {@link parseCIDR} reads one. Go: net.IPNet.
 */
export class IPNet implements Addr {
  /** The network's number, or an address in it. */
  readonly ip: IP;
  /** Which of its bits name the network. */
  readonly mask: IPMask;
  // Null when the two do not suit each other.
  readonly #matched: Matched | null;

  /**
   * Throws a TypeError: `ERR_INVALID_ARG_TYPE` for a field that is missing or of the wrong type,
   * `ERR_INVALID_ARG_VALUE` for an `ip` whose text is no address.
   */
  constructor(fields: IPNetFields) {
    const { ip, mask } = checkFields(fields, "an object { ip, mask }");
    const checked = checkIP(ip);
    if (checked === null) throw invalidArgType("ip", "an IP or its text", ip);
    if (!(mask instanceof IPMask)) throw invalidArgType("mask", "an IPMask", mask);
    this.ip = checked;
    this.mask = mask;
    this.#matched = match(checked, mask);
  }

  /** `ip+net`. Go: IPNet.Network. */
  get network(): "ip+net" {
    return "ip+net";
  }

  /**
   * Whether the network has this address, in whichever form; never for `null`, nor when a mask of 4 bytes stands
   * with an IPv6 address. Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for anything but an IP or `null`.
   * Go: IPNet.Contains.
   */
  contains(ip: IP | null): boolean {
    if (ip === null) return false;
    if (!(ip instanceof IP)) throw invalidArgType("ip", "an IP or null", ip);
    if (this.#matched === null) return false;
    const { number, mask } = this.#matched;
    // In 4 bytes IPv4 is none of the addresses of IPv6, not even of ::/0.
    return number.equal((ip.to4() ?? ip).mask(mask));
  }

  /**
   * `192.0.2.0/24`; `198.51.100.0/c000ff00` when a one of the mask stands behind a zero; `<nil>` when a mask of
   * 4 bytes stands with an IPv6 address. RFC 4632 section 3.1, RFC 4291 section 2.3. Go: IPNet.String.
   */
  toString(): string {
    if (this.#matched === null) return "<nil>";
    const { ip, mask } = this.#matched;
    const { ones, bits } = mask.size();
    return `${ip.toString()}/${bits === 0 ? mask.toString() : ones}`;
  }
}

function match(ip: IP, mask: IPMask): Matched | null {
  const ip4 = ip.to4();
  if (ip4 !== null) return { ip: ip4, mask: mask.tail, number: ip4.mask(mask.tail)! };
  return mask.length === ipv6len ? { ip, mask, number: ip.mask(mask)! } : null;
}

/**
 * Reads an address and the length of its network's prefix: `192.0.2.1/24`, `2001:db8::1/32`.
 * The result has the address, in 16 bytes, and the network, in 4 bytes for IPv4. Zones, signs and leading zeros in an
 * octet are refused. RFC 4632 section 3.1, RFC 4291 section 2.3. Go: net.ParseCIDR.
 *
 * Throws a {@link ParseError} (`ERR_PARSE`) of type `CIDR address`; a TypeError (`ERR_INVALID_ARG_TYPE`) when `s` is
 * not a string.
 */
export function parseCIDR(s: string): { ip: IP; ipNet: IPNet } {
  if (typeof s !== "string") throw invalidArgType("s", "a string", s);
  const slash = s.indexOf("/");
  const address = s.slice(0, Math.max(slash, 0));
  const ip = parseIP(address);
  const length = address.includes(":") ? ipv6len : ipv4len;
  const digits = s.slice(slash + 1);
  const ones = /^\d+$/.test(digits) ? Number(digits) : Infinity;
  if (ip === null || ones > 8 * length) throw new ParseError("CIDR address", s);
  const mask = IPMask.ofPrefix(ones, length);
  return { ip, ipNet: new IPNet({ ip: ip.mask(mask)!, mask }) };
}
