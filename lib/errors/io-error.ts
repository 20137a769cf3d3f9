// Go: io/io.go, bufio/bufio.go, bufio/scan.go (errors)
import { isTemporary, isTimeout } from "./is.js";
import { NetError, SentinelError } from "./net-error.js";

/** The buffer is smaller than what has to be read into it. Code `ERR_SHORT_BUFFER`. Go: io.ErrShortBuffer. */
export const ErrShortBuffer = new SentinelError("ERR_SHORT_BUFFER");

/** A writer took fewer bytes than it was given, and did not say why. Code `ERR_SHORT_WRITE`. Go: io.ErrShortWrite. */
export const ErrShortWrite = new SentinelError("ERR_SHORT_WRITE");

/** A reader gave nothing, a hundred times in a row. Code `ERR_NO_PROGRESS`. Go: io.ErrNoProgress. */
export const ErrNoProgress = new SentinelError("ERR_NO_PROGRESS");

/** A reader says that it has read what cannot be. Code `ERR_BAD_READ_COUNT`. Go: bufio.ErrBadReadCount. */
export const ErrBadReadCount = new SentinelError("ERR_BAD_READ_COUNT");

/** What was asked for does not fit into the buffer. Code `ERR_BUFFER_FULL`. Go: bufio.ErrBufferFull. */
export const ErrBufferFull = new SentinelError("ERR_BUFFER_FULL");

/** A token is longer than a Scanner may hold. Code `ERR_TOO_LONG`. Go: bufio.ErrTooLong. */
export const ErrTooLong = new SentinelError("ERR_TOO_LONG");

/** A split function steps back. Code `ERR_NEGATIVE_ADVANCE`. Go: bufio.ErrNegativeAdvance. */
export const ErrNegativeAdvance = new SentinelError("ERR_NEGATIVE_ADVANCE");

/** A split function steps over more than there is. Code `ERR_ADVANCE_TOO_FAR`. Go: bufio.ErrAdvanceTooFar. */
export const ErrAdvanceTooFar = new SentinelError("ERR_ADVANCE_TOO_FAR");

/** A frame is longer than its reader or writer allows. Code `ERR_FRAME_TOO_LONG`. */
export const ErrFrameTooLong = new SentinelError("ERR_FRAME_TOO_LONG");

/**
 * An operation in several steps failed after some of them: the text and the `code` are those of its `cause`, and `n` is
 * the number of bytes that it had done by then. Go gives the number and the error side by side.
 */
export class PartialError extends NetError {
  override readonly name = "PartialError";
  /** The cause's code. */
  readonly code: string;
  /** How many bytes were read, written or copied first. */
  readonly n: number;
  /** The bytes themselves, where they are not in an array of the caller's. */
  declare readonly partial?: Uint8Array;

  constructor(cause: Error, n: number, partial?: Uint8Array) {
    super(cause.message, { cause });
    this.code = (cause as { code?: string }).code ?? "ERR_HOOK";
    this.n = n;
    if (partial !== undefined) this.partial = partial;
  }

  override timeout(): boolean {
    return isTimeout(this.cause);
  }

  override temporary(): boolean {
    return isTemporary(this.cause);
  }
}
