// Go: x/net/ipv4/endpoint.go (PacketConn), payload_cmsg.go
import type { IPAddr, UDPAddr } from "../addr/index.js";
import { checkBytes, detached, isShorter } from "../internal/poll/buffers.js";
import { constant } from "../internal/binding.js";
import { AF_INET } from "../internal/socket/sockaddr.js";
import { stripIPv4Header } from "../ip-conn.js";
import type { ReceivedWithControl } from "../ip-options/packet-handle.js";
import type { PacketSocket } from "../ip-options/wrapped.js";
import type { ControlMessage } from "./control-message.js";
import { PacketOptions } from "./packet-options.js";

const SOCK_RAW = constant("SOCK_RAW");

// As long as a header can be with its options.
const MAX_HEADER = 60;

/**
 * A UDPConn or an IPConn with what IPv4 has beyond: TTL, type of service, multicast, filters and control messages. It
 * shares descriptor, deadlines and end of what it wraps. Go: ipv4.PacketConn; ip(7).
 */
export class PacketConn extends PacketOptions {
  /**
   * Receives the payload of one packet into `p`; a longer one is cut, and `truncated` tells. `cm` is null unless
   * `setControlMessage` asked for something. Rejects with an OpError `read`. Go: PacketConn.ReadFrom; recvmsg(2).
   */
  async readFrom(p: Uint8Array): Promise<ReceivedWithControl<ControlMessage>> {
    const { family, sotype } = this.fd.kind;
    if (sotype !== SOCK_RAW || family !== AF_INET) return this.receive(p);
    checkBytes("p", p);
    // The kernel puts the header in front, for which nobody made room in `p`.
    const { length } = p;
    const room = new Uint8Array(length + MAX_HEADER);
    const received = await this.receive(room);
    const whole = stripIPv4Header(received.n, room);
    if (isShorter(p, length)) throw detached("p");
    const n = Math.min(whole, length);
    p.set(room.subarray(0, n));
    return { ...received, n, truncated: received.truncated || whole > n };
  }

  /**
   * Sends one packet to `addr`, or with null to the peer of a connected socket. Of `cm`, which may be null, source and
   * interface count. Resolves the length of the packet. Rejects with an OpError `write`: `EDESTADDRREQ`, `EMSGSIZE`,
   * `ERR_ADDRESS` for an address of the other family, ... Go: PacketConn.WriteTo; sendmsg(2).
   */
  writeTo(p: Uint8Array | string, cm: ControlMessage | null, addr: UDPAddr | IPAddr | null): Promise<number> {
    return this.transmit(p, cm, addr);
  }
}

/**
 * Wraps a UDPConn or an IPConn, also one of both families. Throws a TypeError for anything else. Go: ipv4.NewPacketConn.
 */
export function newPacketConn(c: PacketSocket): PacketConn {
  return new PacketConn(c);
}
