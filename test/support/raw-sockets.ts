// Whether this process may open raw sockets.

import { listenPacket } from "rawconn";

/** Why no raw socket can be had here; null when one can. */
export const noRawSockets: string | null = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (noRawSockets !== null) console.log(`no raw sockets here, so they are not tested: ${noRawSockets}`);
