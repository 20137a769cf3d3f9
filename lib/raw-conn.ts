// Go: net/rawconn.go, syscall.RawConn
import { asError, checkBoolean, checkInt, Errno, invalidArgType, SyscallError } from "./errors/index.js";
import { binding } from "./internal/binding.js";
import { checkBytes } from "./internal/poll/buffers.js";
import { Op } from "./internal/poll/op.js";
import { type Mode, READ, WRITE } from "./internal/poll/poller.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { setOptionError } from "./internal/socket/option-error.js";

const MAX_INT = 0x7fffffff;
const MAX_UINT = 0xffffffff;

/** Calls a function until it says that it is done, waiting in between. */
class RawOp extends Op<void> {
  readonly #mode: Mode;
  readonly #f: (fd: number) => boolean;
  // While its callback runs it waits for nothing, and what that does to all that waits, closing it say, is kept for later:
  // a callback that is done is done.
  #running = false;
  #failure: Error | null = null;

  constructor(fd: NetFD, mode: Mode, f: (fd: number) => boolean) {
    super(fd);
    this.#mode = mode;
    this.#f = f;
  }

  get name(): string {
    return this.#mode === READ ? "raw-read" : "raw-write";
  }

  // The callback may look at what no read or write of ours has seen.
  override get asksFirst(): boolean {
    return true;
  }

  attempt(): boolean {
    let done = false;
    this.#running = true;
    try {
      done = checkBoolean("the result of f", this.fd.borrow(this.#f));
    } catch (thrown) {
      // Its own errors are the caller's, and no story of ours.
      this.reject(asError(thrown));
      return true;
    } finally {
      this.#running = false;
    }
    if (done) this.resolve();
    else if (this.#failure !== null) this.fail(this.#failure);
    else this.fd.notReady(this.#mode);
    return done || this.#failure !== null;
  }

  override fail(cause: Error): void {
    if (this.#running) this.#failure = cause;
    else super.fail(cause);
  }
}

/** The descriptor under a connection, for what has no method of its own. Go: syscall.RawConn. */
export class RawConn {
  readonly #fd: NetFD;

  /** @internal */
  constructor(fd: NetFD) {
    this.#fd = fd;
    // Who has it may set whatever there is, and give it to others.
    fd.lingers = true;
    fd.shared = true;
  }

  /**
   * Lends the descriptor's number to `f`, which must not keep it: it is not closed before `f` returns.
   * Throws what `f` throws; an OpError `raw-control` with `ERR_CLOSED` after close. Go: RawConn.Control.
   */
  control<T>(f: (fd: number) => T): T {
    if (typeof f !== "function") throw invalidArgType("f", "a function", f);
    if (this.#fd.closing) return this.#fd.useLocal("raw-control", f);
    return this.#fd.borrow(f);
  }

  /**
   * Lends it to `f`, at first at once, until that returns true, and waits until there may be something to read in between:
   * `f` returns false only after a call of its own has said `EAGAIN`. Takes its turn with other reads, and keeps to the
   * read deadline. It does not see what a UDP socket has received joined: see `readBatch`, and `offload: false`.
   * Rejects with what `f` throws; with an OpError `raw-read`: `ERR_CLOSED`, `ERR_DEADLINE`; with `EINVAL` on a listener;
   * with a TypeError when `f` returns no boolean.
   * Go: RawConn.Read.
   */
  read(f: (fd: number) => boolean): Promise<void> {
    return this.#start(READ, f);
  }

  /** The same for writing. Go: RawConn.Write. */
  write(f: (fd: number) => boolean): Promise<void> {
    return this.#start(WRITE, f);
  }

  /**
   * Sets any option: a number as a C int or unsigned int, bytes as they are, at most 32768. Level and name are the
   * platform's numbers, -1 for one that it lacks: then `ENOPROTOOPT`. Throws an OpError `raw-control` around a SyscallError, with a `hint` where a capability was missing.
   * setsockopt(2).
   */
  setsockopt(level: number, name: number, value: number | Uint8Array): void {
    checkInt("level", level, -1, MAX_INT);
    checkInt("name", name, -1, MAX_INT);
    if (typeof value !== "number") checkBytes("value", value, "an integer, a Uint8Array or Buffer");
    const bytes =
      typeof value !== "number"
        ? value
        : new Uint8Array(Int32Array.of(checkInt("value", value, -MAX_INT - 1, MAX_UINT)).buffer);
    this.#fd.useLocal("raw-control", (fd) => {
      const result = binding.setsockopt(fd, level, name, bytes);
      if (result < 0) throw setOptionError(level, name, result);
    });
  }

  /** Reads an option that is a C int. Throws an OpError `raw-control` around a SyscallError. getsockopt(2). */
  getsockopt(level: number, name: number): number {
    checkInt("level", level, -1, MAX_INT);
    checkInt("name", name, -1, MAX_INT);
    const int = new Int32Array(1);
    return this.#fd.useLocal("raw-control", (fd) => {
      const result = binding.getsockopt(fd, level, name, new Uint8Array(int.buffer));
      if (result < 0) throw new SyscallError("getsockopt", result);
      return int[0]!;
    });
  }

  #start(mode: Mode, f: (fd: number) => boolean): Promise<void> {
    if (typeof f !== "function") return Promise.reject(invalidArgType("f", "a function", f));
    if (this.#fd.listening) return Promise.reject(new Errno("EINVAL"));
    if (mode === READ && !this.#fd.closing) this.#fd.offload?.part(this.#fd);
    return this.#fd.start(mode, new RawOp(this.#fd, mode, f));
  }
}

/**
 * A hook on a socket that is made, but neither bound nor connected. `network` is the concrete one (`tcp6`), `address`
 * the final numeric one. It may be asynchronous; what it throws ends the attempt, and so do the dial's timeout and signal, without
 * waiting for it any longer. Go: Dialer.Control.
 */
export type Control = (network: string, address: string, conn: RawConn) => void | Promise<void>;

/** Throws a TypeError unless it is a hook or none. */
export function checkControl(control: unknown): void {
  if (control !== undefined && typeof control !== "function")
    throw invalidArgType("control", "a function", control);
}
