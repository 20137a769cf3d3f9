// x/net/internal/socket/mmsghdr_unix.go; recvmmsg(2), sendmmsg(2)
import { binding } from "../binding.js";
import type { Addr } from "../../addr/index.js";
import { ErrDeadlineExceeded, errno, SyscallError } from "../../errors/index.js";
import { detached } from "../poll/buffers.js";
import { Op, promiseOf } from "../poll/op.js";
import { EAGAIN } from "../poll/ops.js";
import { DISTRUST, type Mode, poller, READ, WRITE } from "../poll/poller.js";
import { Reprobe } from "../poll/reprobe.js";
import { receiveByLoop, sendByLoop } from "./batch-loop.js";
import {
  type BatchTable,
  END,
  FIRST,
  LONGEST_RUN,
  MAX_CALL,
  MESSAGES,
  NAMED_TARGET,
  SEGMENT,
  TOGETHER,
} from "./batch-table.js";
import type { NetFD } from "./net-fd.js";
import { type Offload, offloadOf, receiveInto } from "./offload.js";
import { Names, Senders } from "./senders.js";
import { AF_INET, AF_UNIX } from "./sockaddr.js";

const { MSG_DONTWAIT = 0, MSG_ERRQUEUE = 0, MSG_PEEK = 0 } = binding.constants;
// To look into the error queue, and not to wait.
const LOOKS = MSG_ERRQUEUE | MSG_DONTWAIT;
const ENOSYS = -errno("ENOSYS");
// As how many bytes a message counts at least: sixteen are as much of a turn as one operation is.
const LEAST = 4096;
// Elsewhere a receive is always tried before it waits: only Linux promises a new edge after one that came up short.
const shortDrains = process.platform === "linux";

/**
 * Receives what is there, at least one message, into a table. Resolves how many; null at the end of what ends. What is
 * there costs no operation. With MSG_DONTWAIT among the flags it never waits, but rejects with `EAGAIN`.
 */
export function readBatch(fd: NetFD, table: BatchTable, flags: number): Promise<number | null> {
  if ((flags & MSG_DONTWAIT) === 0 && fd.mayTry(READ) && table.gone === null) {
    const n = receive(fd, table, flags);
    if (n >= 0) {
      table.hold();
      return Promise.resolve(n === 0 ? null : n);
    }
    if (n !== EAGAIN) return Promise.reject(fd.wrap("read", new SyscallError("recvmmsg", n)));
    fd.notReady(READ);
  }
  return begin(READ, new ReadBatchOp(fd, table, flags), flags);
}

/**
 * Sends all messages of a table, in order, whose targets stand in the block. Resolves how many, or rejects with an error
 * whose `n` tells how many went: the next is the one that was refused. What goes at once costs no operation.
 */
export function writeBatch(fd: NetFD, table: BatchTable, flags: number): Promise<number> {
  const waits = (flags & MSG_DONTWAIT) === 0 && fd.kind.family !== AF_UNIX;
  if (!waits || table.length === 0 || table.gone !== null || !fd.mayTry(WRITE))
    return begin(WRITE, new WriteBatchOp(fd, table, flags, 0), flags);
  const n = send(fd, table, 0, flags);
  charge(table, 0, n);
  if (n === table.length) return Promise.resolve(n);
  const op = new WriteBatchOp(fd, table, flags, Math.max(n, 0));
  if (n === EAGAIN) fd.notReady(WRITE);
  if (n === EAGAIN || n > 0) return fd.start(WRITE, op);
  const promise = promiseOf(op);
  op.fail(new SyscallError(op.syscall, n));
  return promise;
}

