// Go: net/lookup.go (Resolver.Dial), net/dnsclient_unix.go (dnsStreamRoundTrip)
import { type Addr, splitHostPort, TCPAddr } from "../addr/index.js";
import type { ScopedIP } from "../addr/zone.js";
import { parseIPZone } from "../addr/zone.js";
import { AddrError, asError, OpError } from "../errors/index.js";
import { checkAccess } from "../internal/access.js";
import { constant } from "../internal/binding.js";
import { READ, WRITE } from "../internal/poll/poller.js";
import { favoriteFamily } from "../internal/socket/family.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import { tcpCodec } from "../internal/socket/sockaddr-inet.js";
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
 * of that name too, it must not have `closeWrite`, which streams can do, unless its address says that it is no stream:
 * Unix connections of all kinds have both.
 */
export function keepsPackets(conn: ResolverConn & { localAddr?: Addr | null }): boolean {
  if (!("readFrom" in conn)) return false;
  return !("closeWrite" in conn) || /^unix(gram|packet)$/.test(conn.localAddr?.network ?? "");
}

/** A socket of our own, without what connections have beyond that. */
class Socket implements ResolverConn {
  readonly #fd: NetFD;

  constructor(fd: NetFD) {
    this.#fd = fd;
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

/** Where a server is, from its `host:port`. Throws an AddrError for anything but an address with a port. */
export function endpointOf(server: string): ScopedIP & { port: number } {
  const { host, port } = splitHostPort(server);
  const literal = parseIPZone(host);
  if (literal === null) throw new AddrError("no suitable address found", host);
  return { ...literal, port: Number(port) };
}

const SOCK_STREAM = constant("SOCK_STREAM");

/** Connects to a server by TCP. Rejects with an OpError `dial`. */
export async function dialTCPServer(server: string, limit: Limit): Promise<ResolverConn> {
  checkAccess("dial", "tcp");
  const remote = new TCPAddr(endpointOf(server));
  const family = favoriteFamily("tcp", null, remote);
  const spec = {
    net: "tcp",
    family,
    sotype: SOCK_STREAM,
    protocols: [0],
    codec: tcpCodec,
    local: null,
    remote,
  };
  try {
    return new Socket(await connect(spec, limit));
  } catch (cause) {
    throw new OpError({ op: "dial", net: "tcp", addr: remote, cause: asError(cause) });
  }
}
