// Go: net/fd_posix.go (readFrom, readMsg, writeTo, writeMsg)
import type { Addr } from "./addr/index.js";
import { Conn } from "./conn.js";
import {
  checkInt,
  Errno,
  ErrMissingAddress,
  ErrWriteToConnected,
  invalidArgType,
  outOfRange,
} from "./errors/index.js";
import { checkBytes } from "./internal/poll/buffers.js";
import { readBatch, writeBatch } from "./internal/socket/batch.js";
import type { BatchTable } from "./internal/socket/batch-table.js";
import { READ, WRITE } from "./internal/poll/poller.js";
import { type MessageBatch, tableOf } from "./internal/socket/message-batch.js";
import {
  maxControl,
  type Received,
  type ReceivedFrom,
  receiveFrom,
  RecvMsgOp,
  SendMsgOp,
  sendTo,
} from "./internal/socket/message.js";
import { asOf } from "./internal/socket/sockaddr.js";

/** What all that carries messages has in common: each has an address, flags, and control data. */
export abstract class MessageConn<A extends Addr> extends Conn {
  override get localAddr(): A | null {
    return this.bound as A | null;
  }

  override get remoteAddr(): A | null {
    return this.peer as A | null;
  }

  /** @internal One packet and its sender; null at the end of what ends. */
  protected receiveFrom(p: Uint8Array): Promise<ReceivedFrom<A> | null> {
    try {
      checkBytes("p", p);
      return receiveFrom<A>(this.fd, p);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @internal One message with all that belongs to it; null at the end of what ends. */
  protected receive(p: Uint8Array, oob: Uint8Array, flags: number): Promise<Received<A> | null> {
    try {
      checkBytes("p", p);
      checkBytes("oob", oob);
      const { fd } = this;
      return fd.start(READ, new RecvMsgOp<A>(fd, p, oob, flags));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @internal One packet out, to an address that must be given, since nobody is connected. */
  protected transmitTo(p: Uint8Array | string, addr: A): Promise<number> {
    try {
      const bytes = typeof p === "string" ? Buffer.from(p) : p;
      checkBytes("p", bytes, "a string, Uint8Array or Buffer");
      this.checkTarget(addr);
      return sendTo(this.fd, bytes, addr);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @internal One message out; `addr` has been checked. */
  protected transmit(p: Uint8Array | string, oob: Uint8Array, addr: A | null): Promise<number> {
    const { fd } = this;
    const bytes = typeof p === "string" ? Buffer.from(p) : p;
    checkBytes("p", bytes, "a string, Uint8Array or Buffer");
    checkControlData(oob);
    return fd.start(WRITE, new SendMsgOp(fd, bytes, oob, addr));
  }

  /** @internal Many messages; null at the end of what ends. `always` are flags of our own. */
  protected receiveBatch(batch: MessageBatch<A>, flags: number, always = 0): Promise<number | null> {
    try {
      const table = tableOf(batch);
      return readBatch(this.fd, table, checkInt("flags", flags, 0, MAX_FLAGS) | always);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @internal Many messages out. */
  protected transmitBatch(batch: MessageBatch<A>, flags: number): Promise<number> {
    try {
      const table = tableOf(batch);
      checkInt("flags", flags, 0, MAX_FLAGS);
      const { fd } = this;
      if (!fd.closing && table.gone === null) this.#aim(table);
      return writeBatch(fd, table, flags);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  // Sees to it that every message has somewhere to go, before the first of them goes.
  #aim(table: BatchTable): void {
    const { kind, raddr } = this.fd;
    if (raddr === null) table.fit(kind);
    let last = -1;
    for (let i = 0; i < table.length; i++) {
      const source = table.source(i);
      if (source === last) continue;
      last = source;
      if (raddr === null) this.#aimAt(table, source);
      // What came from the peer goes back to it.
      else if (table.isNamed(source) && table.addr(source) !== null) this.checkTarget(table.addr(source));
    }
  }

  #aimAt(table: BatchTable, source: number): void {
    const written = table.isWritten(source) && table.nameLength(source) > 0;
    if (written && !table.isNamed(source)) return;
    const addr = table.addr(source);
    // The name of a zone may have become another's.
    if (written && !hasZone(addr)) return;
    this.checkTarget(addr);
    try {
      table.write(source, this.fd.kind, addr);
    } catch (error) {
      throw this.refused(asOf("sendmmsg", error as Error), addr);
    }
  }

  /** @internal An OpError `write` that tells where to. */
  protected refused(cause: Error, addr: Addr | null): Error {
    return this.fd.wrap("write", cause, 0, addr);
  }

  /** @internal Throws an OpError `write` unless `addr` is somewhere to send to. */
  protected checkTarget(addr: unknown): asserts addr is A {
    const target = this.ownKind(addr);
    if (this.fd.raddr !== null) throw this.refused(ErrWriteToConnected, target);
    if (target === null) throw this.refused(ErrMissingAddress, null);
  }

  /** @internal An address of this socket's own kind, or null; throws what is wrong with another. */
  protected ownKind(addr: unknown): A | null {
    if (addr === null || addr === undefined) return null;
    if (!isAddr(addr)) throw invalidArgType("addr", "an address such as a UDPAddr", addr);
    if (this.fd.kind.codec.is(addr)) return addr as A;
    // As in Go: an address of another kind is no argument that this socket could have.
    throw this.refused(new Errno("EINVAL"), addr);
  }
}

// What a C int holds, and no more.
const MAX_FLAGS = 0x7fffffff;

const isAddr = (addr: unknown): addr is Addr =>
  typeof addr === "object" && addr !== null && typeof (addr as Addr).network === "string";

const hasZone = (addr: Addr | null) => addr !== null && "zone" in addr && addr.zone !== "";

function checkControlData(oob: Uint8Array): void {
  checkBytes("oob", oob);
  if (oob.byteLength > maxControl)
    throw outOfRange("oob.byteLength", `at most ${maxControl}`, oob.byteLength);
}
