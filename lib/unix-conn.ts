// Go: net/unixsock.go, net/unixsock_posix.go
import type { UnixAddr } from "./addr/index.js";
import { Errno, ErrWriteToConnected } from "./errors/index.js";
import { binding, constant } from "./internal/binding.js";
import { fdOf } from "./conn.js";
import { checkBytes } from "./internal/poll/buffers.js";
import type { Received, ReceivedFrom } from "./internal/socket/message.js";
import type { MessageBatch } from "./internal/socket/message-batch.js";
import { MessageConn } from "./message-conn.js";

const SOCK_DGRAM = constant("SOCK_DGRAM");
const SHUT_RD = constant("SHUT_RD");
const SHUT_WR = constant("SHUT_WR");

// Descriptors that arrive are close-on-exec. A system without the flag has them set one by one by who takes them.
const MSG_CMSG_CLOEXEC = binding.constants["MSG_CMSG_CLOEXEC"] ?? 0;

/**
 * A Unix domain socket: a stream (`unix`), datagrams (`unixgram`), or records in sequence (`unixpacket`).
 * It can carry descriptors and credentials. Go: net.UnixConn; unix(7).
 */
export class UnixConn extends MessageConn<UnixAddr> {
  /**
   * Receives one packet and its sender; null at the end of a stream or sequence, which an empty `p` does not tell. The
   * sender's `addr` is null when it has no name; a packet longer than `p` is cut, and `truncated` tells. Rejects with an
   * OpError `read`.
   * Go: UnixConn.ReadFrom; recvmsg(2).
   */
  readFrom(p: Uint8Array): Promise<ReceivedFrom<UnixAddr> | null> {
    return this.receiveFrom(p);
  }

  /** The same as {@link readFrom}. Go: UnixConn.ReadFromUnix. */
  readFromUnix(p: Uint8Array): Promise<ReceivedFrom<UnixAddr> | null> {
    return this.readFrom(p);
  }

  /**
   * As {@link readFrom}, with control data into `oob`: descriptors, which are the caller's to close, or credentials. What
   * `oob` has no room for the system closes, and `flags` has `MSG_CTRUNC`. With an empty `p` a stream or sequence still
   * gives up one byte, for which `n` is 1. Go: UnixConn.ReadMsgUnix; recvmsg(2).
   */
  readMsgUnix(p: Uint8Array, oob: Uint8Array): Promise<Received<UnixAddr> | null> {
    try {
      const room = this.#needsByte(p, oob) ? new Uint8Array(1) : p;
      return this.receive(room, oob, MSG_CMSG_CLOEXEC);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends one packet to `addr`. Rejects with an OpError `write`: `ERR_WRITE_TO_CONNECTED`, `ERR_MISSING_ADDRESS`,
   * `EAFNOSUPPORT` for an address of another kind of Unix socket, ... Go: UnixConn.WriteTo; sendto(2).
   */
  writeTo(p: Uint8Array | string, addr: UnixAddr): Promise<number> {
    return this.transmitTo(p, addr);
  }

  /** The same as {@link writeTo}. Go: UnixConn.WriteToUnix. */
  writeToUnix(p: Uint8Array | string, addr: UnixAddr): Promise<number> {
    return this.writeTo(p, addr);
  }

  /**
   * Sends one message with control data, such as descriptors: to `addr`, or with null to the peer. Control data without
   * bytes takes one byte along on a stream or sequence, and `n` is 0. On a stream it may send less than all of `p`: `n`
   * tells. Rejects with an OpError `write`. Go: UnixConn.WriteMsgUnix; sendmsg(2).
   */
  async writeMsgUnix(
    p: Uint8Array | string,
    oob: Uint8Array,
    addr: UnixAddr | null,
  ): Promise<{ n: number; oobn: number }> {
    const { fd } = this;
    const target = this.ownKind(addr);
    if (fd.kind.sotype === SOCK_DGRAM && fd.raddr !== null && target !== null)
      throw this.refused(ErrWriteToConnected, target);
    if (target !== null) this.#checkNet(target);
    const bytes = typeof p === "string" ? Buffer.from(p) : p;
    const dummy = this.#needsByte(bytes, oob);
    const n = await this.transmit(dummy ? new Uint8Array(1) : bytes, oob, target);
    return { n: dummy ? 0 : n, oobn: oob.byteLength };
  }

  /**
   * Receives what is there, at least one datagram or record, into a batch: what that held before is gone. Resolves how many
   * came; null at the end of a sequence. Descriptors that come along are the caller's to close. `flags` as of recv(2).
   * Rejects with an OpError `read`: `EOPNOTSUPP` on a stream, which has no messages. recvmmsg(2).
   */
  readBatch(batch: MessageBatch<UnixAddr>, flags = 0): Promise<number | null> {
    return this.#refuseStream("read") ?? this.receiveBatch(batch, flags, MSG_CMSG_CLOEXEC);
  }

  /**
   * Sends all datagrams or records of a batch, in order, waiting as long as it takes. Resolves how many. Rejects with an
   * OpError `write` whose `n` tells how many went: `EOPNOTSUPP` on a stream. sendmmsg(2).
   */
  writeBatch(batch: MessageBatch<UnixAddr>, flags = 0): Promise<number> {
    return this.#refuseStream("write") ?? this.transmitBatch(batch, flags);
  }

  /** Shuts the reading side. Throws an OpError `close`. Go: UnixConn.CloseRead; shutdown(2). */
  closeRead(): void {
    this.fd.shutdown(SHUT_RD);
  }

  /** Shuts the writing side: the peer reads to the end. Throws an OpError `close`. Go: UnixConn.CloseWrite; shutdown(2). */
  closeWrite(): void {
    this.fd.shutdown(SHUT_WR);
  }

  /** @internal */
  protected override checkTarget(addr: unknown): asserts addr is UnixAddr {
    super.checkTarget(addr);
    this.#checkNet(addr);
  }

  #refuseStream(op: string): Promise<never> | null {
    const fd = fdOf(this);
    return fd?.stream === true ? Promise.reject(fd.wrap(op, new Errno("EOPNOTSUPP"), 0)) : null;
  }

  #checkNet(addr: UnixAddr): void {
    if (addr.net !== this.fd.kind.net) throw this.refused(new Errno("EAFNOSUPPORT"), addr);
  }

  // Linux carries no control data without a byte beside it, except in datagrams.
  #needsByte(p: Uint8Array, oob: Uint8Array): boolean {
    checkBytes("p", p);
    checkBytes("oob", oob);
    return p.length === 0 && oob.length > 0 && this.fd.kind.sotype !== SOCK_DGRAM;
  }
}
