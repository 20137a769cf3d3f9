// Go: net/netip/netip.go (parseAddrError)
import { explainIPv4, failure, scanIPv6 } from "../addr/ip-text.js";
import { quote } from "./quote.js";

/** Why text is no address, as Go says it: `ParseAddr("1.2.3"): IPv4 address too short`. */
export function explainAddr(s: string): string {
  failure.reason = "unable to parse IP";
  failure.at = -1;
  // The first of these decides what the text was meant to be.
  const mark = s[s.search(/[.:%]/)];
  const percent = s.indexOf("%");
  const end = percent < 0 ? s.length : percent;
  if (mark === ".") explainIPv4(s, 0, s.length);
  else if (mark === "%") failure.reason = "missing IPv6 address";
  else if (mark === ":" && percent === s.length - 1) failure.reason = "zone must be a non-empty string";
  else if (mark === ":") scanIPv6(s, 0, end);
  const { reason, at } = failure;
  // What follows the percent sign is no part of what IPv6 could not read.
  const rest = at < 0 ? "" : ` (at ${quote(s.slice(at, mark === ":" ? end : undefined))})`;
  return `ParseAddr(${quote(s)}): ${reason}${rest}`;
}
