// Go: net/net.go (PacketConn)
import type { Addr } from "./addr/index.js";
import type { Received, ReceivedFrom } from "./internal/socket/message.js";
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
}
