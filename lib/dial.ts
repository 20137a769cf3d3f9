// Go: net/dial.go (Dial, DialTimeout), net/tcpsock.go (DialTCP), net/udpsock.go, net/iprawsock.go, net/unixsock.go
import type { IPAddr, TCPAddr, UDPAddr, UnixAddr, UnixNetwork } from "./addr/index.js";
import { type AnyConn, Dialer, type DialOptions } from "./dialer.js";
import { checkDuration } from "./errors/index.js";
import type { IPConn } from "./ip-conn.js";
import type { IPNetwork, TCPNetwork, UDPNetwork } from "./networks.js";
import type { TCPConn } from "./tcp.js";
import type { UDPConn } from "./udp-conn.js";
import type { UnixConn } from "./unix-conn.js";

const plain = new Dialer();

/** As {@link Dialer.dial} of a Dialer without options. Go: net.Dial. */
export function dial(network: TCPNetwork, address: string, dialing?: DialOptions): Promise<TCPConn>;
export function dial(network: UDPNetwork, address: string, dialing?: DialOptions): Promise<UDPConn>;
export function dial(network: IPNetwork, address: string, dialing?: DialOptions): Promise<IPConn>;
export function dial(network: UnixNetwork, address: string, dialing?: DialOptions): Promise<UnixConn>;
export function dial(network: string, address: string, dialing?: DialOptions): Promise<AnyConn>;
export function dial(network: string, address: string, dialing?: DialOptions): Promise<AnyConn> {
  return plain.dial(network, address, dialing);
}

/** As {@link dial}, giving up after `timeout` milliseconds with `ERR_TIMEOUT`. Go: net.DialTimeout. */
export function dialTimeout(network: TCPNetwork, address: string, timeout: number): Promise<TCPConn>;
export function dialTimeout(network: UDPNetwork, address: string, timeout: number): Promise<UDPConn>;
export function dialTimeout(network: IPNetwork, address: string, timeout: number): Promise<IPConn>;
export function dialTimeout(network: UnixNetwork, address: string, timeout: number): Promise<UnixConn>;
export function dialTimeout(network: string, address: string, timeout: number): Promise<AnyConn>;
export async function dialTimeout(network: string, address: string, timeout: number): Promise<AnyConn> {
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

/** As {@link Dialer.dialUDP} of a Dialer without options. Go: net.DialUDP. */
export function dialUDP(
  network: UDPNetwork,
  laddr: UDPAddr | null,
  raddr: UDPAddr,
  dialing?: DialOptions,
): Promise<UDPConn> {
  return plain.dialUDP(network, laddr, raddr, dialing);
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

/** As {@link Dialer.dialUnix} of a Dialer without options. Go: net.DialUnix. */
export function dialUnix(
  network: UnixNetwork,
  laddr: UnixAddr | null,
  raddr: UnixAddr | null,
  dialing?: DialOptions,
): Promise<UnixConn> {
  return plain.dialUnix(network, laddr, raddr, dialing);
}
