// Go: internal/poll/fd_unix.go (ReadFrom, ReadMsg, WriteTo, WriteMsg)
import { binding, constant } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import { SyscallError } from "../../errors/index.js";
import { asAsked, detached, isShorter } from "../poll/buffers.js";
import { Op } from "../poll/op.js";
import { EAGAIN } from "../poll/ops.js";
import { READ, WRITE } from "../poll/poller.js";
import { Reprobe } from "../poll/reprobe.js";
import { MessageBlock } from "./message-block.js";
import type { NetFD } from "./net-fd.js";
import { Senders } from "./senders.js";
import { AF_INET, AF_UNIX, asOf } from "./sockaddr.js";

/** The most control data that one message may carry, in bytes: the kernel's own bound by default (optmem_max). */
export const maxControl = 20480;

const block = new MessageBlock(maxControl);
const MSG_TRUNC = constant("MSG_TRUNC");

/** What one packet brought. */
export interface ReceivedFrom<A extends Addr> {
  /** Bytes of the packet in `p`. */
  n: number;
  /** Where it came from; null when the kernel named nobody. */
  addr: A | null;
  /** Whether the packet was longer than `p`, and the rest is lost. */
  truncated: boolean;
}

/** What one message brought, with all that belongs to it. */
export interface Received<A extends Addr> {
  /** Bytes of the message in `p`. */
  n: number;
  /** Bytes of control data in `oob`. */
  oobn: number;
  /** `MSG_TRUNC`, `MSG_CTRUNC` and their kin. */
  flags: number;
  /** Where it came from; null when the kernel named nobody. */
  addr: A | null;
}

// What both ways of receiving have in common: recvmsg(2), once.
abstract class ReceiveOp<T> extends Op<T> {
  declare readonly fd: NetFD;
  readonly #p: Uint8Array;
  readonly #oob: Uint8Array | null;
  readonly #flags: number;
  readonly #length: number;
  readonly #oobLength: number;

  constructor(fd: NetFD, p: Uint8Array, oob: Uint8Array | null, flags: number) {
    super(fd);
    this.#p = p;
    this.#oob = oob;
    this.#flags = flags;
    this.#length = p.length;
    this.#oobLength = oob === null ? 0 : oob.length;
  }

  get name(): string {
    return "read";
  }

