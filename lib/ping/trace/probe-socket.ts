import { type Addr, IPAddr, UDPAddr } from "../../addr/index.js";
import { attach } from "../../bpf/index.js";
import { isClosed, NetError } from "../../errors/index.js";
import { type Protocol, protocolICMP, protocolIPv6ICMP } from "../../icmp/index.js";
import { StampedSendOp } from "../../icmp/stamped-send.js";
import { constant } from "../../internal/binding.js";
import { WRITE } from "../../internal/poll/poller.js";
import { type QueuedError, takeErrors } from "../../internal/socket/error-queue.js";
import { listenIPSocket } from "../../ip-socket.js";
import { PacketConn } from "../../packet-conn.js";
import type { RawConn } from "../../raw-conn.js";
import { listenUDPSocket } from "../../udp-socket.js";
import { answersTo } from "../filter.js";
import { firstAllowed } from "../first-allowed.js";
import type { TraceSettings } from "./options.js";
import type { Ends } from "./probe.js";
import { prepare } from "./socket-options.js";

const SOCK_RAW = constant("SOCK_RAW");

/** The addresses of such a socket: a raw one has no ports. */
export type Peer = UDPAddr | IPAddr;

/** A socket whose packets have a TTL each, and which is told what became of them. */
export class ProbeSocket extends PacketConn<Peer> {
  /** A UDP socket. Rejects with an OpError `listen`. */
  static async udp(ends: Ends, settings: TraceSettings): Promise<ProbeSocket> {
    return new ProbeSocket(await listenUDPSocket(making(ends, settings)));
  }

  /**
   * An ICMP socket: unprivileged, or raw where that is not allowed, and then for answers to this identifier. Rejects with a
   * PermissionError, or an OpError `listen`.
   */
  static async icmp(ends: Ends, settings: TraceSettings, id: number): Promise<ProbeSocket> {
    const { family, local } = ends;
    const protocol = family === 4 ? protocolICMP : protocolIPv6ICMP;
    const wanted = { ...making(ends, settings), protocol };
    const raw = { ...wanted, network: `ip${family}:${protocol}`, laddr: local ?? new IPAddr() };
    return firstAllowed([
      async () => new ProbeSocket(await listenUDPSocket(wanted)),
      async () => {
        const fd = await listenIPSocket(raw);
        keepToOwn(fd.fd, protocol, id);
        return new ProbeSocket(fd);
      },
    ]);
  }

  /** Whether it is a raw socket. */
  get privileged(): boolean {
    return this.fd.kind.sotype === SOCK_RAW;
  }

  /** Sends one packet with control data; `stamp` is called right before. Rejects with an OpError `write`. */
  async send(p: Uint8Array, oob: Uint8Array, to: Peer, stamp: () => void): Promise<void> {
    await this.fd.start(WRITE, new StampedSendOp(this.fd, p, to, stamp, oob));
  }

  /** What is in the error queue, as {@link takeErrors} takes it; nothing once this is closed. */
  errors(): QueuedError<Addr>[] {
    try {
      return this.fd.useLocal("read", (fd) => takeErrors(fd, this.fd.kind.codec));
    } catch (error) {
      if (isClosed(error)) return [];
      throw error;
    }
  }
}

// What the kernel cannot keep out is told apart when it is read.
function keepToOwn(fd: number, protocol: Protocol, id: number): void {
  try {
    attach(fd, answersTo(protocol, id));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
}

function making({ family, local }: Ends, settings: TraceSettings) {
  return {
    network: `udp${family}`,
    laddr: new UDPAddr({ ip: local?.ip ?? null, zone: local?.zone ?? "" }),
    raddr: null,
    control: (_network: string, _address: string, raw: RawConn) =>
      raw.control((fd) => prepare(fd, family, settings)),
  };
}
