// Go: net/ipsock.go (splitHostZone), net/netip/netip.go (ParseAddr)
import { scanIPv6 } from "./ip-text.js";
import { IP, parseIP } from "./ip.js";

/** An address and its IPv6 scope zone (RFC 4007): an interface's name or number, or "" for none. */
export interface ScopedIP {
  ip: IP;
  zone: string;
}

/**
 * Cuts `host%zone` at its last percent sign. A sign at the very front starts no zone.
 * Neither part is looked at. Go: net.splitHostZone.
 */
export function splitHostZone(s: string): { host: string; zone: string } {
  const percent = s.lastIndexOf("%");
  return percent > 0 ? { host: s.slice(0, percent), zone: s.slice(percent + 1) } : { host: s, zone: "" };
}

/**
 * Reads an address that may carry a zone, or `null` for all other text. Only IPv6 has zones, and a zone
 * is not empty; it is all that follows the *first* percent sign, as in Go's netip.ParseAddr.
 */
export function parseIPZone(s: string): ScopedIP | null {
  const percent = s.indexOf("%");
  if (percent < 0) {
    const ip = parseIP(s);
    return ip && { ip, zone: "" };
  }
  const zone = s.slice(percent + 1);
  return zone !== "" && scanIPv6(s, 0, percent) ? { ip: IP.ofScan(), zone } : null;
}

/** The text of an address that may be missing and may have a zone: "", `ip` or `ip%zone`. */
export function joinIPZone(ip: IP | null, zone: string): string {
  const host = ip === null ? "" : ip.toString();
  return zone === "" ? host : `${host}%${zone}`;
}
