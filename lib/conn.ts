// Go: net/net.go (conn)
import { isDate } from "node:util/types";
import type { Addr } from "./addr/index.js";
import { checkInt, ErrClosed, Errno, invalidArgType, outOfRange } from "./errors/index.js";
import { closes } from "./internal/channels.js";
import { checkBytes } from "./internal/poll/buffers.js";
import { type Mode, poller, READ, WRITE } from "./internal/poll/poller.js";
import { File } from "./file.js";
import type { NetFD } from "./internal/socket/net-fd.js";
import { options, setInt } from "./internal/socket/options.js";
import { RawConn } from "./raw-conn.js";

/** When an operation must be over: a Date, milliseconds since 1970 as of `Date.now()`, or null for never. */
export type Deadline = Date | number | null;

/** A deadline as the poller keeps it: epoch milliseconds, Infinity for never. */
export function deadlineOf(t: Deadline): number {
  if (typeof t === "number" && !Number.isNaN(t)) return t;
  if (t === null) return Infinity;
  if (isDate(t) && !Number.isNaN(t.getTime())) return t.getTime();
  if (typeof t === "number" || isDate(t)) throw outOfRange("deadline", "a valid time", t);
  throw invalidArgType("deadline", "a Date, epoch milliseconds or null", t);
}

/** The descriptor of another handle, for calls on two at once; null for a zero value. */
export let fdOf: (handle: Handle) => NetFD | null;

/** What every handle on a descriptor has: addresses, deadlines, an end, a say in the life of the event loop. */
export abstract class Handle {
  readonly #fd: NetFD | null;

  static {
    fdOf = (handle) => handle.#fd;
  }

  /** @internal `null` makes the zero value, whose every method fails with `EINVAL`. */
  constructor(fd: NetFD | null = null) {
    this.#fd = fd;
  }