// Starts an operation, or tries it once if it must not wait.
function begin<T>(mode: Mode, op: BatchOp<T>, flags: number): Promise<T> {
  const { fd } = op;
  if ((flags & MSG_DONTWAIT) === 0 || fd.closing) return fd.start(mode, op);
  const promise = promiseOf(op);
  const side = fd.slot * 2 + mode;
  try {
    if (poller.deadlines.passed(side)) op.fail(ErrDeadlineExceeded);
    else if (poller.waiting[side] !== null || !op.attempt()) op.fail(new SyscallError(op.syscall, EAGAIN));
  } catch (error) {
    op.fail(error as Error);
  }
  return promise;
}

// What both have in common: while one waits, the batch is its own.
abstract class BatchOp<T> extends Op<T> {
  declare readonly fd: NetFD;
  abstract readonly syscall: string;
  readonly table: BatchTable;
  protected readonly flags: number;

  constructor(fd: NetFD, table: BatchTable, flags: number) {
    super(fd);
    this.table = table;
    this.flags = flags;
    table.busy = true;
  }

  override fail(cause: Error): void {
    this.table.busy = false;
    super.fail(cause);
  }

  protected finish(value: T): void {
    this.table.busy = false;
    this.resolve(value);
  }
}

class ReadBatchOp extends BatchOp<number | null> {
  readonly syscall = "recvmmsg";

  constructor(fd: NetFD, table: BatchTable, flags: number) {
    super(fd, table, flags);
    // However it ends: what was there before is nothing to go on with.
    table.clear();
  }

  get name(): string {
    return "read";
  }

  attempt(): boolean {
    const { fd, table } = this;
    if (table.gone !== null) {
      this.fail(detached(table.gone));
      return true;
    }
    const n = receive(fd, table, this.flags, this.next !== null);
    if (n === EAGAIN) {
      // An empty error queue tells nothing of the data; whoever waits for it has the next one try.
      if ((this.flags & LOOKS) !== LOOKS) fd.notReady(READ);
      return false;
    }
    if (n < 0) this.fail(new SyscallError(this.syscall, n));
    else this.finish(n === 0 ? null : n);
    return true;
  }
}

class WriteBatchOp extends BatchOp<number> {
  readonly syscall = "sendmmsg";
  #sent: number;
  readonly #reprobe: Reprobe | null;

  /** `sent` messages have gone already. */
  constructor(fd: NetFD, table: BatchTable, flags: number, sent: number) {
    super(fd, table, flags);
    this.#sent = sent;
    // Of a queue that is full only those who are connected to it are told; see SendMsgOp.
    this.#reprobe = fd.raddr === null && fd.kind.family === AF_UNIX ? new Reprobe() : null;
  }

  get name(): string {
    return "write";
  }

