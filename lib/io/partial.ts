import { asError, ErrShortWrite, PartialError } from "../errors/index.js";
import type { Writer as IOWriter } from "../limited-reader.js";

/** The error of an operation that had done `n` bytes before; as it is when there were none. */
export function partially(thrown: unknown, n: number, partial?: Uint8Array): Error {
  const error = asError(thrown);
  return n === 0 ? error : new PartialError(error, n, partial);
}

/** How many of its bytes a failed write says that it has sent, of `length` at most. */
export function sentBy(error: unknown, length: number): number {
  const n = (error as { n?: unknown } | null | undefined)?.n;
  return typeof n === "number" && n > 0 ? Math.min(n, length) : 0;
}

/** Writes all of `p`. Rejects with an error whose `n` tells how many went, or has none when none did. */
export async function writeAll(w: IOWriter, p: Uint8Array): Promise<void> {
  const n = await w.write(p);
  if (n !== p.length) throw partially(ErrShortWrite, sentBy({ n }, p.length));
}
