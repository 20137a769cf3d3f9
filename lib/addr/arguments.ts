import { checkString, invalidArgType, invalidArgValue } from "../errors/index.js";
import { IP, parseIP } from "./ip.js";

/** What every internet address is made of. Both may be left out. */
export interface IPFields {
  /** The address, or its text; `null` or absent for none in particular. */
  ip?: IP | string | null | undefined;
  /** The IPv6 scope zone (RFC 4007), an interface's name or number; "" or absent for none. */
  zone?: string | undefined;
}

/** An object of fields, or the error that says so. `undefined` is the object without any. */
export function checkFields<F extends object>(fields: F | undefined, expected: string): Partial<F> {
  if (fields === undefined) return {};
  if (typeof fields !== "object" || fields === null) throw invalidArgType("fields", expected, fields);
  return fields;
}

/** The address in a field, `ip` by default, or the error that says what may stand there. */
export function checkIP(ip: IPFields["ip"], name = "ip"): IP | null {
  if (ip instanceof IP) return ip;
  if (ip === undefined || ip === null) return null;
  if (typeof ip !== "string") throw invalidArgType(name, "an IP, its text or null", ip);
  const parsed = parseIP(ip);
  if (parsed === null) throw invalidArgValue(name, "an IPv4 or IPv6 address without a zone", ip);
  return parsed;
}

/** The text in a field `zone`, or the error that says what may stand there. */
export function checkZone(zone: string | undefined): string {
  return zone === undefined ? "" : checkString("zone", zone);
}
