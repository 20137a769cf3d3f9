// Go: net/dial.go (ListenConfig), net/tcpsock.go (ListenTCP), net/iprawsock.go (ListenIP)
import { type Addr, IPAddr, TCPAddr } from "./addr/index.js";
import type { DialOptions, IPNetwork, TCPNetwork } from "./dial.js";
import { isIPv4, parseNetwork, resolveAddrList, type Target } from "./dns/resolve.js";
import {
  AddrError,
  checkBoolean,
  checkDuration,
  checkSignal,
  checkString,
  invalidArgType,
  OpError,
  UnknownNetworkError,
} from "./errors/index.js";
import { checkAccess } from "./internal/access.js";
import { listenIPSocket, listenTCPSocket } from "./internet-socket.js";
import type { IPConn } from "./ip-conn.js";
import { checkControl, type Control } from "./raw-conn.js";
import type { TCPListener } from "./tcp.js";
import { checkKeepAlive, chosenKeepAlive, type KeepAliveConfig } from "./tcp-keepalive.js";

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
   * Listens on `host:port`. An empty host means all addresses of both families, port 0 one that the system chooses:
   * read it from `addr`. Rejects with an OpError `listen`: `EADDRINUSE`, `EACCES`, ... `signal` ends the look-up of
   * a name, not the listener. Go: ListenConfig.Listen.
   */
  async listen(network: TCPNetwork, address: string, listening?: DialOptions): Promise<TCPListener> {
    const target = await this.#resolve(network, address, listening);
    if (!(target instanceof TCPAddr)) throw unexpected(network, target, address);
    return this.listenTCP(network, target);
  }

  /**
   * Opens a packet endpoint: `ip4:icmp`, `ip6:ipv6-icmp`, `ip4:PROTOCOL`. Needs CAP_NET_RAW.
   * Rejects with an OpError `listen`. Go: ListenConfig.ListenPacket.
   */
  async listenPacket(network: IPNetwork, address: string, listening?: DialOptions): Promise<IPConn> {
    const target = await this.#resolve(network, address, listening);
    if (!(target instanceof IPAddr)) throw unexpected(network, target, address);
    return this.listenIP(network, target);
  }

  /** Listens on one address; null for all, on a port that the system chooses. Go: net.ListenTCP. */
  async listenTCP(network: TCPNetwork, laddr: TCPAddr | null): Promise<TCPListener> {
    this.#check();
    checkTyped(network, laddr, TCPAddr);
    if (!/^tcp[46]?$/.test(network)) throw failed(network, new UnknownNetworkError(network), laddr);
    const { control, multipathTCP } = this;
    const keepAlive = chosenKeepAlive(this.keepAlive, this.keepAliveConfig);
    return listenTCPSocket(
      { network, laddr: laddr ?? new TCPAddr(), raddr: null, multipathTCP, control },
      { keepAlive },
    );
  }

  /** Opens a raw IP socket; null for all addresses. Needs CAP_NET_RAW. Go: net.ListenIP. */
  async listenIP(network: IPNetwork, laddr: IPAddr | null): Promise<IPConn> {
    this.#check();
    checkTyped(network, laddr, IPAddr);
    if (!network.startsWith("ip")) throw failed(network, new UnknownNetworkError(network), laddr);
    const { protocol } = named(network, laddr, () => parseNetwork(network));
    return listenIPSocket({ network, laddr, raddr: null, protocol, control: this.control });
  }

  // Fields may be changed at any time, so every listen looks at them.
  #check(): void {
    checkDuration("keepAlive", this.keepAlive);
    checkKeepAlive("keepAliveConfig", this.keepAliveConfig);
    checkBoolean("multipathTCP", this.multipathTCP);
    checkControl(this.control);
  }

  // As in Go, the first IPv4 address if there is one, else the first.
  async #resolve(network: string, address: string, listening: DialOptions | undefined): Promise<Target> {
    const signal = checkSignal(listening);
    this.#check();
    checkString("network", network);
    checkString("address", address);
    try {
      const addrs = await resolveAddrList(parseNetwork(network), address, { deadline: Infinity, signal });
      return addrs.find(isIPv4) ?? addrs[0]!;
    } catch (cause) {
      throw failed(network, cause as Error, null);
    }
  }
}

function failed(network: string, cause: Error, addr: Addr | null): OpError {
  return new OpError({ op: "listen", net: network, addr, cause });
}

function unexpected(network: string, target: Addr, address: string): OpError {
  return failed(network, new AddrError("unexpected address type", address), target);
}

function named<T>(network: string, laddr: Addr | null, f: () => T): T {
  try {
    return f();
  } catch (cause) {
    throw failed(network, cause as Error, laddr);
  }
}

function checkTyped(network: string, laddr: unknown, type: typeof TCPAddr | typeof IPAddr): void {
  checkString("network", network);
  if (laddr !== null && !(laddr instanceof type))
    throw invalidArgType("laddr", `a ${type.name} or null`, laddr);
  checkAccess("listen", network);
}

const plain = new ListenConfig();

/** As {@link ListenConfig.listen} without options. Go: net.Listen. */
export function listen(network: TCPNetwork, address: string): Promise<TCPListener> {
  return plain.listen(network, address);
}

/** As {@link ListenConfig.listenPacket} without options. Go: net.ListenPacket. */
export function listenPacket(network: IPNetwork, address: string): Promise<IPConn> {
  return plain.listenPacket(network, address);
}

/** As {@link ListenConfig.listenTCP} without options. Go: net.ListenTCP. */
export function listenTCP(network: TCPNetwork, laddr: TCPAddr | null): Promise<TCPListener> {
  return plain.listenTCP(network, laddr);
}

/** As {@link ListenConfig.listenIP} without options. Go: net.ListenIP. */
export function listenIP(network: IPNetwork, laddr: IPAddr | null): Promise<IPConn> {
  return plain.listenIP(network, laddr);
}
