// Go: net/net.go (PacketConn), net/fd_posix.go (readFrom, readMsg, writeTo, writeMsg)
import type { Addr } from "./addr/index.js";
import { Conn } from "./conn.js";
import { Errno, ErrMissingAddress, ErrWriteToConnected, invalidArgType, outOfRange } from "./errors/index.js";
import { checkBytes } from "./internal/poll/buffers.js";
import { type Decoder, maxControl, type Received, RecvMsgOp, SendMsgOp } from "./internal/poll/message.js";
import { READ, WRITE } from "./internal/poll/poller.js";
import { encode, type Endpoint } from "./internal/socket/sockaddr.js";

/** What sends and receives packets, each with an address of its own. Go: net.PacketConn. */
export abstract class PacketConn<A extends Addr & Endpoint> extends Conn {
  override get localAddr(): A | null {
    return this.bound as A | null;
  }

  override get remoteAddr(): A | null {
    return this.peer as A | null;
  }

  /**
   * Receives one packet into `p`; a longer one is cut. Resolves its length and its sender. A packet may be empty, and
   * an empty `p` still takes one. Rejects with an OpError `read`. Go: PacketConn.ReadFrom; recvfrom(2).
   */
  async readFrom(p: Uint8Array): Promise<{ n: number; addr: A | null }> {
    const { n, addr } = await this.receive(p, null, 0);
    return { n, addr };
  }

  /**
   * Sends one packet to `addr`. Resolves its length. Rejects with an OpError `write`: `ERR_MISSING_ADDRESS`,
   * `ERR_WRITE_TO_CONNECTED`, `EMSGSIZE`, `EACCES`, ... Go: PacketConn.WriteTo; sendto(2).
   */
  async writeTo(p: Uint8Array | string, addr: A): Promise<number> {
    return this.transmit(p, null, addr);
  }

  /**
   * As {@link readFrom}, with control data into `oob`, and flags that tell whether either was cut (`MSG_TRUNC`,
   * `MSG_CTRUNC`). The packet is as the kernel gives it. Go: IPConn.ReadMsgIP; recvmsg(2).
   */
  readMsg(p: Uint8Array, oob: Uint8Array): Promise<Received<A>> {
    return this.receive(p, oob, 0);
  }

  /** As {@link writeTo}, with control data. Go: IPConn.WriteMsgIP; sendmsg(2). */
  async writeMsg(p: Uint8Array, oob: Uint8Array, addr: A): Promise<{ n: number; oobn: number }> {
    const n = await this.transmit(p, oob, addr);
    return { n, oobn: oob.byteLength };
  }

  /** @internal What a socket address means here. */
  protected abstract readonly decode: Decoder<A>;

  /** @internal Whether this is an address to send to. */
  protected abstract accepts(addr: unknown): addr is A;

  /** @internal One message, as it comes. */
  protected async receive(p: Uint8Array, oob: Uint8Array | null, flags: number): Promise<Received<A>> {
    const { fd } = this;
    checkBytes("p", p);
    if (oob !== null) checkBytes("oob", oob);
    return fd.start(READ, new RecvMsgOp<A>(fd, p, oob, flags, this.decode));
  }

  /** @internal One message out. */
  protected async transmit(p: Uint8Array | string, oob: Uint8Array | null, addr: A): Promise<number> {
    const { fd } = this;
    const bytes = typeof p === "string" ? Buffer.from(p) : p;
    checkBytes("p", bytes);
    if (oob !== null) checkControl(oob);
    const address = this.socketAddress(addr);
    return fd.start(WRITE, new SendMsgOp(fd, bytes, oob, address));
  }

  /** @internal Where to send to, as the kernel wants it; throws an OpError `write` for what is no such place. */
  protected socketAddress(addr: A): Uint8Array {
    const { fd } = this;
    const refuse = (cause: Error) => {
      throw fd.wrap("write", cause);
    };
    if (fd.raddr !== null) refuse(ErrWriteToConnected);
    if (addr === null || addr === undefined) refuse(ErrMissingAddress);
    // As in Go: an address of another kind is no argument that this socket could have.
    if (!this.accepts(addr)) {
      if (typeof addr !== "object") throw invalidArgType("addr", "an address", addr);
      refuse(new Errno("EINVAL"));
    }
    try {
      return encode(fd.kind.family, addr);
    } catch (error) {
      return refuse(error as Error);
    }
  }
}

function checkControl(oob: Uint8Array): void {
  checkBytes("oob", oob);
  if (oob.byteLength > maxControl)
    throw outOfRange("oob.byteLength", `at most ${maxControl}`, oob.byteLength);
}
