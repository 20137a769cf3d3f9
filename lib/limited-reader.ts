// Go: io.LimitedReader
import type { FileHandle } from "node:fs/promises";
import { checkInt, ErrBadReadCount, invalidArgType } from "./errors/index.js";
import { checkBytes } from "./internal/poll/buffers.js";

/** What bytes can be read from: resolves their number, null at the end. Go: io.Reader. */
export interface Reader {
  read(p: Uint8Array): Promise<number | null>;
}

/** What bytes can be written to: resolves their number, which is all of them. Go: io.Writer. */
export interface Writer {
  write(p: Uint8Array): Promise<number>;
}

/** Of node:fs/promises, which exports no class to ask. */
export function isFile(end: unknown): end is FileHandle {
  const { fd, stat } = end as Partial<FileHandle>;
  return typeof fd === "number" && typeof stat === "function";
}

/** Reads once. A file of Node's has another signature, and reads nothing into an empty array. */
export async function readOnce(r: Reader | FileHandle, p: Uint8Array): Promise<number | null> {
  if (!isFile(r)) return r.read(p);
  return p.length === 0 ? 0 : (await r.read(p)).bytesRead || null;
}

/** What a reader resolved, if it can be: null, or a number of bytes that there was room for. */
export function checkCount(n: number | null, room: number): number | null {
  if (n !== null && !(Number.isInteger(n) && n >= 0 && n <= room)) throw ErrBadReadCount;
  return n;
}

/** How often in a row a reader may give nothing. */
export const MAX_EMPTY_READS = 100;

/** The first bytes of another reader. Copying from one into a TCPConn stays inside the kernel. Go: io.LimitedReader. */
export class LimitedReader<R = Reader> implements Reader {
  /** What it reads from. */
  readonly r: R;
  /** How many bytes are still to come. */
  n: number;

  /** Throws a TypeError or RangeError for what is no reader, or no number of bytes. */
  constructor(r: R, n: number) {
    if (typeof (r as Partial<Reader> | null)?.read !== "function") throw invalidArgType("r", "a reader", r);
    this.r = r;
    this.n = checkInt("n", n, 0, Number.MAX_SAFE_INTEGER);
  }

  /** Reads at most what is still to come. Rejects with a TypeError for a `p` it cannot use. Go: LimitedReader.Read. */
  async read(p: Uint8Array): Promise<number | null> {
    checkBytes("p", p);
    if (this.n <= 0) return null;
    const got = await readOnce(this.r as Reader, p.length > this.n ? p.subarray(0, this.n) : p);
    this.n -= got ?? 0;
    return got;
  }
}
