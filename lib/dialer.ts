// Go: net/dial.go (Dialer)
import { type Addr, IPAddr, TCPAddr, UDPAddr, UnixAddr, type UnixNetwork } from "./addr/index.js";
import { type Deadline, deadlineOf } from "./conn.js";
import { dialParallel, partition, type Racer } from "./dial-parallel.js";
import { isIPv4, type Network, parseNetwork, resolveAddrList, type Target } from "./dns/resolve.js";
import { Resolver } from "./dns/resolver.js";
import {
  AddrError,
  checkBoolean,
  checkDuration,
  checkSignal,
  checkString,
  ErrMissingAddress,
  invalidArgType,
  OpError,
} from "./errors/index.js";
import { checkAccess } from "./internal/access.js";
import { dials, told } from "./internal/channels.js";
import type { Limit } from "./internal/socket/socket.js";
import type { IPConn } from "./ip-conn.js";
import { connectIP } from "./ip-socket.js";
import type { IPNetwork, TCPNetwork, UDPNetwork } from "./networks.js";
import { checkAddress, checkEnds, networkOf } from "./networks.js";
import { checkControl, type Control } from "./raw-conn.js";
import type { TCPConn } from "./tcp.js";
import { connectTCP } from "./tcp-socket.js";
import { checkKeepAlive, chosenKeepAlive, type KeepAliveConfig } from "./tcp-keepalive.js";
import type { UDPConn } from "./udp-conn.js";
import { connectUDP } from "./udp-socket.js";
import type { UnixConn } from "./unix-conn.js";
import { connectUnix } from "./unix-socket.js";

/** Whatever dialing can give. */
export type AnyConn = TCPConn | UDPConn | IPConn | UnixConn;

/** What every call that waits takes last. */
export interface DialOptions {
  /** Aborting it rejects with `ABORT_ERR`, and leaves nothing open. */
  signal?: AbortSignal | null | undefined;
}

/** The fields of a {@link Dialer}; all may be left out. */
export interface DialerFields {
  timeout?: number | undefined;
  deadline?: Deadline | undefined;
  localAddr?: Addr | null | undefined;
  fallbackDelay?: number | undefined;
  keepAlive?: number | undefined;
  keepAliveConfig?: KeepAliveConfig | undefined;
  multipathTCP?: boolean | undefined;
  control?: Control | undefined;
  resolver?: Resolver | null | undefined;
}

const DEFAULT_FALLBACK_DELAY = 300;

/** How to connect. Every field may be left at its default. Go: net.Dialer. */
export class Dialer {
  /** Milliseconds for the whole dial, names included; 0 for no limit of ours. Go: Dialer.Timeout. */
  timeout: number;
  /** When the whole dial must be over; the earlier of both counts. Go: Dialer.Deadline. */
  deadline: Deadline;
  /** The address to dial from; null lets the system choose. Go: Dialer.LocalAddr. */
  localAddr: Addr | null;
  /** Milliseconds before the other family of `tcp` is tried too; 0 for 300, below zero for never. Go: Dialer.FallbackDelay. */
  fallbackDelay: number;
  /** Idle time before keep-alive probes, in milliseconds; 0 for 15 s, below zero for none. Go: Dialer.KeepAlive. */
  keepAlive: number;
  /** All of keep-alive; counts when it is enabled. Go: Dialer.KeepAliveConfig. */
  keepAliveConfig: KeepAliveConfig;
  /** Whether to ask for Multipath TCP, falling back to TCP. Go: Dialer.SetMultipathTCP. */
  multipathTCP: boolean;
  /** Runs on each new socket before it is bound or connected. Go: Dialer.Control. */
  control: Control | undefined;
  /** Who looks up names; null for the `defaultResolver`. Go: Dialer.Resolver. */
  resolver: Resolver | null;

  /** Throws a TypeError or RangeError for a field that makes no sense. */
  constructor(fields: DialerFields = {}) {
    if (typeof fields !== "object" || fields === null) throw invalidArgType("fields", "an object", fields);
    this.timeout = fields.timeout === undefined ? 0 : fields.timeout;
    this.deadline = fields.deadline === undefined ? null : fields.deadline;
    this.localAddr = fields.localAddr === undefined ? null : fields.localAddr;
    this.fallbackDelay = fields.fallbackDelay === undefined ? 0 : fields.fallbackDelay;
    this.keepAlive = fields.keepAlive === undefined ? 0 : fields.keepAlive;
    this.keepAliveConfig = fields.keepAliveConfig === undefined ? {} : fields.keepAliveConfig;
    this.multipathTCP = fields.multipathTCP === undefined ? false : fields.multipathTCP;
    this.control = fields.control;
    this.resolver = fields.resolver === undefined ? null : fields.resolver;
    this.#check();
  }

