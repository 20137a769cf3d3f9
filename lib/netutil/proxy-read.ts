import { checkInt, ErrUnexpectedEOF, invalidArgType, PartialError } from "../errors/index.js";
import type { Reader as IOReader } from "../limited-reader.js";
import {
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
  V1_MAX,
  V2_FIXED,
  V2_SIGNATURE,
} from "./proxy-header.js";

// No header is shorter: this is `PROXY UNKNOWN` and its end.
const LEAST = 15;

/** The longest header that is read unless said otherwise: additional information is seldom over a few hundred bytes. */
export const DEFAULT_MAX = 4096;

/**
 * Reads a header from the beginning of a connection, and not a byte more. Rejects with a ProxyHeaderError when what comes is
 * none, or longer than `max` bytes; with a PartialError `ERR_UNEXPECTED_EOF` when the stream ends before; with what the
 * connection rejects with: set a deadline first.
 */
export async function readProxyHeader(conn: IOReader, max = DEFAULT_MAX): Promise<ProxyHeader> {
  if (typeof (conn as Partial<IOReader> | null)?.read !== "function")
    throw invalidArgType("conn", "a connection", conn);
  checkInt("max", max, LEAST, V2_FIXED + 0xffff);
  const first = await exactly(conn, Buffer.alloc(0), LEAST);
  if (V2_SIGNATURE.equals(first.subarray(0, V2_SIGNATURE.length))) return readV2(conn, first, max);
  return readV1(conn, first);
}

async function readV2(conn: IOReader, first: Buffer, max: number): Promise<ProxyHeader> {
  const fixed = await exactly(conn, first, V2_FIXED - LEAST);
  const length = fixed.readUInt16BE(14);
  if (V2_FIXED + length > max) throw new ProxyHeaderError(`header of ${V2_FIXED + length} bytes is too long`);
  return parseProxyHeader(await exactly(conn, fixed, length));
}

async function readV1(conn: IOReader, first: Buffer): Promise<ProxyHeader> {
  if (!/^PROXY (TCP[46] |UNKNOWN)/.test(first.toString("latin1"))) throw new ProxyHeaderError("no header");
  let line = first;
  for (let left; (left = leastLeft(line.toString("latin1"))) > 0;) {
    if (line.length + left > V1_MAX) throw new ProxyHeaderError("line too long");
    line = await exactly(conn, line, left);
  }
  return parseProxyHeader(line);
}

// How many bytes of a line must be to come, so that as many can be read at once, and none that belongs to nobody here.
function leastLeft(line: string): number {
  if (line.includes("\r\n")) return 0;
  if (line.endsWith("\r")) return 1;
  if (line.startsWith("PROXY UNKNOWN")) return 2;
  const fields = line.split(" ");
  // Each that is missing is a space and a character.
  return 2 * Math.max(0, 6 - fields.length) + (fields.at(-1) === "" ? 1 : 0) + 2;
}

// `begun`, and so many bytes more.
async function exactly(conn: IOReader, begun: Buffer, more: number): Promise<Buffer> {
  const whole = Buffer.concat([begun, Buffer.alloc(more)]);
  for (let n = begun.length; n < whole.length;) {
    const got = await conn.read(whole.subarray(n));
    if (got === null) throw new PartialError(ErrUnexpectedEOF, n);
    n += got;
  }
  return whole;
}
