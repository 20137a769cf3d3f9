// Go: net/dial.go (ListenConfig), net/tcpsock.go (ListenTCP), net/udpsock.go, net/iprawsock.go, net/unixsock.go
import { type Addr, IPAddr, TCPAddr, UDPAddr, UnixAddr, type UnixNetwork } from "./addr/index.js";
import type { DialOptions } from "./dialer.js";
import { firstOf, parseNetwork, resolveAddrList, type Target } from "./dns/resolve.js";
import {
  AddrError,
  checkBoolean,
  checkDuration,
  checkInt,
  checkSignal,
  checkString,
  ErrMissingAddress,
  invalidArgType,
  OpError,
  UnknownNetworkError,
} from "./errors/index.js";
import { checkAccess } from "./internal/access.js";
import { IPConn } from "./ip-conn.js";
import { listenIPSocket } from "./ip-socket.js";
import {
  checkAddress,
  checkLocal,
  type IPNetwork,
  networkOf,
  type TCPNetwork,
  type UDPNetwork,
} from "./networks.js";
import { checkControl, type Control } from "./raw-conn.js";
import type { TCPListener } from "./tcp.js";
import { listenTCPSocket } from "./tcp-socket.js";
import { checkKeepAlive, chosenKeepAlive, type KeepAliveConfig } from "./tcp-keepalive.js";
import { UDPConn } from "./udp-conn.js";
import { listenMulticastSocket, listenUDPSocket } from "./udp-socket.js";
import type { UnixConn } from "./unix-conn.js";
import type { UnixListener } from "./unix-listener.js";
import { listenUnixgramSocket, listenUnixSocket } from "./unix-socket.js";

/** The networks of Unix domain sockets that have connections. */
export type UnixListenNetwork = Exclude<UnixNetwork, "unixgram">;

/** The fields of a {@link ListenConfig}; all may be left out. */
export interface ListenConfigFields {
  keepAlive?: number | undefined;
  keepAliveConfig?: KeepAliveConfig | undefined;
  multipathTCP?: boolean | undefined;
  control?: Control | undefined;
}

/** How to listen. Every field may be left at its default. Go: net.ListenConfig. */
export class ListenConfig {
  /** Idle time before keep-alive probes of accepted connections, in milliseconds; 0 for 15 s, below zero for none. */
  keepAlive: number;
  /** All of keep-alive; counts when it is enabled. Go: ListenConfig.KeepAliveConfig. */
  keepAliveConfig: KeepAliveConfig;
  /** Whether to offer Multipath TCP where the kernel has it; on by default. Go: ListenConfig.SetMultipathTCP. */
  multipathTCP: boolean;
  /** Runs on the new socket before it is bound. Go: ListenConfig.Control. */
  control: Control | undefined;

  /** Throws a TypeError or RangeError for a field that makes no sense. */
  constructor(fields: ListenConfigFields = {}) {
    if (typeof fields !== "object" || fields === null) throw invalidArgType("fields", "an object", fields);
    this.keepAlive = fields.keepAlive === undefined ? 0 : fields.keepAlive;
    this.keepAliveConfig = fields.keepAliveConfig === undefined ? {} : fields.keepAliveConfig;
    this.multipathTCP = fields.multipathTCP === undefined ? true : fields.multipathTCP;
    this.control = fields.control;
    this.#check();
  }

  /**
   * Listens on `host:port`, or on the path of a Unix domain socket. An empty host means all addresses of both families,
   * port 0 one that the system chooses: read it from `addr`. Rejects with an OpError `listen`: `EADDRINUSE`, `EACCES`,
   * ... `signal` ends the look-up of a name, not the listener. Go: ListenConfig.Listen.
   */
  listen(network: TCPNetwork, address: string, listening?: DialOptions): Promise<TCPListener>;
  listen(network: UnixListenNetwork, address: string, listening?: DialOptions): Promise<UnixListener>;
  listen(network: string, address: string, listening?: DialOptions): Promise<TCPListener | UnixListener>;
  async listen(
    network: string,
    address: string,
    listening?: DialOptions,
  ): Promise<TCPListener | UnixListener> {
    const target = await this.#resolve(network, address, listening);
    if (target instanceof TCPAddr) return this.#listenTCP(network, target);
    if (target instanceof UnixAddr && target.net !== "unixgram")
      return listenUnixSocket({ network: target.net, laddr: target, raddr: null, control: this.control });
    throw unexpected(network, target, address);
  }

  /**
   * Opens a packet endpoint: `udp` and its kin on `host:port`, `unixgram` on a path, `ip4:icmp`, `ip6:ipv6-icmp`,
   * `ip4:PROTOCOL` on a host, which needs CAP_NET_RAW. A multicast group stands for its port on the wildcard, shared
   * with others, and joins nothing. Rejects with an OpError `listen`. Go: ListenConfig.ListenPacket.
   */
  listenPacket(network: UDPNetwork, address: string, listening?: DialOptions): Promise<UDPConn>;
  listenPacket(network: IPNetwork, address: string, listening?: DialOptions): Promise<IPConn>;
  listenPacket(network: "unixgram", address: string, listening?: DialOptions): Promise<UnixConn>;
  listenPacket(
    network: string,
    address: string,
    listening?: DialOptions,
  ): Promise<UDPConn | IPConn | UnixConn>;
  async listenPacket(
    network: string,
    address: string,
    listening?: DialOptions,
  ): Promise<UDPConn | IPConn | UnixConn> {
    const target = await this.#resolve(network, address, listening);
    if (target instanceof UDPAddr) return this.listenUDP(network as UDPNetwork, target);
    if (target instanceof IPAddr) return this.listenIP(network as IPNetwork, target);
    if (target instanceof UnixAddr && target.net === "unixgram")
      return this.listenUnixgram("unixgram", target);
    throw unexpected(network, target, address);
  }

