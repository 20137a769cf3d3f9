// No counterpart: Go hands over pointers, which costs nothing there
import { detached } from "./buffers.js";

/** Handing native code a view costs 100 ns, copying one of 64 bytes 30, and one of a kilobyte not yet as much. */
export const SMALL = 1024;

// Shared, since it is sent before the next is gathered.
const scratch = new Uint8Array(65536);

/**
 * What writev(2) is given instead of `pieces` from `first` on: the same bytes, with small neighbours copied together.
 * The first piece stays itself where `offset` bytes of it have gone. The result is good for one call. Throws a TypeError
 * (`ERR_BUFFER_DETACHED`) when a small piece is gone, and `length` did not tell.
 */
export function merged(pieces: readonly Uint8Array[], first: number, offset: number): Uint8Array[] {
  const out: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (let i = first; i < pieces.length; i++) {
    const piece = pieces[i]!;
    const copied =
      piece.length <= SMALL && end + piece.length <= scratch.length && (i > first || offset === 0);
    if (copied) {
      put(piece, end);
      end += piece.length;
      continue;
    }
    if (end > start) out.push(scratch.subarray(start, end));
    start = end;
    out.push(piece);
  }
  if (end > start) out.push(scratch.subarray(start, end));
  return out;
}

function put(piece: Uint8Array, at: number): void {
  try {
    scratch.set(piece, at);
  } catch {
    throw detached("buffers");
  }
}