  attempt(): boolean {
    const gone = shorter(this.#p, this.#length, this.#oob, this.#oobLength);
    if (gone !== null) {
      this.fail(detached(gone));
      return true;
    }
    block.offer(Math.min(this.#oobLength, maxControl));
    const n = recvmsg(this.fd, this.#p, this.#flags);
    if (n === EAGAIN) {
      this.fd.notReady(READ);
      return false;
    }
    if (n < 0) {
      this.fail(new SyscallError(this.syscall, n));
      return true;
    }
    this.#oob?.set(block.control.subarray(0, block.controlLength));
    this.took(n, this.#length);
    return true;
  }

  /** What errors name: without control data recvfrom(2), as in Go. */
  protected get syscall(): string {
    return this.#oob === null ? "recvfrom" : "recvmsg";
  }

  /** Resolves with what stands in the block: `n` bytes, for which there was `room`. */
  protected abstract took(n: number, room: number): void;
}

// recvmsg(2), of one packet, though it came joined with others.
function recvmsg(fd: NetFD, p: Uint8Array, flags: number): number {
  return fd.offload?.parts
    ? fd.offload.recvmsg(fd, p, block, flags)
    : binding.recvmsg(fd.fd, p, block.bytes, flags);
}

// Whether it was the end. Zero bytes tell nothing where there was no room for more, and a record without bytes may
// have control data. Of a stream that would be the credentials of nobody, which the kernel puts beside its end.
function isEnd(fd: NetFD, n: number, room: number): boolean {
  return n === 0 && room > 0 && fd.ends && (fd.stream || block.controlLength === 0);
}

// Who sent what stands in the block.
function senderOf(fd: NetFD): Addr | null {
  const { nameLength } = block;
  if (nameLength === 0) return null;
  const { codec, family } = fd.kind;
  if (family !== AF_INET) return codec.decode(block.bytes, block.nameOffset, nameLength);
  fd.senders ??= new Senders(codec);
  return fd.senders.at(block.bytes, block.nameOffset, nameLength);
}

function receivedFrom<A extends Addr>(fd: NetFD, n: number, room: number): ReceivedFrom<A> | null {
  if (isEnd(fd, n, room)) return null;
  return { n, addr: senderOf(fd) as A | null, truncated: (block.flags & MSG_TRUNC) !== 0 };
}

/** Receives one packet and its sender; null at the end of what ends. A packet that is there costs no operation. */
export function receiveFrom<A extends Addr>(fd: NetFD, p: Uint8Array): Promise<ReceivedFrom<A> | null> {
  if (fd.mayTry(READ)) {
    block.offer(0);
    const n = recvmsg(fd, p, 0);
    if (n >= 0) return Promise.resolve(receivedFrom<A>(fd, n, p.length));
    if (n === EAGAIN) fd.notReady(READ);
    else return Promise.reject(fd.wrap("read", new SyscallError("recvfrom", n)));
  }
  return fd.start(READ, new RecvFromOp<A>(fd, p));
}

/** Sends one packet to an address. One that goes at once costs no operation, except to Unix sockets: see {@link Reprobe}. */
export function sendTo(fd: NetFD, p: Uint8Array, addr: Addr): Promise<number> {
  if (fd.kind.family !== AF_UNIX && fd.mayTry(WRITE)) {
    const { codec, family } = fd.kind;
    try {
      block.give(codec.encode(family, addr, block.bytes, block.nameOffset), 0);
    } catch (error) {
      return Promise.reject(fd.wrap("write", error as Error, 0, addr));
    }
    const n = binding.sendmsg(fd.fd, p, block.bytes, 0);
    if (n >= 0) return Promise.resolve(n);
    if (n === EAGAIN) fd.notReady(WRITE);
    else return Promise.reject(fd.wrap("write", new SyscallError("sendto", n), 0, addr));
  }
  return fd.start(WRITE, new SendMsgOp(fd, p, null, addr));
}

/** recvmsg(2) for a packet and its sender; null at the end of what ends. */
class RecvFromOp<A extends Addr> extends ReceiveOp<ReceivedFrom<A> | null> {
  constructor(fd: NetFD, p: Uint8Array) {
    super(fd, p, null, 0);
  }

  protected took(n: number, room: number): void {
    this.resolve(receivedFrom<A>(this.fd, n, room));
  }
}

/** recv(2) of a socket whose packets may come joined: only recvmsg(2) tells them apart. */
export class RecvOp extends ReceiveOp<number> {
  constructor(fd: NetFD, p: Uint8Array) {
    super(fd, p, null, 0);
  }

  protected override get syscall(): string {
    return "read";
  }

  protected took(n: number): void {
    this.resolve(n);
  }
}

/** recvmsg(2) for a message with all that belongs to it; null at the end of what ends. */
export class RecvMsgOp<A extends Addr> extends ReceiveOp<Received<A> | null> {
  protected took(n: number, room: number): void {
    const { controlLength, flags } = block;
    if (isEnd(this.fd, n, room)) this.resolve(null);
    else this.resolve({ n, oobn: controlLength, flags, addr: senderOf(this.fd) as A | null });
  }
}

/** sendmsg(2), once: a datagram goes whole or not at all. */
export class SendMsgOp extends Op<number> {
  declare readonly fd: NetFD;
  readonly #p: Uint8Array;
  readonly #oob: Uint8Array | null;
  readonly #addr: Addr | null;
  readonly #length: number;
  readonly #oobLength: number;
  // Of a queue that is full the kernel tells only those who are connected to it. The others it wakes for the very
  // memory that their attempt took and gave back, again and again.
  readonly #reprobe: Reprobe | null;

  constructor(fd: NetFD, p: Uint8Array, oob: Uint8Array | null, addr: Addr | null) {
    super(fd);
    this.#reprobe = addr !== null && fd.kind.family === AF_UNIX ? new Reprobe() : null;
    this.#p = p;
    this.#oob = oob;
    this.#addr = addr;
    this.#length = p.length;
    this.#oobLength = oob === null ? 0 : oob.length;
  }

  get name(): string {
    return "write";
  }

  attempt(): boolean {
    const gone = shorter(this.#p, this.#length, this.#oob, this.#oobLength);
    if (gone !== null) {
      this.fail(detached(gone));
      return true;
    }
    if (this.#reprobe?.early) {
      this.fd.notReady(WRITE);
      return false;
    }
    this.#fill();
    const p = asAsked(this.#p, this.#length);
    this.aboutToSend();
    const n = binding.sendmsg(this.fd.fd, p, block.bytes, 0);
    if (n === EAGAIN) {
      this.#reprobe?.again(WRITE, this as Op<unknown>);
      this.fd.notReady(WRITE);
      return false;
    }
    if (n < 0) this.fail(new SyscallError(this.#syscall, n));
    else this.resolve(n);
    return true;
  }

  /** Called right before each attempt, by which time all else is done. */
  protected aboutToSend(): void {}

  // As in Go, it tells whom the caller named, which is nobody where the socket knows whom.
  override fail(cause: Error): void {
    this.reject(this.fd.wrap(this.name, asOf(this.#syscall, cause), 0, this.#addr));
  }

  get #syscall(): string {
    return this.#oob === null ? "sendto" : "sendmsg";
  }

  // An address that has no form here is found now, before anything is sent: the caller gets that as the cause.
  #fill(): void {
    const { codec, family } = this.fd.kind;
    const nameLength =
      this.#addr === null ? 0 : codec.encode(family, this.#addr, block.bytes, block.nameOffset);
    block.give(nameLength, this.#oobLength);
    if (this.#oob !== null) block.control.set(asAsked(this.#oob, this.#oobLength));
  }
}

// Which of the two was detached or cut since it was given, before a packet is lost to it.
function shorter(p: Uint8Array, length: number, oob: Uint8Array | null, oobLength: number): string | null {
  if (isShorter(p, length)) return "p";
  return oob !== null && isShorter(oob, oobLength) ? "oob" : null;
}
