// Go: net/interface.go (ipv6ZoneCache)
import { binding } from "../binding.js";

const MAX_NAME = 64;
const bytes = new Uint8Array(MAX_NAME);

// Every message from or to an address with a zone needs one of these, and to ask costs more than to send (6 us of
// CPU: a socket, an ioctl and a close). So what was found is known for a moment; what was not is asked for again.
const LIFETIME = 1000;
const indexes = new Map<string, number>();
const names = new Map<number, string>();
let since = -Infinity;

function forgetOld(): void {
  const now = performance.now();
  if (now - since < LIFETIME) return;
  indexes.clear();
  names.clear();
  since = now;
}

/** The number of an IPv6 zone, which is an interface's name or the number itself; 0 for none or unknown. */
export function zoneIndex(zone: string): number {
  if (zone === "") return 0;
  forgetOld();
  const known = indexes.get(zone);
  if (known !== undefined) return known;
  const index = zone.length < MAX_NAME ? binding.if_nametoindex(zone) : 0;
  if (index > 0) {
    indexes.set(zone, index);
    return index;
  }
  return /^\d{1,9}$/.test(zone) ? Number(zone) : 0;
}

/** The interface's name for a zone number, or the number in decimal when it has none. */
export function zoneName(index: number): string {
  forgetOld();
  const known = names.get(index);
  if (known !== undefined) return known;
  const length = binding.if_indextoname(index, bytes);
  if (length <= 0) return String(index);
  const name = Buffer.from(bytes.buffer, 0, length).toString("utf8");
  names.set(index, name);
  return name;
}
