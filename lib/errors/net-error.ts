// Go: net/net.go (Error), internal/poll/fd.go, io/fs
import { sentinelText, type SentinelCode } from "./table.js";

/**
 * What every error of this library is: an `Error` with a stable `code` and Go's two questions.
 * Go: net.Error.
 */
export abstract class NetError extends Error {
  /** What to match on: an errno name such as `ECONNREFUSED`, or one of the `ERR_` codes in docs/errors.md. */
  abstract readonly code: string;

  /** Whether the operation ran out of time. Go: Error.Timeout. */
  timeout(): boolean {
    return false;
  }

  /** Whether the same call may succeed when tried again soon, as with `EMFILE`. Go: Error.Temporary. */
  temporary(): boolean {
    return false;
  }
}

/**
 * A fixed error that stands at the end of a chain, compared by identity or by `code`.
 * It has no stack of its own, since it is made once, far from where it is met.
 */
export class SentinelError extends NetError {
  override readonly name = "SentinelError";
  readonly code: SentinelCode;
  readonly #timeout: boolean;

  /** @internal Sentinels are made by this library alone. */
  constructor(code: SentinelCode, timeout = false) {
    super(sentinelText[code]);
    this.code = code;
    this.#timeout = timeout;
    this.stack = `${this.name}: ${this.message}`;
    Object.freeze(this);
  }

  override timeout(): boolean {
    return this.#timeout;
  }

  override temporary(): boolean {
    return this.#timeout;
  }
}

/** The descriptor was closed before or during the operation. Code `ERR_CLOSED`. Go: net.ErrClosed. */
export const ErrClosed = new SentinelError("ERR_CLOSED");

/** An end of a `pipe` was closed before or during the operation. Code `ERR_CLOSED_PIPE`. Go: io.ErrClosedPipe. */
export const ErrClosedPipe = new SentinelError("ERR_CLOSED_PIPE");

/** A read, write or accept ran past its deadline. Code `ERR_DEADLINE`. Go: os.ErrDeadlineExceeded. */
export const ErrDeadlineExceeded = new SentinelError("ERR_DEADLINE", true);

/** A dial ran out of its time limit. Code `ERR_TIMEOUT`; the same text as a deadline's. Go: context.DeadlineExceeded. */
export const ErrTimeout = new SentinelError("ERR_TIMEOUT", true);

/** An address was needed and none given. Code `ERR_MISSING_ADDRESS`. Go: net.errMissingAddress. */
export const ErrMissingAddress = new SentinelError("ERR_MISSING_ADDRESS");

/** `writeTo` was called on a connected socket. Code `ERR_WRITE_TO_CONNECTED`. Go: net.ErrWriteToConnected. */
export const ErrWriteToConnected = new SentinelError("ERR_WRITE_TO_CONNECTED");

/** A stream ended in the middle of something, or took none of the bytes of a write. Code `ERR_UNEXPECTED_EOF`. Go: io.ErrUnexpectedEOF. */
export const ErrUnexpectedEOF = new SentinelError("ERR_UNEXPECTED_EOF");

/** No interface has that number or name. Code `ERR_NO_SUCH_INTERFACE`. Go: net.errNoSuchInterface. */
export const ErrNoSuchInterface = new SentinelError("ERR_NO_SUCH_INTERFACE");

/** An interface's number is above zero. Code `ERR_INVALID_INTERFACE_INDEX`. Go: net.errInvalidInterfaceIndex. */
export const ErrInvalidInterfaceIndex = new SentinelError("ERR_INVALID_INTERFACE_INDEX");

/** An interface's name is not empty. Code `ERR_INVALID_INTERFACE_NAME`. Go: net.errInvalidInterfaceName. */
export const ErrInvalidInterfaceName = new SentinelError("ERR_INVALID_INTERFACE_NAME");

/**
 * The caller's `AbortSignal` ended the operation. Code `ABORT_ERR`, as Node's own;
 * `cause` is the signal's reason. Go: context.Canceled.
 */
export class CanceledError extends NetError {
  override readonly name = "AbortError";
  readonly code = "ABORT_ERR";

  constructor(reason: unknown) {
    super("operation was canceled", { cause: reason });
  }
}
