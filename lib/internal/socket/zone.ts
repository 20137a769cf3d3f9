// Go: net/interface.go (ipv6ZoneCache)
import { binding } from "../binding.js";

const MAX_NAME = 64;
const bytes = new Uint8Array(MAX_NAME);

/** The number of an IPv6 zone, which is an interface's name or the number itself; 0 for none or unknown. */
export function zoneIndex(zone: string): number {
  if (zone === "") return 0;
  const index = zone.length < MAX_NAME ? binding.if_nametoindex(zone) : 0;
  if (index > 0) return index;
  return /^\d{1,9}$/.test(zone) ? Number(zone) : 0;
}

/** The interface's name for a zone number, or the number in decimal when it has none. */
export function zoneName(index: number): string {
  const length = binding.if_indextoname(index, bytes);
  return length > 0 ? Buffer.from(bytes.buffer, 0, length).toString("utf8") : String(index);
}
