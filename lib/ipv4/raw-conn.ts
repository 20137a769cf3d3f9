// Go: x/net/ipv4/endpoint.go (RawConn), packet.go; raw(7) IP_HDRINCL
import { IPAddr } from "../addr/index.js";
import { asError, invalidArgType } from "../errors/index.js";
import { checkBytes } from "../internal/poll/buffers.js";
import { options, setInt } from "../internal/socket/options.js";
import { AF_INET } from "../internal/socket/sockaddr.js";
import { descriptorOf } from "../ip-options/wrapped.js";
import { IPConn } from "../ip-conn.js";
import type { ControlMessage } from "./control-message.js";
import { Header, parseHeader } from "./header.js";
import { PacketOptions } from "./packet-options.js";

/** A packet with its header. */
export interface ReceivedPacket {
  /** The header. */
  h: Header;
  /** What is behind it, as far as there was room: a view into `b`. */
  p: Uint8Array;
  /** What the kernel told of the packet; null when nothing was asked for. */
  cm: ControlMessage | null;
  /** Whether the packet was longer than `b`, and the rest is lost. */
  truncated: boolean;
}

/** An IPConn of IPv4 whose packets have their headers: the sender makes them. Go: ipv4.RawConn; raw(7). */
export class RawConn extends PacketOptions {
  /** Throws as {@link newRawConn}. */
  constructor(c: IPConn) {
    const fd = descriptorOf(c, IPConn, EXPECTED);
    if (fd !== null && fd.kind.family !== AF_INET) throw invalidArgType("c", EXPECTED, c);
    super(c);
    this.fd.set((number) => setInt(number, options.headerIncluded, 1));
  }

  /**
   * Receives one packet into `b`, and takes its header apart. `cm` is null unless `setControlMessage` asked for something.
   * Rejects with an OpError `read`: `ERR_PARSE` around a MessageError when `b` has no room for the header.
   * Go: RawConn.ReadFrom.
   */
  async readFrom(b: Uint8Array): Promise<ReceivedPacket> {
    const { n, cm, truncated } = await this.receive(b);
    try {
      const h = parseHeader(b.subarray(0, n));
      return { h, p: b.subarray(h.len, n), cm, truncated };
    } catch (error) {
      throw this.fd.wrap("read", asError(error));
    }
  }

  /**
   * Sends a header and a payload, to the `dst` of `cm` if it has one, else of `h`. The kernel computes checksum and total
   * length, and fills in an `id` of 0 and a missing `src`. Rejects with what {@link Header.marshal} throws; with an
   * OpError `write`: `EMSGSIZE` for more than the interface's MTU, since nothing is fragmented, ... Go: RawConn.WriteTo.
   */
  async writeTo(h: Header, p: Uint8Array | string, cm: ControlMessage | null): Promise<void> {
    if (!(h instanceof Header)) throw invalidArgType("h", "a Header", h);
    const payload = typeof p === "string" ? Buffer.from(p) : p;
    checkBytes("p", payload);
    const packet = Buffer.concat([h.marshal(), payload]);
    await this.transmit(packet, cm, new IPAddr({ ip: cm?.dst?.to4() ?? h.dst }));
  }
}

const EXPECTED = "an IPConn of IPv4";

/**
 * Wraps an IPConn of IPv4, and has it send headers as they are given from then on. Throws a TypeError for anything else;
 * an OpError `set`. Go: ipv4.NewRawConn.
 */
export function newRawConn(c: IPConn): RawConn {
  return new RawConn(c);
}
