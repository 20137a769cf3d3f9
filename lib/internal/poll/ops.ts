// Go: internal/poll/fd_unix.go (Read, Write, Accept), net/fd_unix.go (connect)
import { binding, constant } from "../binding.js";
import { ErrClosed, errno, SyscallError } from "../../errors/index.js";
import { detached, isShorter } from "./buffers.js";
import type { FD } from "./fd.js";
import { Op } from "./op.js";
import { READ, WRITE } from "./poller.js";

/** What a call that would have to wait returns. */
export const EAGAIN = -errno("EAGAIN");

/** recv(2), once. */
export class ReadOp extends Op<number | null> {
  readonly #p: Uint8Array;
  readonly #length: number;

  constructor(fd: FD, p: Uint8Array) {
    super(fd);
    this.#p = p;
    this.#length = p.length;
  }

  get name(): string {
    return "read";
  }

  attempt(): boolean {
    const p = this.#p;
    // On a stream less room than there was will do; none where there was some means that it was taken away. A packet
    // would lose what does not fit.
    if ((p.length === 0 || !this.fd.stream) && isShorter(p, this.#length)) {
      this.fail(detached("p"));
      return true;
    }
    const n = binding.recv(this.fd.fd, p);
    if (n === EAGAIN) {
      this.fd.notReady(READ);
      return false;
    }
    if (n > 0) this.fd.took(n, p.length);
    this.settle(n);
    return true;
  }

  /** Takes what recv(2) returned, other than that it would have to wait. */
  settle(n: number): void {
    if (n > 0) this.resolve(n);
    // Into no room nothing is read, which is no end.
    else if (n === 0 && isShorter(this.#p, Math.min(this.#length, 1))) this.fail(detached("p"));
    else if (n === 0) this.resolve(this.fd.ends ? null : 0);
    else this.fail(new SyscallError("read", n));
  }
}

// Errors that belong to the connection that was about to come, not to the listener: accept(2), "Error handling".
const skipped = new Set(
  (
    [
      "ECONNABORTED",
      "ENETDOWN",
      "EPROTO",
      "ENOPROTOOPT",
      "EHOSTDOWN",
      "ENONET",
      "EHOSTUNREACH",
      "EOPNOTSUPP",
      "ENETUNREACH",
      "EPERM",
    ] as const
  ).map((name) => -errno(name)),
);

// So many lost clients in a row, and the event loop gets its turn. So many turns of nothing else, and it is the listener
// that has no future, unless clients say themselves that they left.
const MAX_SKIPPED = 64;
const MAX_TURNS = 64;
const ECONNABORTED = -errno("ECONNABORTED");

// Shared, since it is read before the next call is made.
const peer = new Uint8Array(128);

/**
 * accept(2). `make` turns the descriptor and the peer's socket address into what the caller gets. With `end`, a close
 * is no failure: it resolves to that.
 */
export class AcceptOp<T> extends Op<T> {
  readonly #make: (fd: number, peer: Uint8Array) => T;
  readonly #end: T | undefined;
  #turns = 0;

  constructor(fd: FD, make: (fd: number, peer: Uint8Array) => T, end?: T) {
    super(fd);
    this.#make = make;
    this.#end = end;
  }

  get name(): string {
    return "accept";
  }

  override fail(cause: Error): void {
    if (cause === ErrClosed && this.#end !== undefined) this.resolve(this.#end);
    else super.fail(cause);
  }

  attempt(): boolean {
    let n = 0;
    this.fd.neverBlock();
    for (let tries = 0; tries < MAX_SKIPPED; tries++) {
      n = binding.accept(this.fd.fd, peer);
      if (n >= 0) {
        this.resolve(this.#make(n, peer));
        return true;
      }
      if (n === EAGAIN) {
        this.fd.notReady(READ);
        return false;
      }
      if (!skipped.has(n)) break;
    }
    if (n === ECONNABORTED || (skipped.has(n) && ++this.#turns < MAX_TURNS)) return false;
    this.fail(new SyscallError("accept4", n));
    return true;
  }
}

const unfinished = new Set((["EINPROGRESS", "EALREADY", "EINTR"] as const).map((name) => -errno(name)));
const EISCONN = errno("EISCONN");
const ENOTCONN = -errno("ENOTCONN");
const pending = new Int32Array(1);
const pendingBytes = new Uint8Array(pending.buffer);
const SOL_SOCKET = constant("SOL_SOCKET");
const SO_ERROR = constant("SO_ERROR");

/** Waits for a connect(2) that is under way. A wake-up may be false, so the peer's name is the proof. */
export class ConnectOp extends Op<void> {
  get name(): string {
    return "dial";
  }

  attempt(): boolean {
    const { fd } = this.fd;
    const result = binding.getsockopt(fd, SOL_SOCKET, SO_ERROR, pendingBytes);
    if (result < 0) {
      this.fail(new SyscallError("getsockopt", result));
      return true;
    }
    const error = pending[0]!;
    if (error === 0 || error === EISCONN) {
      const named = binding.getpeername(fd, peer);
      if (named !== ENOTCONN) {
        if (named < 0) this.fail(new SyscallError("getpeername", named));
        else this.resolve();
        return true;
      }
    } else if (!unfinished.has(-error)) {
      this.fail(new SyscallError("connect", error));
      return true;
    }
    this.fd.notReady(WRITE);
    return false;
  }

  /** Calls connect(2) and waits for its end. */
  static start(fd: FD, address: Uint8Array, signal?: AbortSignal): Promise<void> {
    const result = binding.connect(fd.fd, address);
    if (result < 0 && !unfinished.has(result) && result !== -EISCONN) {
      return Promise.reject(fd.wrap("dial", new SyscallError("connect", result)));
    }
    // A datagram or raw socket is connected at once.
    if (result === 0) return Promise.resolve();
    fd.notReady(WRITE);
    return fd.start(WRITE, new ConnectOp(fd), signal);
  }
}
