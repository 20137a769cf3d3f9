// Every way to fail.

import { hasIPv6 } from "../../support/pair.js";
import { refused as noRawSockets } from "../../support/raw-ip.js";
import { copies } from "./copies.js";
import { dialing } from "./dial.js";
import { files } from "./file.js";
import { interfaces } from "./interface.js";
import { ip } from "./ip.js";
import { listening } from "./listen.js";
import { pipes } from "./pipe.js";
import { rawConn } from "./raw-conn.js";
import type { Acts } from "./scenario.js";
import { tcp } from "./tcp.js";
import { udp } from "./udp.js";
import { unix } from "./unix.js";

/** All of them, by the call as it would be written in Go. */
export const acts: Acts = {
  ...dialing,
  ...listening,
  ...tcp,
  ...udp,
  ...unix,
  ...ip,
  ...rawConn,
  ...files,
  ...pipes,
  ...copies,
  ...interfaces,
};

/** Why one cannot be carried out on this host; null when it can. */
export function impossible(name: string): string | null {
  if (name in ip) return noRawSockets;
  return !hasIPv6 && name.includes('"[::1]:CLOSEDPORT"') ? "no IPv6" : null;
}
