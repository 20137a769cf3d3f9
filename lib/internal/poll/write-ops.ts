// Go: internal/poll/fd_unix.go (Write), internal/poll/writev.go
import { binding } from "../binding.js";
import { ErrUnexpectedEOF, SyscallError } from "../../errors/index.js";
import { asAsked, detached, isShorter } from "./buffers.js";
import type { FD } from "./fd.js";
import { merged, SMALL } from "./merge.js";
import { Op } from "./op.js";
import { EAGAIN } from "./ops.js";
import { poller, WRITE } from "./poller.js";

// The kernel takes no more pieces in one call (IOV_MAX).
const MAX_PIECES = 1024;

// What both kinds of writing have in common: they go on until every byte is out.
abstract class StreamOp extends Op<number> {
  /** Bytes that went. */
  protected sent = 0;

  /** Takes a failure of send(2): minus errno, or zero bytes. */
  refuse(n: number): void {
    this.fail(n < 0 ? new SyscallError("write", n) : ErrUnexpectedEOF);
  }

  override fail(cause: Error): void {
    this.reject(this.fd.wrap(this.name, cause, this.sent));
  }
}

// Whether one of many pieces has lost bytes. To ask each one properly would cost half of what copying it does; of a small
// one that is gone, copying tells.
function isCut(piece: Uint8Array, length: number): boolean {
  return (length > SMALL || piece.length !== length) && isShorter(piece, length);
}

/** send(2), until every byte is out. Writes that wait in line behind it go along in one call. */
export class WriteOp extends StreamOp {
  readonly #p: Uint8Array;
  readonly #length: number;
  #done = false;

  /** `sent` bytes have gone already. */
  constructor(fd: FD, p: Uint8Array, sent: number) {
    super(fd);
    this.#p = p;
    this.#length = p.length;
    this.sent = sent;
  }

  get name(): string {
    return "write";
  }

  /** Another one's call took these bytes along. */
  override get over(): boolean {
    return this.#done;
  }

  attempt(): boolean {
    for (;;) {
      if (this.#done) {
        this.resolve(this.sent);
        return true;
      }
      if (isShorter(this.#p, this.#length)) {
        this.fail(detached("p"));
        return true;
      }
      const n = this.#send();
      if (n === EAGAIN) {
        this.fd.notReady(WRITE);
        return false;
      }
      if (n < 0 || (n === 0 && this.#length > 0)) {
        this.refuse(n);
        return true;
      }
      this.#took(n);
      poller.charge(n);
      // A reader as fast as this writer must not keep the rest of the loop waiting.
      if (!this.#done && !poller.spend()) return false;
    }
  }

  #send(): number {
    // One without bytes goes alone: it needs no room, and those behind it may.
    if (this.next instanceof WriteOp && this.fd.stream && this.#length > 0) return this.#sendAll();
    return binding.send(this.fd.fd, asAsked(this.#p, this.#length), this.sent);
  }

  #sendAll(): number {
    const pieces: Uint8Array[] = [];
    let op: Op<unknown> | null = this as Op<unknown>;
    for (; op instanceof WriteOp && pieces.length < MAX_PIECES; op = op.next) {
      // One whose bytes are gone tells so itself, when its turn comes.
      if (isCut(op.#p, op.#length)) break;
      pieces.push(asAsked(op.#p, op.#length));
    }
    try {
      return binding.writev(this.fd.fd, merged(pieces, 0, this.sent), 0, this.sent);
    } catch {
      // A small one is gone, which is nobody else's affair.
      return binding.send(this.fd.fd, pieces[0]!, this.sent);
    }
  }

  // Shares out what one call took, in order.
  #took(n: number): void {
    let op: Op<unknown> | null = this as Op<unknown>;
    for (let left = n; op instanceof WriteOp; op = op.next) {
      const taken = Math.min(left, op.#length - op.sent);
      op.sent += taken;
      left -= taken;
      op.#done = op.sent === op.#length || !op.fd.stream;
      if (!op.#done || left === 0) return;
    }
  }
}

/** writev(2), until every byte of every piece is out. */
export class WriteVOp extends StreamOp {
  readonly #pieces: Uint8Array[];
  readonly #lengths: readonly number[];
  #first = 0;
  #offset = 0;

  /** `pieces` is nobody else's. */
  constructor(fd: FD, pieces: Uint8Array[]) {
    super(fd);
    // What the kernel would not take at once must not become two packets.
    this.#pieces = fd.stream || pieces.length <= MAX_PIECES ? pieces : [Buffer.concat(pieces)];
    this.#lengths = this.#pieces.map((piece) => piece.length);
  }

  get name(): string {
    return "writev";
  }

  attempt(): boolean {
    const pieces = this.#pieces;
    for (;;) {
      this.#skipEmpty();
      if (this.#first === pieces.length) {
        this.resolve(this.sent);
        return true;
      }
      if (!this.#isWhole()) {
        this.fail(detached("buffers"));
        return true;
      }
      const n = binding.writev(this.fd.fd, merged(pieces, this.#first, this.#offset), 0, this.#offset);
      if (n === EAGAIN) {
        this.fd.notReady(WRITE);
        return false;
      }
      if (n <= 0) {
        this.refuse(n);
        return true;
      }
      this.#took(n);
      poller.charge(n);
      if (this.#first < pieces.length && !poller.spend()) return false;
    }
  }

  #took(n: number): void {
    this.sent += n;
    this.#offset += n;
    while (this.#first < this.#pieces.length && this.#offset >= this.#lengths[this.#first]!) {
      this.#offset -= this.#lengths[this.#first]!;
      this.#first++;
    }
    // A datagram goes whole or not at all.
    if (!this.fd.stream) this.#first = this.#pieces.length;
  }

  // Whether the pieces that are left are as long as they were, once what was added to them is cut off.
  #isWhole(): boolean {
    for (let i = this.#first; i < this.#pieces.length; i++) {
      const length = this.#lengths[i]!;
      if (isCut(this.#pieces[i]!, length)) return false;
      this.#pieces[i] = asAsked(this.#pieces[i]!, length);
    }
    return true;
  }

  #skipEmpty(): void {
    while (this.#lengths[this.#first] === 0) this.#first++;
  }

  override refuse(n: number): void {
    this.fail(n < 0 ? new SyscallError("writev", n) : ErrUnexpectedEOF);
  }
}
