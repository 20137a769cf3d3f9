// Go: net/udpsock.go, net/udpsock_posix.go
import { isUint8Array } from "node:util/types";
import { type Addr, type UDPAddr, udpAddrFromAddrPort } from "./addr/index.js";
import { AddrError, ErrMissingAddress } from "./errors/index.js";
import { fdOf } from "./conn.js";
import { READ } from "./internal/poll/poller.js";
import { type Received, type ReceivedFrom, RecvOp } from "./internal/socket/message.js";
import { AF_INET } from "./internal/socket/sockaddr.js";
import { AddrPort } from "./netip/index.js";
import { PacketConn } from "./packet-conn.js";

/**
 * A UDP socket: packets to and from anyone, or one peer when dialed. When a peer tells that nobody listens there, one
 * later `read` or `write` of a dialed socket rejects with `ECONNREFUSED`. Go: net.UDPConn; udp(7).
 */
export class UDPConn extends PacketConn<UDPAddr> {
  override read(p: Uint8Array): Promise<number | null> {
    const fd = fdOf(this);
    if (!fd?.offload?.parts || !isUint8Array(p) || p.length === 0) return super.read(p);
    return fd.start(READ, new RecvOp(fd, p));
  }

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

  /**
   * As {@link PacketConn.readFrom}, with the sender as an AddrPort. On a socket of both families an IPv4 sender is mapped,
   * `::ffff:1.2.3.4`: `addr.addr.unmap()` undoes that. Go: UDPConn.ReadFromUDPAddrPort.
   */
  async readFromUDPAddrPort(
    p: Uint8Array,
  ): Promise<{ n: number; addr: AddrPort | null; truncated: boolean }> {
    const { n, addr, truncated } = await this.readFrom(p);
    return { n, addr: addr && addr.addrPort(), truncated };
  }

  /**
   * As {@link PacketConn.writeTo}, to an AddrPort. Rejects with an OpError `write`: `ERR_ADDRESS` for IPv6 and for mapped
   * IPv4 on a socket of IPv4 alone, `ERR_MISSING_ADDRESS` for the zero AddrPort, ... Go: UDPConn.WriteToUDPAddrPort.
   */
  async writeToUDPAddrPort(p: Uint8Array | string, addr: AddrPort): Promise<number> {
    return this.writeTo(p, this.#target(addr));
  }

  /** As {@link PacketConn.readMsg}, with the sender as an AddrPort. Go: UDPConn.ReadMsgUDPAddrPort. */
  async readMsgUDPAddrPort(
    p: Uint8Array,
    oob: Uint8Array,
  ): Promise<{ n: number; oobn: number; flags: number; addr: AddrPort | null }> {
    const { addr, ...message } = await this.readMsg(p, oob);
    return { ...message, addr: addr && addr.addrPort() };
  }

  /**
   * As {@link writeMsg}, to an AddrPort: null or the zero one for the peer of a dialed socket.
   * Go: UDPConn.WriteMsgUDPAddrPort.
   */
  async writeMsgUDPAddrPort(
    p: Uint8Array | string,
    oob: Uint8Array,
    addr: AddrPort | null,
  ): Promise<{ n: number; oobn: number }> {
    const none = addr === null || (AddrPort.is(addr) && !addr.isValid());
    return this.writeMsg(p, oob, none ? null : this.#target(addr));
  }

  // Go: addrPortToSockaddrInet4 takes no address of IPv6, be it one of IPv4 in disguise.
  #target(addr: AddrPort): UDPAddr {
    const target = udpAddrFromAddrPort(addr);
    if (this.fd.raddr !== null) return target;
    if (!addr.isValid()) throw this.refused(ErrMissingAddress, null);
    if (this.fd.kind.family === AF_INET && !addr.addr.is4())
      throw this.refused(new AddrError("non-IPv4 address", addr.addr.toString()), named(addr));
    return target;
  }
}

// As an error tells it: a UDPAddr would print mapped IPv4 as if it were none.
const named = (addr: AddrPort): Addr => ({ network: "udp", toString: () => addr.toString() });
