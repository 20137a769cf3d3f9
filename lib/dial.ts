// Go: net/dial.go (Dialer), net/tcpsock.go (DialTCP), net/iprawsock.go (DialIP)
import { type Addr, IPAddr, TCPAddr } from "./addr/index.js";
import { type Deadline, deadlineOf } from "./conn.js";
import { dialParallel, partition, type Racer } from "./dial-parallel.js";
import { isIPv4, type Network, parseNetwork, resolveAddrList, type Target } from "./dns/resolve.js";
import {
  AddrError,
  checkBoolean,
  checkDuration,
  checkSignal,
  checkString,
  ErrMissingAddress,
  invalidArgType,
  OpError,
  UnknownNetworkError,
} from "./errors/index.js";
import { checkAccess } from "./internal/access.js";
import { connectIP, connectTCP } from "./internet-socket.js";
import type { IPConn } from "./ip-conn.js";
import { checkControl, type Control } from "./raw-conn.js";
import type { TCPConn } from "./tcp.js";
import { checkKeepAlive, chosenKeepAlive, type KeepAliveConfig } from "./tcp-keepalive.js";

/** The networks of TCP. */
export type TCPNetwork = "tcp" | "tcp4" | "tcp6";

/** The networks of raw IP: `ip4:icmp`, `ip6:58`, ... */
export type IPNetwork = `ip${"" | "4" | "6"}:${string}`;

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
    this.#check();
  }

  /**
   * Connects to `host:port`, or a raw IP socket to a host. Names are looked up, and all their addresses tried:
   * both families of `tcp` in parallel, as RFC 8305 has it. Rejects with an OpError `dial`: `ECONNREFUSED`,
   * `ERR_TIMEOUT`, `ABORT_ERR`, `ERR_DNS`, `ERR_UNKNOWN_NETWORK`, ... Go: Dialer.DialContext.
   */
  dial(network: TCPNetwork, address: string, dialing?: DialOptions): Promise<TCPConn>;
  dial(network: IPNetwork, address: string, dialing?: DialOptions): Promise<IPConn>;
  dial(network: string, address: string, dialing?: DialOptions): Promise<TCPConn | IPConn>;
  async dial(network: string, address: string, dialing?: DialOptions): Promise<TCPConn | IPConn> {
    const signal = checkSignal(dialing);
    this.#check();
    checkString("network", network);
    checkString("address", address);
    checkAccess("dial", network);
    const limit = { deadline: this.#deadline(), signal };
    const fail = (cause: Error) => new OpError({ op: "dial", net: network, cause });
    let addrs: Target[];
    let parsed: Network;
    try {
      parsed = parseNetwork(network);
      if (address === "") throw ErrMissingAddress;
      addrs = this.#fromLocal(await resolveAddrList(parsed, address, limit));
    } catch (error) {
      throw fail(error as Error);
    }
    const racer = this.#racer(network, parsed);
    const { primaries, fallbacks } =
      network === "tcp" && this.fallbackDelay >= 0
        ? partition(addrs, isIPv4)
        : { primaries: addrs, fallbacks: [] };
    return dialParallel(racer, primaries, fallbacks, limit, this.fallbackDelay || DEFAULT_FALLBACK_DELAY);
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
    const signal = checkSignal(dialing);
    this.#typed(network, /^tcp[46]?$/, laddr, raddr, TCPAddr);
    const spec = { network, laddr, raddr, multipathTCP: this.multipathTCP, control: this.control };
    return connectTCP(spec, this.#keepAlive(), { deadline: this.#deadline(), signal });
  }

  /** Connects a raw IP socket to one peer. Needs CAP_NET_RAW. Rejects with an OpError `dial`. Go: net.DialIP. */
  async dialIP(
    network: IPNetwork,
    laddr: IPAddr | null,
    raddr: IPAddr,
    dialing?: DialOptions,
  ): Promise<IPConn> {
    const signal = checkSignal(dialing);
    this.#typed(network, /^ip/, laddr, raddr, IPAddr);
    const { protocol } = parsedOr(network, laddr, raddr);
    const spec = { network, laddr, raddr, protocol, control: this.control };
    return connectIP(spec, { deadline: this.#deadline(), signal });
  }

  #racer(network: string, { protocol }: Network): Racer<Target, TCPConn | IPConn> {
    const laddr = this.localAddr;
    const { control, multipathTCP } = this;
    return {
      attempt: (raddr, limit) =>
        raddr instanceof TCPAddr
          ? connectTCP(
              { network, laddr: laddr as TCPAddr, raddr, multipathTCP, control },
              this.#keepAlive(),
              limit,
            )
          : connectIP({ network, laddr: laddr as IPAddr, raddr, protocol, control }, limit),
      refuse: (addr, cause) => new OpError({ op: "dial", net: network, source: laddr, addr, cause }),
      discard: (conn) => conn.close(),
    };
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
  }

  #keepAlive() {
    return { keepAlive: chosenKeepAlive(this.keepAlive, this.keepAliveConfig) };
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
    const isWild = ({ ip }: Target) => ip === null || ip.isUnspecified();
    const from = local as Target;
    const fit = isWild(from) ? addrs : addrs.filter((addr) => isWild(addr) || isIPv4(addr) === isIPv4(from));
    if (fit.length === 0) throw new AddrError("no suitable address found", local.toString());
    return fit;
  }

  #typed(
    network: string,
    pattern: RegExp,
    laddr: unknown,
    raddr: unknown,
    type: typeof TCPAddr | typeof IPAddr,
  ): void {
    this.#check();
    checkString("network", network);
    for (const [name, addr] of Object.entries({ laddr, raddr })) {
      if (addr !== null && !(addr instanceof type))
        throw invalidArgType(name, `a ${type.name} or null`, addr);
    }
    checkAccess("dial", network);
    const fields = { op: "dial", net: network, source: laddr as Addr | null, addr: raddr as Addr | null };
    if (!pattern.test(network)) throw new OpError({ ...fields, cause: new UnknownNetworkError(network) });
    if (raddr === null) throw new OpError({ ...fields, cause: ErrMissingAddress });
  }
}

