// Go: net/lookup.go (Resolver.Dial), net/dnsclient_unix.go (dnsPacketRoundTrip, dnsStreamRoundTrip)
import { splitHostPort, TCPAddr, UDPAddr } from "../addr/index.js";
import { parseIPZone } from "../addr/zone.js";
import { AddrError, asError, OpError } from "../errors/index.js";
import { checkAccess } from "../internal/access.js";
import { constant } from "../internal/binding.js";
import { READ, WRITE } from "../internal/poll/poller.js";
import { favoriteFamily } from "../internal/socket/family.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import { tcpCodec, udpCodec } from "../internal/socket/sockaddr-inet.js";
import { connect, type Limit } from "../internal/socket/socket.js";

/** What the resolver needs of a connection to a server; every `Conn` is one. */
export interface ResolverConn {
  /** Resolves the number of bytes, or null at the end of the stream. */
  read(p: Uint8Array): Promise<number | null>;
  /** Resolves when all of `p` is written. */
  write(p: Uint8Array): Promise<unknown>;
  /** Epoch milliseconds. */
  setDeadline(t: number): void;
  close(): void;
}

/**
 * Connects to a DNS server: `network` is `udp` or `tcp`, `address` is `host:port` with an IP address as host. What it
 * gives for either may carry packets or a stream; the messages are framed accordingly.
 */
export type ResolverDial = (
  network: "udp" | "tcp",
  address: string,
  dialing: { signal?: AbortSignal | undefined },
) => Promise<ResolverConn>;

/**
 * Whether a connection keeps messages apart. As in Go, that is one with `readFrom`; since a stream of ours has a method
 * of that name too, it must not have `closeWrite`, which only streams can do.
 */
export function keepsPackets(conn: ResolverConn): boolean {
  return conn instanceof Socket ? conn.packets : "readFrom" in conn && !("closeWrite" in conn);
}

/** A socket of our own, without what connections have beyond that. */
export class Socket implements ResolverConn {
  readonly #fd: NetFD;
  readonly packets: boolean;

  constructor(fd: NetFD, packets: boolean) {
    this.#fd = fd;
    this.packets = packets;
  }

  read(p: Uint8Array): Promise<number | null> {
    return this.#fd.read(p);
  }

  write(p: Uint8Array): Promise<number> {
    return this.#fd.write(p);
  }

  setDeadline(t: number): void {
    this.#fd.setDeadline(READ, t);
    this.#fd.setDeadline(WRITE, t);
  }

  close(): void {
    this.#fd.close();
  }
}

const kinds = {
  udp: { sotype: constant("SOCK_DGRAM"), codec: udpCodec, addr: UDPAddr },
  tcp: { sotype: constant("SOCK_STREAM"), codec: tcpCodec, addr: TCPAddr },
};

/**
 * A new socket for each question: connected, so that the kernel lets nobody else answer, and on a port of the kernel's
 * random choice. Rejects with an OpError `dial`.
 */
export async function dialServer(network: "udp" | "tcp", address: string, limit: Limit): Promise<Socket> {
  checkAccess("dial", network);
  const { host, port } = splitHostPort(address);
  const literal = parseIPZone(host);
  if (literal === null) throw new AddrError("no suitable address found", host);
  const { sotype, codec, addr } = kinds[network];
  const remote = new addr({ ...literal, port: Number(port) });
  const family = favoriteFamily(network, null, remote);
  const spec = { net: network, family, sotype, protocols: [0], codec, local: null, remote };
  try {
    return new Socket(await connect(spec, limit), network === "udp");
  } catch (cause) {
    throw new OpError({ op: "dial", net: network, addr: remote, cause: asError(cause) });
  }
}
