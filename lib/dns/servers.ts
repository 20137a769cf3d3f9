import { joinHostPort, splitHostPort } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { checkString, invalidArgType, invalidArgValue } from "../errors/index.js";

const DOMAIN = "53";

/**
 * Servers as the client wants them, `host:port`, from what a caller names them by: an address, or one with a port.
 * Throws a TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`).
 */
export function checkServers(servers: unknown): readonly string[] {
  if (!Array.isArray(servers)) throw invalidArgType("servers", "an array of addresses", servers);
  if (servers.length === 0) throw invalidArgValue("servers", "one address or more", servers);
  return Object.freeze(servers.map((server) => withPort(checkString("servers", server))));
}

// A name would have to be looked up first.
function withPort(server: string): string {
  const bare = server.replace(/^\[(.*)\]$/s, "$1");
  if (parseIPZone(bare) !== null) return joinHostPort(bare, DOMAIN);
  const { host, port } = split(server);
  const isPort = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65535;
  if (parseIPZone(host) !== null && isPort) return joinHostPort(host, port);
  throw invalidArgValue("servers", "addresses such as 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53", server);
}

function split(server: string): { host: string; port: string } {
  try {
    return splitHostPort(server);
  } catch {
    return { host: "", port: "" };
  }
}