// Of another network than is dialed, it is refused when that is known: as Go has it, by an AddrError.
function checkAddr(name: string, addr: Addr): void {
  const ours = addr instanceof TCPAddr || addr instanceof IPAddr;
  const strange =
    typeof addr !== "object" || typeof addr.network !== "string" || /^(tcp|ip)$/.test(addr.network);
  if (!ours && strange) {
    throw invalidArgType(name, "an address or null", addr);
  }
}

function parsedOr(network: string, source: Addr | null, addr: Addr | null): Network {
  try {
    return parseNetwork(network);
  } catch (cause) {
    throw new OpError({ op: "dial", net: network, source, addr, cause: cause as Error });
  }
}

const plain = new Dialer();

/** As {@link Dialer.dial} of a Dialer without options, or with those given. Go: net.Dial. */
export function dial(network: TCPNetwork, address: string, dialing?: DialOptions): Promise<TCPConn>;
export function dial(network: IPNetwork, address: string, dialing?: DialOptions): Promise<IPConn>;
export function dial(network: string, address: string, dialing?: DialOptions): Promise<TCPConn | IPConn>;
export function dial(network: string, address: string, dialing?: DialOptions): Promise<TCPConn | IPConn> {
  return plain.dial(network, address, dialing);
}

/** As {@link dial}, giving up after `timeout` milliseconds with `ERR_TIMEOUT`. Go: net.DialTimeout. */
export function dialTimeout(network: TCPNetwork, address: string, timeout: number): Promise<TCPConn>;
export function dialTimeout(network: IPNetwork, address: string, timeout: number): Promise<IPConn>;
export async function dialTimeout(
  network: string,
  address: string,
  timeout: number,
): Promise<TCPConn | IPConn> {
  return new Dialer({ timeout: checkDuration("timeout", timeout) }).dial(network, address);
}

/** As {@link Dialer.dialTCP} of a Dialer without options. Go: net.DialTCP. */
export function dialTCP(
  network: TCPNetwork,
  laddr: TCPAddr | null,
  raddr: TCPAddr,
  dialing?: DialOptions,
): Promise<TCPConn> {
  return plain.dialTCP(network, laddr, raddr, dialing);
}

/** As {@link Dialer.dialIP} of a Dialer without options. Go: net.DialIP. */
export function dialIP(
  network: IPNetwork,
  laddr: IPAddr | null,
  raddr: IPAddr,
  dialing?: DialOptions,
): Promise<IPConn> {
  return plain.dialIP(network, laddr, raddr, dialing);
}
