import type { DNSError } from "../index.js";
import type { Found, Value } from "./resolve.js";
import type { ResolveArguments, Type } from "./resolve-arguments.js";
import { printable, printableJSON } from "./terminal.js";

/** The lines that tell what one lookup found: one for each record, then a remark that begins with a semicolon. */
export function lines(found: Found, { name, quiet }: ResolveArguments): string[] {
  const records = found.records.map((value) => `${printable(name)} ${found.type} ${text(found.type, value)}`);
  return quiet ? records : [...records, remark(found)];
}

function text(type: Type, value: Value): string {
  // What its owner wrote may be anything, line ends and what moves the cursor too.
  if (typeof value === "string") return type === "TXT" ? printableJSON(value) : printable(value);
  if ("pref" in value) return `${value.pref} ${value.host}`;
  return `${value.priority} ${value.weight} ${value.port} ${value.target}`;
}

function remark({ type, records, asked, milliseconds, error }: Found): string {
  const failed = error !== null && !error.isNotFound;
  const count =
    failed && records.length === 0 ? "failed" : records.length === 0 ? "none" : `${records.length}`;
  const by = asked.map(({ server, network }) => `${server} by ${network}`).join(", ");
  const who = by === "" ? "without asking a server" : `asked ${by}`;
  return `; ${type}: ${count} in ${milliseconds.toFixed(1)} ms, ${who}`;
}

/** What went wrong, and what can be done about it, in one line. */
export function complaint(type: Type, error: DNSError, asked: ResolveArguments): string {
  const advice = adviceOn(error, asked);
  return `rawconn resolve: ${type}: ${printable(error.message)}${advice === "" ? "" : `; ${advice}`}`;
}

function adviceOn({ isTimeout, err }: DNSError, { server, tcp }: ResolveArguments): string {
  const other = server === undefined ? "name a server with @ADDRESS" : "name another server";
  if (isTimeout)
    return `nobody answered in time: ${other}${tcp ? "" : ", try --tcp"}, or wait longer with -W`;
  if (/refused/.test(err)) return `nothing listens there: ${other}`;
  if (/unreachable/.test(err)) return `there is no way to that server: ${other}`;
  if (/misbehaving|lame referral/.test(err)) return `the server cannot or will not tell: ${other}`;
  return "";
}
