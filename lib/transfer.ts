// Go: net/tcpsock_posix.go (readFrom, writeTo), net/splice_linux.go, net/sendfile_linux.go, io.Copy
import type { FileHandle } from "node:fs/promises";
import { asError, ErrNoProgress, ErrShortWrite, invalidArgType, PartialError } from "./errors/index.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { sendFile } from "./internal/socket/sendfile.js";
import { splice } from "./internal/socket/splice.js";
import {
  checkCount,
  isFile,
  LimitedReader,
  MAX_EMPTY_READS,
  type Reader,
  readOnce,
  type Writer,
} from "./limited-reader.js";

/** What a connection can copy from: a reader, an open file, or the beginning of either. */
export type Source = Reader | FileHandle | LimitedReader<FileHandle>;

// With all else that belongs to it, a copy whose writer waits holds less than 64 KB.
const BUFFER = 56 << 10;

/** The descriptor under a stream socket of ours; null for all else. Handed in, since only the endpoints know. */
export type StreamOf = (end: unknown) => NetFD | null;

/** A copy failed after so many bytes. */
class CopyFailure extends Error {
  constructor(
    override readonly cause: Error,
    readonly n: number,
  ) {
    super(cause.message);
  }
}

/** Copies until the source ends, inside the kernel where both ends allow it. Rejects with an OpError `readfrom`. */
export async function copyFrom(
  to: NetFD,
  source: Source,
  toWriter: Writer,
  streamOf: StreamOf,
): Promise<number> {
  const { reader, limit, took } = unwrap(source);
  let partial = 0;
  const note = (n: number) => {
    partial = n;
    took(n);
  };
  try {
    const moved = await inKernel(to, reader, limit, streamOf, note);
    if (moved === null) return await pump(toWriter, { read: (p) => readOnce(source, p) });
    took(moved);
    return moved;
  } catch (error) {
    throw failed("readfrom", to, error, partial);
  }
}

/** Copies until the connection ends. Rejects with an OpError `writeto`. */
export async function copyTo(
  from: NetFD,
  sink: Writer,
  fromReader: Reader,
  streamOf: StreamOf,
): Promise<number> {
  if (typeof (sink as Partial<Writer> | null)?.write !== "function")
    throw invalidArgType("w", "a writer", sink);
  const to = streamOf(sink);
  let partial = 0;
  try {
    const moved = to === null ? null : await splice(to, from, Infinity, (n) => (partial = n));
    return moved ?? (await pump(sink, fromReader));
  } catch (error) {
    throw failed("writeto", from, error, partial);
  }
}

function failed(op: string, fd: NetFD, error: unknown, partial: number): Error {
  if (error instanceof CopyFailure) return fd.wrap(op, error.cause, error.n);
  return fd.wrap(op, asError(error), partial);
}

// A limited reader is looked through, and told what went past it.
function unwrap(source: Source): { reader: unknown; limit: number; took: (n: number) => void } {
  if (typeof (source as Partial<Reader> | null)?.read !== "function")
    throw invalidArgType("r", "a reader", source);
  if (!(source instanceof LimitedReader)) return { reader: source, limit: Infinity, took: () => {} };
  const took = (n: number) => void (source.n -= n);
  return { reader: source.r, limit: source.n, took };
}

function inKernel(
  to: NetFD,
  reader: unknown,
  limit: number,
  streamOf: StreamOf,
  onFailure: (n: number) => void,
): Promise<number | null> {
  if (limit <= 0) return Promise.resolve(0);
  const from = streamOf(reader);
  if (from !== null) return splice(to, from, limit, onFailure);
  return isFile(reader) ? sendFile(to, reader, limit, onFailure) : Promise.resolve(null);
}

// Go: io.Copy without its short cuts.
async function pump(to: Writer, from: Reader): Promise<number> {
  const p = new Uint8Array(BUFFER);
  let total = 0;
  let empty = 0;
  try {
    for (let n; (n = checkCount(await from.read(p), p.length)) !== null;) {
      empty = n === 0 ? empty + 1 : 0;
      if (empty === MAX_EMPTY_READS) throw ErrNoProgress;
      if (n > 0) total += await writeAll(to, p.subarray(0, n));
    }
    return total;
  } catch (error) {
    const sent = (error as { n?: unknown } | null | undefined)?.n;
    throw new CopyFailure(asError(error), total + (typeof sent === "number" ? sent : 0));
  }
}

async function writeAll(to: Writer, p: Uint8Array): Promise<number> {
  const n = await to.write(p);
  if (n !== p.length) throw new PartialError(ErrShortWrite, n > 0 ? Math.min(n, p.length) : 0);
  return n;
}
