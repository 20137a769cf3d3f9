import { checkInt, invalidArgValue } from "../errors/index.js";

/** Where a line ends. */
export const NEWLINE = 10;

/** The carriage return that may stand before that. */
export const RETURN = 13;

/** A byte, given as its number or as the one character of ASCII that it stands for. */
export function delimiterOf(delim: number | string): number {
  if (typeof delim !== "string") return checkInt("delim", delim, 0, 255);
  const code = delim.length === 1 ? delim.charCodeAt(0) : Infinity;
  if (code > 127) throw invalidArgValue("delim", "a byte, or one character of ASCII", delim);
  return code;
}

// Below so many bytes a loop of ours has found it before a call would have begun.
const NEAR = 32;

/** Where `byte` first stands in `p` from `start` on and before `end`; -1 where it does not. */
export function indexOfByte(p: Uint8Array, byte: number, start: number, end: number): number {
  const near = Math.min(end, start + NEAR);
  for (let i = start; i < near; i++) if (p[i] === byte) return i;
  if (near === end) return -1;
  // What stands behind `end` is left over from before, and is no find.
  const found = p.indexOf(byte, near);
  return found < end ? found : -1;
}
