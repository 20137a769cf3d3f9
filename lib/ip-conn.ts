// Go: net/iprawsock.go, net/iprawsock_posix.go
import type { IPAddr } from "./addr/index.js";
import type { Received, ReceivedFrom } from "./internal/socket/message.js";
import { PacketConn } from "./packet-conn.js";

/**
 * A raw IP socket: packets of one protocol, to and from anyone, or one peer when dialed. Needs CAP_NET_RAW.
 * `read` and `readMsg` of IPv4 give the header too; `readFrom` does not. Go: net.IPConn; raw(7).
 */
export class IPConn extends PacketConn<IPAddr> {
  /** Receives one packet into `p`, which must have room for the IPv4 header too, and leaves that header out. */
  override async readFrom(p: Uint8Array): Promise<ReceivedFrom<IPAddr>> {
    const { n, addr, truncated } = await super.readFrom(p);
    return { n: addr?.ip?.length === 4 ? stripIPv4Header(n, p) : n, addr, truncated };
  }

  /** The same as {@link readFrom}. Go: IPConn.ReadFromIP. */
  readFromIP(p: Uint8Array): Promise<ReceivedFrom<IPAddr>> {
    return this.readFrom(p);
  }

  /** The same as {@link PacketConn.writeTo}. Go: IPConn.WriteToIP. */
  writeToIP(p: Uint8Array | string, addr: IPAddr): Promise<number> {
    return this.writeTo(p, addr);
  }

  /** The same as {@link PacketConn.readMsg}. Go: IPConn.ReadMsgIP. */
  readMsgIP(p: Uint8Array, oob: Uint8Array): Promise<Received<IPAddr>> {
    return this.readMsg(p, oob);
  }

  /** The same as {@link PacketConn.writeMsg}. Go: IPConn.WriteMsgIP. */
  writeMsgIP(p: Uint8Array | string, oob: Uint8Array, addr: IPAddr): Promise<{ n: number; oobn: number }> {
    return this.writeMsg(p, oob, addr);
  }
}

/** Moves the payload of an IPv4 packet of `n` bytes to the front, if it has a whole header; its length. */
export function stripIPv4Header(n: number, p: Uint8Array): number {
  const length = (p[0]! & 0x0f) * 4;
  if (n < 20 || length < 20 || length > n || p[0]! >> 4 !== 4) return n;
  p.copyWithin(0, length, n);
  return n - length;
}
