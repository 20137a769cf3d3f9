// Go: x/net/ipv6/icmp.go, icmp_linux.go; RFC 3542 section 3.2
import { TypeFilter } from "../ip-options/type-filter.js";

/** Which types of ICMPv6 messages a raw socket is to get; a new one lets everything in. Go: ipv6.ICMPFilter. */
export class ICMPFilter extends TypeFilter {
  constructor() {
    super(8);
  }
}