  attempt(): boolean {
    const { fd, table } = this;
    if (table.gone !== null) {
      this.fail(detached(table.gone));
      return true;
    }
    if (this.#reprobe?.early) {
      fd.notReady(WRITE);
      return false;
    }
    while (this.#sent < table.length) {
      const n = send(fd, table, this.#sent, this.flags);
      if (n === EAGAIN) {
        this.#reprobe?.again(WRITE, this as Op<unknown>);
        fd.notReady(WRITE);
        return false;
      }
      if (n < 0) {
        this.fail(new SyscallError(this.syscall, n));
        return true;
      }
      charge(table, this.#sent, n);
      this.#sent += n;
      if (this.#sent < table.length && !poller.spend()) return false;
    }
    this.finish(this.#sent);
    return true;
  }

  // It tells which message it was, by whom that was to reach.
  override fail(cause: Error): void {
    const { fd, table } = this;
    table.busy = false;
    const met = cause instanceof SyscallError && table.gone === null && this.#sent < table.length;
    const addr: Addr | null = met && fd.raddr === null ? table.addr(table.source(this.#sent)) : fd.raddr;
    this.reject(fd.wrap(this.name, cause, this.#sent, addr));
  }
}

// Once. The number of messages, 0 at the end, or minus errno; `others` tells whether somebody waits to receive as well.
function receive(fd: NetFD, table: BatchTable, flags: number, others = false): number {
  const offload = offloadOf(fd);
  const joined = offload !== null && offload.parts && (flags & MSG_ERRQUEUE) === 0;
  const n =
    joined && (offload.isAhead || !table.offload)
      ? offload.give(fd, table, flags)
      : receiveNew(fd, table, flags, joined ? offload : null);
  if (n <= 0) return n;
  table.received(fd.kind, namesOf(fd), table.words[MESSAGES]!);
  if (fd.ends) return cutAtEnd(table);
  if (offload !== null && !joined && !others && table.offload) offload.join(fd.fd, table.words[LONGEST_RUN]!);
  charge(table, 0, table.length);
  return table.length;
}

// recvmmsg(2), or what stands in for it.
function receiveNew(fd: NetFD, table: BatchTable, flags: number, offload: Offload | null): number {
  // To look at the first is to look at it again and again.
  const room = (flags & MSG_PEEK) !== 0 ? 1 : table.messages;
  const asked = offload?.ask(room) ?? Math.min(room, MAX_CALL);
  const n = receiveInto(fd.fd, table, flags, asked, offload !== null);
  if (n === ENOSYS) {
    const received = receiveByLoop(fd, table, flags, asked);
    table.words[MESSAGES] = Math.max(received, 0);
    table.words[LONGEST_RUN] = 0;
    return received;
  }
  if (n < 0) return n;
  const came = table.words[MESSAGES]!;
  if (offload !== null) {
    offload.came(came, n);
    if ((flags & MSG_PEEK) === 0) offload.keep(table, room);
    table.length = Math.min(n, room);
    offload.cut(table);
  }
  const drained = came < asked && shortDrains && (flags & MSG_ERRQUEUE) === 0 && !offload?.isAhead;
  if (drained && (poller.ready[fd.slot]! & DISTRUST) === 0) fd.notReady(READ);
  return n;
}

// At the end of a sequence of records the kernel gives empty ones, as many as it is asked for.
function cutAtEnd(table: BatchTable): number {
  let n = table.length;
  while (n > 0 && table.n(n - 1) === 0 && table.controlLength(table.source(n - 1)) === 0) n--;
  return (table.length = n);
}

function namesOf(fd: NetFD): Senders | Names {
  const { codec, family } = fd.kind;
  return family === AF_INET ? (fd.senders ??= new Senders(codec)) : (fd.names ??= new Names(codec));
}

// Once. How many messages from `from` on went, or minus errno if that one did not.
function send(fd: NetFD, table: BatchTable, from: number, flags: number): number {
  const offload = table.offload && (flags & ~MSG_DONTWAIT) === 0 ? offloadOf(fd) : null;
  for (;;) {
    const n = sendFrom(fd, table, from, flags, offload?.largest ?? 0);
    if (n > 0) offload?.went();
    if (n >= 0 || n === EAGAIN || !offload?.refused(n, table.words[SEGMENT]!)) return n;
  }
}

/**
 * sendmmsg(2), or what stands in for it: how many messages from `from` on went, or minus errno if that one did not. Those
 * no longer than `largest` may leave as one.
 */
export function sendFrom(fd: NetFD, table: BatchTable, from: number, flags: number, largest: number): number {
  const { words } = table;
  const named = fd.raddr === null;
  words[FIRST] = table.first + from;
  words[END] = table.first + table.length;
  words[SEGMENT] = largest;
  words[NAMED_TARGET] = named ? 1 : 0;
  const n = binding.sendmmsg(fd.fd, table.bytes, table.block, flags);
  if (n !== ENOSYS) return n;
  words[SEGMENT] = 0;
  return sendByLoop(fd, table, from, flags, named);
}

// About how much that was of a turn: messages of a batch mostly are of one length. The caller looks at each of them, so
// that short ones count as well.
function charge(table: BatchTable, from: number, n: number): void {
  if (n > 0) poller.charge(Math.min(Math.max(table.n(from), LEAST), TOGETHER) * n);
}
