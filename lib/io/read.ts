// Go: io/io.go (ReadFull, ReadAtLeast)
import { checkInt, ErrNoProgress, ErrShortBuffer, ErrUnexpectedEOF, PartialError } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import type { Reader as IOReader } from "../limited-reader.js";
import { partially } from "./partial.js";
import { checkCount, checkReader, MAX_EMPTY_READS } from "./stream.js";

/**
 * Reads until all of `p` is full. Resolves the number of bytes, which is `p.length`; null when the stream ends before the
 * first of them. Rejects as {@link readAtLeast}. Go: io.ReadFull.
 */
export async function readFull(r: IOReader, p: Uint8Array): Promise<number | null> {
  checkBytes("p", p);
  return readAtLeast(r, p, p.length);
}

/**
 * Reads into `p` until it has at least `min` bytes. Resolves their number; null when the stream ends before the first.
 *
 * Rejects with `ERR_UNEXPECTED_EOF` when it ends later, `ERR_SHORT_BUFFER` when `p` is shorter than `min`,
 * `ERR_NO_PROGRESS` and `ERR_BAD_READ_COUNT` for a reader out of order, or with what the reader rejects with. A
 * PartialError, whose `n` bytes stand in `p`, when some were read by then. Go: io.ReadAtLeast.
 */
export async function readAtLeast(r: IOReader, p: Uint8Array, min: number): Promise<number | null> {
  checkReader("r", r);
  checkBytes("p", p);
  checkInt("min", min, 0, Number.MAX_SAFE_INTEGER);
  if (p.length < min) throw ErrShortBuffer;
  let n = 0;
  let empty = 0;
  try {
    while (n < min) {
      const room = n === 0 ? p : p.subarray(n);
      const got = checkCount(await r.read(room), room.length);
      if (got === null) break;
      n += got;
      empty = got === 0 ? empty + 1 : 0;
      if (empty === MAX_EMPTY_READS) throw ErrNoProgress;
    }
  } catch (error) {
    throw partially(error, n);
  }
  if (n < min && n > 0) throw new PartialError(ErrUnexpectedEOF, n);
  return n === 0 && min > 0 ? null : n;
}
