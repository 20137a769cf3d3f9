// A dialer that cannot be talked into connecting to addresses that are nobody's business, whatever a name resolves to.
//
//     node examples/ssrf-guard.mjs HOST:PORT
//
// Checking a name before it is dialed is not enough: it may resolve to something else a moment later. The control hook
// is told the numeric address that is about to be connected to, once for each address that is tried, and what it
// throws ends that attempt before a packet has left.

import { Dialer, parseIP, splitHostPort } from "rawconn";

/**
 * Throws for an address that a stranger must not make this host connect to.
 * @param {string} _network
 * @param {string} address
 */
export function refusePrivate(_network, address) {
  const ip = parseIP(splitHostPort(address).host.replace(/%.*/, ""));
  const isPublic =
    ip !== null && ip.isGlobalUnicast() && !ip.isPrivate() && !ip.isLoopback() && !ip.isLinkLocalUnicast();
  if (!isPublic) throw new Error(`${address} is not a public address`);
}

/** Dials on behalf of strangers. */
export const guarded = new Dialer({ timeout: 5000, control: refusePrivate });

if (process.argv[1] === new URL(import.meta.url).pathname) {
  try {
    const conn = await guarded.dial("tcp", process.argv[2] ?? "");
    console.log(`connected to ${String(conn.remoteAddr)}`);
    conn.close();
  } catch (error) {
    console.log(String(error));
    process.exitCode = 1;
  }
}
