// Go: net/ipsock.go (SplitHostPort, JoinHostPort)
import { AddrError, checkInt, invalidArgType } from "../errors/index.js";

/**
 * Splits `host:port`, `host%zone:port`, `[host]:port` or `[host%zone]:port`. An IPv6 address stands in brackets,
 * which the result leaves out. Either part may be empty, and neither is checked further. Go: net.SplitHostPort.
 *
 * Throws an {@link AddrError} whose `addr` is the whole text and whose `err` is one of `missing port in address`,
 * `too many colons in address`, `missing ']' in address`, `unexpected '[' in address`, `unexpected ']' in address`;
 * a TypeError (`ERR_INVALID_ARG_TYPE`) when `hostport` is not a string.
 */
export function splitHostPort(hostport: string): { host: string; port: string } {
  if (typeof hostport !== "string") throw invalidArgType("hostport", "a string", hostport);
  const lastColon = hostport.lastIndexOf(":");
  if (lastColon < 0) throw new AddrError("missing port in address", hostport);
  const bracketed = hostport.startsWith("[");
  const close = bracketed ? closingBracket(hostport, lastColon) : 0;
  const host = bracketed ? hostport.slice(1, close) : hostport.slice(0, lastColon);
  if (!bracketed && host.includes(":")) throw new AddrError("too many colons in address", hostport);

  // The pair found above is the only one allowed.
  if (hostport.includes("[", 1)) throw new AddrError("unexpected '[' in address", hostport);
  if (hostport.includes("]", bracketed ? close + 1 : 0))
    throw new AddrError("unexpected ']' in address", hostport);
  return { host, port: hostport.slice(lastColon + 1) };
}

/** Where the first `]` stands, which must be right before the last colon. */
function closingBracket(hostport: string, lastColon: number): number {
  const close = hostport.indexOf("]");
  if (close < 0) throw new AddrError("missing ']' in address", hostport);
  if (close + 1 === lastColon) return close;
  const early = hostport[close + 1] === ":";
  throw new AddrError(early ? "too many colons in address" : "missing port in address", hostport);
}

/**
 * Joins to `host:port`, or `[host]:port` when the host has a colon, as IPv6 does. The parts' content is not checked.
 * A number as port is written in decimal. Go: net.JoinHostPort.
 *
 * Throws a TypeError (`ERR_INVALID_ARG_TYPE`) for another type,
 * a RangeError (`ERR_OUT_OF_RANGE`) when a number is no integer from 0 to 65535.
 */
export function joinHostPort(host: string, port: string | number): string {
  if (typeof host !== "string") throw invalidArgType("host", "a string", host);
  if (typeof port === "number") checkInt("port", port, 0, 65535);
  else if (typeof port !== "string") throw invalidArgType("port", "a string or an integer", port);
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
