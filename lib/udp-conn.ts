// Go: net/udpsock.go, net/udpsock_posix.go
import type { UDPAddr } from "./addr/index.js";
import type { Received, ReceivedFrom } from "./internal/socket/message.js";
import { PacketConn } from "./packet-conn.js";

/**
 * A UDP socket: packets to and from anyone, or one peer when dialed. When a peer tells that nobody listens there, one
 * later `read` or `write` of a dialed socket rejects with `ECONNREFUSED`. Go: net.UDPConn; udp(7).
 */
export class UDPConn extends PacketConn<UDPAddr> {
  /** The same as {@link PacketConn.readFrom}. Go: UDPConn.ReadFromUDP. */
  readFromUDP(p: Uint8Array): Promise<ReceivedFrom<UDPAddr>> {
    return this.readFrom(p);
  }

  /** The same as {@link PacketConn.writeTo}. Go: UDPConn.WriteToUDP. */
  writeToUDP(p: Uint8Array | string, addr: UDPAddr): Promise<number> {
    return this.writeTo(p, addr);
  }

  /** The same as {@link PacketConn.readMsg}. Go: UDPConn.ReadMsgUDP. */
  readMsgUDP(p: Uint8Array, oob: Uint8Array): Promise<Received<UDPAddr>> {
    return this.readMsg(p, oob);
  }

  /**
   * Sends one packet with control data: to `addr`, or with null to the peer of a dialed socket. Rejects with an OpError
   * `write`: `ERR_WRITE_TO_CONNECTED` and `ERR_MISSING_ADDRESS` where `addr` and the socket do not go together.
   * Go: UDPConn.WriteMsgUDP; sendmsg(2).
   */
  override async writeMsg(
    p: Uint8Array | string,
    oob: Uint8Array,
    addr: UDPAddr | null,
  ): Promise<{ n: number; oobn: number }> {
    const target = this.ownKind(addr);
    if (this.fd.raddr === null || target !== null) this.checkTarget(target);
    return { n: await this.transmit(p, oob, target), oobn: oob.byteLength };
  }

  /** The same as {@link writeMsg}. Go: UDPConn.WriteMsgUDP. */
  writeMsgUDP(
    p: Uint8Array | string,
    oob: Uint8Array,
    addr: UDPAddr | null,
  ): Promise<{ n: number; oobn: number }> {
    return this.writeMsg(p, oob, addr);
  }
}