  /** Listens on one address; null for all, on a port that the system chooses. Go: net.ListenTCP. */
  async listenTCP(network: TCPNetwork, laddr: TCPAddr | null): Promise<TCPListener> {
    this.#check();
    checkLocal(network, "tcp", laddr, TCPAddr);
    return this.#listenTCP(network, laddr);
  }

  /** Opens a UDP socket; null for all addresses, on a port that the system chooses. Go: net.ListenUDP. */
  async listenUDP(network: UDPNetwork, laddr: UDPAddr | null): Promise<UDPConn> {
    this.#check();
    checkLocal(network, "udp", laddr, UDPAddr);
    return new UDPConn(await listenUDPSocket({ network, laddr, raddr: null, control: this.control }));
  }

  /**
   * Opens a UDP socket on the port of a multicast group and joins that on an interface, or with null on one that the system
   * chooses. It shares the port with others, sends over that interface too, and gets back nothing that it sent itself. The
   * socket is on the wildcard, so other groups that were joined on this host arrive too. Rejects with an OpError `listen`:
   * `ERR_MISSING_ADDRESS` without a group, `ENODEV`, ... Go: net.ListenMulticastUDP.
   */
  async listenMulticastUDP(
    network: UDPNetwork,
    ifi: { readonly index: number } | null,
    gaddr: UDPAddr,
  ): Promise<UDPConn> {
    this.#check();
    checkLocal(network, "udp", gaddr, UDPAddr);
    const { index } = ifi ?? { index: 0 };
    checkInt("ifi.index", index, 0, 0x7fffffff);
    if (!hasIP(gaddr)) throw failed(network, ErrMissingAddress, gaddr);
    const making = { network, laddr: gaddr, raddr: null, control: this.control };
    return listenMulticastSocket(making, gaddr, index);
  }

  /** Opens a raw IP socket; null for all addresses. Needs CAP_NET_RAW. Go: net.ListenIP. */
  async listenIP(network: IPNetwork, laddr: IPAddr | null): Promise<IPConn> {
    this.#check();
    checkLocal(network, "ip", laddr, IPAddr);
    const { protocol } = networkOf("listen", network, null, laddr);
    const { control } = this;
    return new IPConn(await listenIPSocket({ network, laddr, raddr: null, protocol, control }));
  }

  /**
   * Listens on a path, or on an abstract name that begins with `@`; an empty name has the system choose one. A file that is
   * there already is `EADDRINUSE`, whoever listens or not. Go: net.ListenUnix.
   */
  async listenUnix(network: UnixListenNetwork, laddr: UnixAddr): Promise<UnixListener> {
    this.#check();
    checkUnix(network, ["unix", "unixpacket"], laddr);
    return listenUnixSocket({ network, laddr, raddr: null, control: this.control });
  }

  /** Opens a datagram socket on a path or name. Its file stays when it is closed. Go: net.ListenUnixgram. */
  async listenUnixgram(network: "unixgram", laddr: UnixAddr): Promise<UnixConn> {
    this.#check();
    checkUnix(network, ["unixgram"], laddr);
    return listenUnixgramSocket({ network, laddr, raddr: null, control: this.control });
  }

  #listenTCP(network: string, laddr: TCPAddr | null): Promise<TCPListener> {
    const { control, multipathTCP } = this;
    const keepAlive = chosenKeepAlive(this.keepAlive, this.keepAliveConfig);
    return listenTCPSocket({ network, laddr, raddr: null, multipathTCP, control }, { keepAlive });
  }

  // Fields may be changed at any time, so every listen looks at them.
  #check(): void {
    checkDuration("keepAlive", this.keepAlive);
    checkKeepAlive("keepAliveConfig", this.keepAliveConfig);
    checkBoolean("multipathTCP", this.multipathTCP);
    checkControl(this.control);
  }

  async #resolve(network: string, address: string, listening: DialOptions | undefined): Promise<Target> {
    const signal = checkSignal(listening);
    this.#check();
    checkString("network", network);
    checkAddress(network, address);
    checkAccess("listen", network);
    try {
      const limit = { deadline: Infinity, signal };
      return firstOf(await resolveAddrList(parseNetwork(network), address, limit));
    } catch (cause) {
      throw failed(network, cause as Error, null);
    }
  }
}

const hasIP = (addr: UDPAddr | null) => addr !== null && addr.ip !== null;

function failed(network: string, cause: Error, addr: Addr | null): OpError {
  return new OpError({ op: "listen", net: network, addr, cause });
}

function unexpected(network: string, target: Addr, address: string): OpError {
  return failed(network, new AddrError("unexpected address type", address), target);
}

function checkUnix(network: string, networks: readonly string[], laddr: UnixAddr | null): void {
  checkLocal(network, "unix", laddr, UnixAddr);
  if (!networks.includes(network)) throw failed(network, new UnknownNetworkError(network), laddr);
  if (laddr === null) throw failed(network, ErrMissingAddress, null);
}
