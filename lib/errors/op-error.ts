// Go: net/net.go (OpError), os/error.go (SyscallError)
import type { Addr } from "../addr/addr.js";
import { errno as errnoOf, errnoMessage, errnoName, type ErrnoName } from "./errno.js";
import { isTemporary, isTimeout } from "./is.js";
import { NetError } from "./net-error.js";

const timeouts = new Set(["EAGAIN", "ETIMEDOUT"]);
const temporaries = new Set(["EINTR", "EMFILE", "ENFILE", "EAGAIN", "ETIMEDOUT"]);
// A client that went away before it was accepted is no fault of the listener.
const temporaryInAccept = new Set(["ECONNRESET", "ECONNABORTED"]);

/** A system call failed. Text `connect: connection refused`. Go: os.SyscallError around syscall.Errno. */
export class SyscallError extends NetError {
  override readonly name = "SyscallError";
  /** The errno's POSIX name. */
  readonly code: string;
  /** The errno, negative as in Node's own errors. */
  readonly errno: number;
  /** The system call, such as `connect`. */
  readonly syscall: string;
  /** What the user can do about it: which capability or setting, and the command; absent when we know nothing. */
  declare readonly hint?: string;

  /** @param errno what the kernel said; the sign does not matter. */
  constructor(syscall: string, errno: number | ErrnoName, hint?: string) {
    const number = typeof errno === "string" ? errnoOf(errno) : Math.abs(errno);
    super(`${syscall}: ${errnoMessage(number)}`);
    this.syscall = syscall;
    this.errno = -number;
    this.code = errnoName(number);
    if (hint !== undefined) this.hint = hint;
  }

  override timeout(): boolean {
    return timeouts.has(this.code);
  }

  override temporary(): boolean {
    return temporaries.has(this.code);
  }
}

/** An errno that no system call of ours returned, such as `EINVAL` of a zero value. Go: syscall.Errno. */
export class Errno extends NetError {
  override readonly name = "Errno";
  readonly code: ErrnoName;
  /** The errno, negative as in Node's own errors. */
  readonly errno: number;

  constructor(code: ErrnoName) {
    super(errnoMessage(errnoOf(code)));
    this.code = code;
    this.errno = -errnoOf(code);
  }

  override timeout(): boolean {
    return timeouts.has(this.code);
  }

  override temporary(): boolean {
    return temporaries.has(this.code);
  }
}

/** What an {@link OpError} tells beside its cause. */
export interface OpErrorFields {
  /** The operation: `dial`, `listen`, `accept`, `read`, `write`, `close`, `set`, ... */
  op: string;
  /** The network as the caller named it, such as `tcp`. */
  net: string;
  /** The local address of the connection, where it is known. */
  source?: Addr | null;
  /** The remote address, or the local one where the operation has no other. */
  addr?: Addr | null;
  /** Why it failed. */
  cause: Error;
  /** How many bytes went through before it failed; for writes. */
  n?: number;
}

function describe(f: OpErrorFields): string {
  let text = f.op;
  if (f.net !== "") text += ` ${f.net}`;
  if (f.source) text += ` ${f.source.toString()}`;
  if (f.addr) text += (f.source ? "->" : " ") + f.addr.toString();
  return `${text}: ${f.cause.message}`;
}

/**
 * An operation on a network failed: which, where, and why. Text `dial tcp 127.0.0.1:1: connect: connection refused`.
 * `code`, `errno` and `syscall` repeat the cause's. Go: net.OpError.
 */
export class OpError extends NetError {
  override readonly name = "OpError";
  /** The operation, such as `dial`. */
  readonly op: string;
  /** The network, such as `tcp`. */
  readonly net: string;
  /** The local address, or null where it is not known. */
  readonly source: Addr | null;
  /** The remote address (for `listen`, `accept` and `set` the local one), or null. */
  readonly addr: Addr | null;
  /** The cause's code. */
  readonly code: string;
  /** The cause's errno, negative as in Node's own errors; absent when it has none. */
  declare readonly errno?: number;
  /** The system call that failed; absent when none did. */
  declare readonly syscall?: string;
  /** Bytes written before a write failed; absent for other operations. */
  declare readonly n?: number;
  /** What the user can do about it: which capability or setting, and the command. The cause's; mostly absent. */
  declare readonly hint?: string;

  constructor(fields: OpErrorFields) {
    super(describe(fields), { cause: fields.cause });
    this.op = fields.op;
    this.net = fields.net;
    this.source = fields.source ?? null;
    this.addr = fields.addr ?? null;
    const { code, errno, syscall, hint } = fields.cause as Partial<SyscallError>;
    this.code = code ?? "ERR_HOOK";
    if (errno !== undefined) this.errno = errno;
    if (syscall !== undefined) this.syscall = syscall;
    if (fields.n !== undefined) this.n = fields.n;
    if (hint !== undefined) this.hint = hint;
  }

  override timeout(): boolean {
    return isTimeout(this.cause);
  }

  override temporary(): boolean {
    return (this.op === "accept" && temporaryInAccept.has(this.code)) || isTemporary(this.cause);
  }
}
