// Go: io/io.go (Copy, CopyN, CopyBuffer)
import { checkInt, ErrNoProgress, ErrUnexpectedEOF, invalidArgValue, PartialError } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import {
  LimitedReader,
  readOnce,
  type Reader as IOReader,
  type Writer as IOWriter,
} from "../limited-reader.js";
import { partially, sentBy, writeAll } from "./partial.js";
import {
  checkCount,
  checkReader,
  checkWriter,
  type CopySource,
  isReaderFrom,
  isWriterTo,
  MAX_EMPTY_READS,
} from "./stream.js";

// With all else that belongs to it, a copy whose writer waits holds less than 64 KB.
const BUFFER = 56 << 10;

/**
 * Copies from `src` to `dst` until `src` ends; resolves the number of bytes. Between two stream sockets (TCPConn on either
 * side) and from an open file to a TCPConn the bytes stay inside the kernel on Linux.
 *
 * Rejects with what either end rejects with, as a PartialError when bytes went first: its `n` tells how many. That of a
 * TCPConn is its own OpError `readfrom` or `writeto`, with `n`. Nothing is closed. Go: io.Copy.
 */
export async function copy(dst: IOWriter, src: CopySource): Promise<number> {
  checkWriter("dst", dst);
  checkReader("src", src);
  return start(dst, src, null);
}

/**
 * The same through a buffer of the caller's where one is needed at all. Throws a TypeError for an empty one.
 * Go: io.CopyBuffer.
 */
export async function copyBuffer(dst: IOWriter, src: CopySource, p: Uint8Array): Promise<number> {
  checkWriter("dst", dst);
  checkReader("src", src);
  checkBytes("p", p);
  if (p.length === 0) throw invalidArgValue("p", "a buffer with room", p);
  return start(dst, src, p);
}

/**
 * Copies `n` bytes, which it resolves. Rejects as {@link copy}, and with `ERR_UNEXPECTED_EOF`, whose `n` is the number of
 * bytes that went, when `src` ends before. Go: io.CopyN, which has EOF for that.
 */
export async function copyN(dst: IOWriter, src: CopySource, n: number): Promise<number> {
  checkWriter("dst", dst);
  checkReader("src", src);
  checkInt("n", n, 0, Number.MAX_SAFE_INTEGER);
  const written = await start(dst, new LimitedReader(src as IOReader, n), null);
  if (written < n) throw new PartialError(ErrUnexpectedEOF, written);
  return written;
}

// As in Go: whoever can do it better is asked first, the source before the destination.
function start(dst: IOWriter, src: CopySource, p: Uint8Array | null): Promise<number> {
  if (isWriterTo(src)) return src.writeTo(dst);
  if (isReaderFrom(dst)) return dst.readFrom(src);
  return pump(dst, src, p ?? new Uint8Array(roomFor(src)));
}

// For a few bytes a few bytes will do.
function roomFor(src: CopySource): number {
  return src instanceof LimitedReader ? Math.max(1, Math.min(BUFFER, src.n)) : BUFFER;
}

// Reads and writes by turns until the source ends.
async function pump(dst: IOWriter, src: CopySource, p: Uint8Array): Promise<number> {
  let total = 0;
  // The bytes that are on their way out: some may have gone when that fails.
  let sending = 0;
  let empty = 0;
  try {
    for (;;) {
      const n = checkCount(await readOnce(src, p), p.length);
      if (n === null) return total;
      empty = n === 0 ? empty + 1 : 0;
      if (empty === MAX_EMPTY_READS) throw ErrNoProgress;
      if (n === 0) continue;
      sending = n;
      await writeAll(dst, p.subarray(0, n));
      sending = 0;
      total += n;
    }
  } catch (error) {
    throw partially(error, total + sentBy(error, sending));
  }
}
