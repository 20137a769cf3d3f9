import { ICMPv4Type, ICMPv6Type, protocolICMP } from "../../icmp/index.js";
import { describe, type Report } from "../describe.js";
import type { ProbeReason } from "./events.js";

/** What an answer means for the path. */
export interface Meaning {
  readonly reason: ProbeReason;
  readonly flag: string;
  readonly message: string;
}

// By code, RFC 792 and RFC 1812 section 5.2.7.1, RFC 4443 section 3.1: what other tools show.
const v4Flags = [
  "!N",
  "!H",
  "!P",
  "",
  "!F",
  "!S",
  "!N",
  "!H",
  "!N",
  "!X",
  "!X",
  "!N",
  "!H",
  "!X",
  "!V",
  "!C",
];
const v6Flags = ["!N", "!X", "!H", "!H", "", "!X", "!X"];
const v4PortUnreachable = 3;
const v6PortUnreachable = 4;
// A node that cannot go on with the header that comes next says so by this code of a parameter problem.
const v6UnknownHeader = 1;

const REACHED: Meaning = { reason: "reached", flag: "", message: "Reached" };

/** What a report means, null being an answer without one; null for a report that says nothing about the path. */
export function meaningOf(report: Report | null): Meaning | null {
  if (report === null) return REACHED;
  const described = describe(report);
  if (described === null || described.reason === "redirect") return null;
  const { reason, message } = described;
  if (reason === "time-exceeded" && report.code === 0) return { reason, flag: "", message };
  // Nobody listens there: nobody but the target can know.
  if (isPortUnreachable(report)) return { reason: "reached", flag: "", message };
  if (reason === "packet-too-big") return { reason, flag: `!F-${report.mtu ?? 0}`, message };
  return { reason: reason === "time-exceeded" ? "unreachable" : reason, flag: flagOf(report), message };
}

function isPortUnreachable({ protocol, type, code }: Report): boolean {
  return protocol === protocolICMP
    ? type === ICMPv4Type.destinationUnreachable && code === v4PortUnreachable
    : type === ICMPv6Type.destinationUnreachable && code === v6PortUnreachable;
}

function flagOf({ protocol, type, code }: Report): string {
  if (protocol === protocolICMP) {
    if (type === ICMPv4Type.destinationUnreachable) return v4Flags[code] ?? `!${code}`;
  } else {
    if (type === ICMPv6Type.destinationUnreachable) return v6Flags[code] ?? `!${code}`;
    if (type === ICMPv6Type.parameterProblem && code === v6UnknownHeader) return "!P";
  }
  return `!${type}-${code}`;
}
