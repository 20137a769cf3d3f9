// Go: x/net/ipv4/icmp.go, icmp_linux.go; raw(7) ICMP_FILTER
import { TypeFilter } from "../ip-options/type-filter.js";

/**
 * Which types of ICMP messages a raw socket is to get; a new one lets everything in. The kernel's filter knows types below
 * 32, and lets in all others: `block` throws a RangeError for them. Go: ipv4.ICMPFilter.
 */
export class ICMPFilter extends TypeFilter {
  constructor() {
    super(1);
  }
}