  /** @internal The descriptor; throws `EINVAL` for a zero value. */
  protected get fd(): NetFD {
    if (this.#fd === null) throw new Errno("EINVAL");
    return this.#fd;
  }

  /** @internal The address of this end, for the names that subclasses give it. */
  protected get bound(): Addr | null {
    return this.#fd === null ? null : this.#fd.laddr;
  }

  /** @internal The address of the other end. */
  protected get peer(): Addr | null {
    return this.#fd === null ? null : this.#fd.raddr;
  }

  /**
   * Closes it at once. What waits rejects with `ERR_CLOSED` first; a second call throws `ERR_CLOSED`.
   * Go: Conn.Close.
   */
  close(): void {
    this.fd.close();
    if (closes.hasSubscribers) closes.publish({ handle: this });
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    if (this.#fd !== null && !this.#fd.closing) this.close();
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  /**
   * A descriptor of its own on the same socket, which outlives this one; the caller closes it. What a UDP socket has
   * received joined stays here: see `readBatch`, and `offload: false`. Throws an OpError `file`:
   * `ERR_CLOSED`, `EMFILE`, ... Go: TCPConn.File and its kin; fcntl(2) F_DUPFD_CLOEXEC.
   */
  file(): File {
    const { fd } = this;
    return new File(fd.dup(), fd.toString());
  }

  /**
   * The bare descriptor, for options and system calls that have no method here. Can be asked for after close; its methods
   * then fail. Go: syscall.Conn.SyscallConn.
   */
  syscallConn(): RawConn {
    return new RawConn(this.fd);
  }

  /** Waiting operations keep the event loop alive again: the default. */
  ref(): this {
    this.fd.keepLoop(true);
    return this;
  }

  /** Lets the process end although an operation waits here. */
  unref(): this {
    this.fd.keepLoop(false);
    return this;
  }

  /** @internal Sets the deadline of one side; the error is an OpError `set`. */
  protected deadline(mode: Mode, t: Deadline): void {
    // A number that is one is the common case, and compares to itself; NaN and the rest are sorted out.
    const at = typeof t === "number" && t === t ? t : deadlineOf(t);
    const { fd } = this;
    if (mode === WRITE) fd.uncork();
    if (fd.closing) throw fd.wrapLocal("set", ErrClosed);
    poller.deadlines.set(fd.slot * 2 + mode, at);
  }
}

/** What streams and connected packet endpoints share. Go: net.Conn. */
export abstract class Conn extends Handle {
  /** The address of this end; it outlives close. Null for a zero value. Go: Conn.LocalAddr. */
  get localAddr(): Addr | null {
    return this.bound;
  }

  /** The address of the other end; null where there is none. Go: Conn.RemoteAddr. */
  get remoteAddr(): Addr | null {
    return this.peer;
  }

  /**
   * Reads what is there into `p`, waiting until there is something. Resolves the number of bytes, or `null` at
   * the end of a stream. `p` is written to only before the promise settles; an empty `p` resolves 0 at once.
   * Concurrent reads are served in order. Go: Conn.Read; recv(2).
   *
   * Rejects with an OpError `read`: `ERR_CLOSED`, `ERR_DEADLINE`, `ECONNRESET`, ...; throws nothing but rejects
   * with a TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_BUFFER_DETACHED`) for a `p` it cannot use.
   */
  read(p: Uint8Array): Promise<number | null> {
    try {
      checkBytes("p", p);
      return this.fd.read(p);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Writes all of `p` (a string as UTF-8), waiting as long as it takes. Resolves the number of bytes. `p` must not
   * change before the promise settles. Concurrent writes never mix. Go: Conn.Write; send(2).
   *
   * Rejects with an OpError `write` whose `n` tells how many bytes went out first: `ERR_CLOSED`, `ERR_DEADLINE`,
   * `EPIPE`, `ECONNRESET`, ...; with a TypeError for a `p` it cannot use.
   */
  write(p: Uint8Array | string): Promise<number> {
    try {
      const bytes = typeof p === "string" ? Buffer.from(p) : p;
      checkBytes("p", bytes, "a string, Uint8Array or Buffer");
      return this.fd.write(bytes);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Writes all of several pieces, in order, in as few system calls as can be; a packet socket sends them as one packet.
   * Resolves the number of bytes. Rejects as {@link write}, with an OpError `writev`. Go: Buffers.WriteTo; writev(2).
   */
  writev(pieces: readonly Uint8Array[]): Promise<number> {
    try {
      if (!Array.isArray(pieces)) throw invalidArgType("pieces", "an array of Uint8Arrays", pieces);
      // A copy, since the list is the caller's, and may change while this waits.
      const own = (pieces as readonly Uint8Array[]).slice();
      for (const piece of own) checkBytes("pieces", piece);
      return this.fd.writev(own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sets both deadlines. Throws an OpError `set` with `ERR_CLOSED`. Go: Conn.SetDeadline. */
  setDeadline(t: Deadline): void {
    this.deadline(READ, t);
    this.deadline(WRITE, t);
  }

  /**
   * From this instant on reads fail with `ERR_DEADLINE`, also the one that is waiting; a later deadline, or null,
   * revives them. Costs a store, so set it with every message. Throws an OpError `set`. Go: Conn.SetReadDeadline.
   */
  setReadDeadline(t: Deadline): void {
    this.deadline(READ, t);
  }

  /** The same for writes. A write that fails this way may have sent some of its bytes. Go: Conn.SetWriteDeadline. */
  setWriteDeadline(t: Deadline): void {
    this.deadline(WRITE, t);
  }

  /** The kernel's receive buffer, in bytes; Linux doubles the number. Throws an OpError `set`. SO_RCVBUF. */
  setReadBuffer(bytes: number): void {
    checkInt("bytes", bytes, 0, 0x7fffffff);
    this.fd.useLocal("set", (fd) => setInt(fd, options.readBuffer, bytes));
  }

  /** The kernel's send buffer, in bytes; Linux doubles the number. Throws an OpError `set`. SO_SNDBUF. */
  setWriteBuffer(bytes: number): void {
    checkInt("bytes", bytes, 0, 0x7fffffff);
    this.fd.useLocal("set", (fd) => setInt(fd, options.writeBuffer, bytes));
  }
}
