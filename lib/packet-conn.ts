// Go: net/net.go (PacketConn)
import type { Addr } from "./addr/index.js";
import type { Received, ReceivedFrom } from "./internal/socket/message.js";
import type { MessageBatch } from "./internal/socket/message-batch.js";
import { MessageConn } from "./message-conn.js";

/** What sends and receives packets, each with an address of its own. Go: net.PacketConn. */
export abstract class PacketConn<A extends Addr> extends MessageConn<A> {
  /**
   * Receives one packet into `p`; a longer one is cut, and `truncated` tells. Resolves its length and its sender. A packet
   * may be empty, and an empty `p` still takes one. Rejects with an OpError `read`. Go: PacketConn.ReadFrom; recvmsg(2).
   */
  readFrom(p: Uint8Array): Promise<ReceivedFrom<A>> {
    return this.receiveFrom(p) as Promise<ReceivedFrom<A>>;
  }

  /**
   * Sends one packet to `addr`. Resolves its length. Rejects with an OpError `write`: `ERR_MISSING_ADDRESS`,
   * `ERR_WRITE_TO_CONNECTED`, `EMSGSIZE`, `EACCES`, ... Go: PacketConn.WriteTo; sendto(2).
   */
  writeTo(p: Uint8Array | string, addr: A): Promise<number> {
    return this.transmitTo(p, addr);
  }

  /**
   * As {@link readFrom}, with control data into `oob`, and flags that tell whether either was cut (`MSG_TRUNC`,
   * `MSG_CTRUNC`). The packet is as the kernel gives it. Go: UDPConn.ReadMsgUDP, IPConn.ReadMsgIP; recvmsg(2).
   */
  readMsg(p: Uint8Array, oob: Uint8Array): Promise<Received<A>> {
    return this.receive(p, oob, 0) as Promise<Received<A>>;
  }

  /**
   * Sends one packet with control data. Resolves what went of both. Rejects as {@link writeTo}.
   * Go: UDPConn.WriteMsgUDP, IPConn.WriteMsgIP; sendmsg(2).
   */
  async writeMsg(p: Uint8Array | string, oob: Uint8Array, addr: A): Promise<{ n: number; oobn: number }> {
    this.checkTarget(addr);
    return { n: await this.transmit(p, oob, addr), oobn: oob.byteLength };
  }

  /**
   * Receives what is there, at least one packet, into a batch: what that held before is gone. Resolves how many came.
   * Packets are as the kernel gives them. `flags` as of recv(2); with `MSG_DONTWAIT` it does not wait, but rejects with `EAGAIN`.
   * Rejects with an OpError `read`; with a TypeError for a batch that another operation waits with
   * (`ERR_INVALID_ARG_VALUE`), or whose memory is gone (`ERR_BUFFER_DETACHED`).
   * Go: ipv4.PacketConn.ReadBatch; recvmmsg(2).
   *
   * On Linux a UDP socket that receives many packets of one length from one sender has the kernel join them (UDP_GRO), which
   * costs a fraction; they are told apart again before anyone sees them, by whatever method. Only who reads the bare
   * descriptor does see it: so that ends with `file` and `RawConn.read`. If something has come joined by then, all that is
   * there is taken, and is read from this connection alone: a socket that is to be handed over is one for batches with
   * `offload: false`. A filter would judge many by the first of them: so that ends with the first one put on (`setBPF`,
   * `attachFilter`), and does not begin where there is one.
   */
  readBatch(batch: MessageBatch<A>, flags = 0): Promise<number> {
    return this.receiveBatch(batch, flags) as Promise<number>;
  }

  /**
   * Sends all packets of a batch, in order, waiting as long as it takes. Resolves how many. The batch must not change
   * before the promise settles, and is the same afterwards: what was received goes back where it came from. `flags` as of
   * send(2); with `MSG_DONTWAIT` it does not wait, but rejects with `EAGAIN`.
   *
   * Rejects with an OpError `write` whose `n` tells how many packets went; `batch.drop(n + 1)` leaves those behind the one
   * that was refused. Addresses are looked at first: then `n` is 0. On Linux runs of packets of one length to one address
   * leave as one (UDP_SEGMENT), unless the kernel refuses that, or the batch has `offload: false`: see there for who would
   * see them as one. Go: ipv4.PacketConn.WriteBatch; sendmmsg(2).
   */
  writeBatch(batch: MessageBatch<A>, flags = 0): Promise<number> {
    return this.transmitBatch(batch, flags);
  }
}