  /**
   * Connects to `host:port`, to a host over raw IP, or to the path of a Unix domain socket. Names are looked up, and all
   * their addresses tried: both families of `tcp` in parallel, as RFC 8305 has it. Rejects with an OpError `dial`:
   * `ECONNREFUSED`, `ERR_TIMEOUT`, `ABORT_ERR`, `ERR_DNS`, `ERR_UNKNOWN_NETWORK`, ... Go: Dialer.DialContext.
   */
  dial(network: TCPNetwork, address: string, dialing?: DialOptions): Promise<TCPConn>;
  dial(network: UDPNetwork, address: string, dialing?: DialOptions): Promise<UDPConn>;
  dial(network: IPNetwork, address: string, dialing?: DialOptions): Promise<IPConn>;
  dial(network: UnixNetwork, address: string, dialing?: DialOptions): Promise<UnixConn>;
  dial(network: string, address: string, dialing?: DialOptions): Promise<AnyConn>;
  async dial(network: string, address: string, dialing?: DialOptions): Promise<AnyConn> {
    return told(
      dials,
      () => ({ network, address }),
      () => this.#dial(network, address, dialing),
    );
  }

  async #dial(network: string, address: string, dialing: DialOptions | undefined): Promise<AnyConn> {
    const signal = checkSignal(dialing);
    this.#check();
    checkString("network", network);
    checkAddress(network, address);
    checkAccess("dial", network);
    const limit = { deadline: this.#deadline(), signal };
    let addrs: Target[];
    let parsed: Network;
    try {
      parsed = parseNetwork(network);
      if (address === "") throw ErrMissingAddress;
      addrs = this.#fromLocal(await resolveAddrList(parsed, address, limit, this.resolver ?? undefined));
    } catch (cause) {
      throw new OpError({ op: "dial", net: network, cause: cause as Error });
    }
    const { primaries, fallbacks } =
      network === "tcp" && this.fallbackDelay >= 0
        ? partition(addrs, isIPv4)
        : { primaries: addrs, fallbacks: [] };
    const delay = this.fallbackDelay || DEFAULT_FALLBACK_DELAY;
    return dialParallel(this.#racer(network, parsed), primaries, fallbacks, limit, delay);
  }

  /**
   * Connects to one TCP address, without names or races. A null `laddr` lets the system choose; `raddr` must not be
   * null. Rejects with an OpError `dial`. Go: net.DialTCP, Dialer.DialTCP.
   */
  async dialTCP(
    network: TCPNetwork,
    laddr: TCPAddr | null,
    raddr: TCPAddr,
    dialing?: DialOptions,
  ): Promise<TCPConn> {
    const limit = this.#limit(dialing);
    checkEnds("dial", network, "tcp", laddr, raddr, TCPAddr);
    return one(network, raddr, () => this.#connectTCP(network, laddr, raddr, limit));
  }

  /** Makes a UDP socket with one peer; nothing is sent. Rejects with an OpError `dial`. Go: net.DialUDP, Dialer.DialUDP. */
  async dialUDP(
    network: UDPNetwork,
    laddr: UDPAddr | null,
    raddr: UDPAddr,
    dialing?: DialOptions,
  ): Promise<UDPConn> {
    const limit = this.#limit(dialing);
    checkEnds("dial", network, "udp", laddr, raddr, UDPAddr);
    return one(network, raddr, () => connectUDP({ network, laddr, raddr, control: this.control }, limit));
  }

  /**
   * Connects a raw IP socket to one peer. Needs CAP_NET_RAW. Rejects with an OpError `dial`.
   * Go: net.DialIP, Dialer.DialIP.
   */
  async dialIP(
    network: IPNetwork,
    laddr: IPAddr | null,
    raddr: IPAddr,
    dialing?: DialOptions,
  ): Promise<IPConn> {
    const limit = this.#limit(dialing);
    checkEnds("dial", network, "ip", laddr, raddr, IPAddr);
    const { protocol } = networkOf("dial", network, laddr, raddr);
    return one(network, raddr, () =>
      connectIP({ network, laddr, raddr, protocol, control: this.control }, limit),
    );
  }

  /**
   * Connects a Unix domain socket; a null `laddr` leaves it without a name. Only a `unixgram` with a `laddr` may do
   * without a `raddr`. Rejects with an OpError `dial`. Go: net.DialUnix, Dialer.DialUnix.
   */
  async dialUnix(
    network: UnixNetwork,
    laddr: UnixAddr | null,
    raddr: UnixAddr | null,
    dialing?: DialOptions,
  ): Promise<UnixConn> {
    const limit = this.#limit(dialing);
    const target = isNameless(raddr) ? null : raddr;
    const bindsOnly = network === "unixgram" && target === null && laddr !== null && !isNameless(laddr);
    checkEnds("dial", network, "unix", laddr, bindsOnly ? laddr : target, UnixAddr);
    return one(network, raddr, () =>
      connectUnix({ network, laddr, raddr: target, control: this.control }, limit),
    );
  }

  #connectTCP(network: string, laddr: TCPAddr | null, raddr: TCPAddr, limit: Limit): Promise<TCPConn> {
    const { control, multipathTCP } = this;
    const keepAlive = chosenKeepAlive(this.keepAlive, this.keepAliveConfig);
    return connectTCP({ network, laddr, raddr, multipathTCP, control }, { keepAlive }, limit);
  }

  #racer(network: string, { protocol }: Network): Racer<Target, AnyConn> {
    const laddr = this.localAddr;
    return {
      attempt: (raddr, limit) => this.#connect(network, protocol, raddr, limit),
      refuse: (addr, cause) => new OpError({ op: "dial", net: network, source: laddr, addr, cause }),
      discard: (conn) => conn.close(),
    };
  }

