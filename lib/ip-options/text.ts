import type { IP } from "../addr/index.js";

/** An address as Go prints it. */
export function ipText(ip: IP | null): string {
  return ip === null ? "<nil>" : ip.toString();
}

/** A number as Go's `%#x` prints it. */
export function hexText(n: number): string {
  return `0x${n.toString(16)}`;
}
