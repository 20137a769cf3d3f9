// Raw IP that no stranger's packets disturb: a protocol and addresses that are this process's own.

import { type IPConn, listenIP, type IPNetwork, IPAddr } from "rawconn";

/** Why no raw socket can be had here; null when one can. */
export const refused = await listenIP("ip4:icmp", new IPAddr({ ip: "127.0.0.1" })).then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so they are not tested: ${refused}`);

// IANA has given out no number between 150 and 250: nothing on any host answers these.
const PROTOCOL = 150 + (process.pid % 100);

/** The network of raw sockets of a family. */
export const rawNetwork = (family: 4 | 6): IPNetwork => `ip${family}:${PROTOCOL}`;

/** An address of IPv4's loopback that no other process of these tests uses. */
export const ownAddr = (last: number) =>
  new IPAddr({ ip: `127.${1 + ((process.pid >> 8) % 254)}.${process.pid & 255}.${last}` });

/** The one address of IPv6's loopback: who sends from there to there hears himself. */
export const loopback6 = new IPAddr({ ip: "::1" });

/** A raw socket on one of these. */
export const rawIP = (addr: IPAddr): Promise<IPConn> =>
  listenIP(rawNetwork(addr === loopback6 ? 6 : 4), addr);