  // That the local address is of the same kind has been seen to.
  #connect(network: string, protocol: number, raddr: Target, limit: Limit): Promise<AnyConn> {
    const { control, localAddr } = this;
    if (raddr instanceof TCPAddr) return this.#connectTCP(network, localAddr as TCPAddr, raddr, limit);
    if (raddr instanceof UDPAddr)
      return connectUDP({ network, laddr: localAddr as UDPAddr, raddr, control }, limit);
    if (raddr instanceof IPAddr)
      return connectIP({ network, laddr: localAddr as IPAddr, raddr, protocol, control }, limit);
    return connectUnix({ network: raddr.net, laddr: localAddr as UnixAddr, raddr, control }, limit);
  }

  #limit(dialing: DialOptions | undefined): Limit {
    const signal = checkSignal(dialing);
    this.#check();
    return { deadline: this.#deadline(), signal };
  }

  // Fields may be changed at any time, so every dial looks at them.
  #check(): void {
    checkDuration("timeout", this.timeout);
    deadlineOf(this.deadline);
    if (this.localAddr !== null) checkAddr("localAddr", this.localAddr);
    checkDuration("fallbackDelay", this.fallbackDelay);
    checkDuration("keepAlive", this.keepAlive);
    checkKeepAlive("keepAliveConfig", this.keepAliveConfig);
    checkBoolean("multipathTCP", this.multipathTCP);
    checkControl(this.control);
    const { resolver } = this;
    if (resolver !== null && !(resolver instanceof Resolver))
      throw invalidArgType("resolver", "a Resolver or null", resolver);
  }

  #deadline(): number {
    const byTimeout = this.timeout === 0 ? Infinity : Date.now() + this.timeout;
    return Math.min(byTimeout, deadlineOf(this.deadline));
  }

  // Keeps what can be reached from the local address.
  #fromLocal(addrs: Target[]): Target[] {
    const local = this.localAddr;
    if (local === null) return addrs;
    if (local.network !== addrs[0]!.network)
      throw new AddrError("mismatched local address type", local.toString());
    const fit = isWild(local as Target)
      ? addrs
      : addrs.filter((addr) => isWild(addr) || isIPv4(addr) === isIPv4(local as Target));
    if (fit.length === 0) throw new AddrError("no suitable address found", local.toString());
    return fit;
  }
}

// A dial of one address.
function one<T>(network: string, raddr: Addr | null, work: () => Promise<T>): Promise<T> {
  return told(dials, () => ({ network, address: String(raddr ?? "") }), work);
}

const isWild = (addr: Target) => addr instanceof UnixAddr || addr.ip === null || addr.ip.isUnspecified();

const isNameless = (addr: unknown) => addr instanceof UnixAddr && addr.name === "";

// Of another network than is dialed, it is refused when that is known: as Go has it, by an AddrError.
function checkAddr(name: string, addr: Addr): void {
  const ours = [TCPAddr, UDPAddr, IPAddr, UnixAddr].some((type) => addr instanceof type);
  if (!ours) throw invalidArgType(name, "a TCPAddr, UDPAddr, IPAddr, UnixAddr or null", addr);
}
