// Go: net/dial.go (Listen, ListenPacket), net/tcpsock.go (ListenTCP), net/udpsock.go, net/iprawsock.go, net/unixsock.go
import type { IPAddr, TCPAddr, UDPAddr, UnixAddr } from "./addr/index.js";
import type { DialOptions } from "./dialer.js";
import type { IPConn } from "./ip-conn.js";
import { ListenConfig, type UnixListenNetwork } from "./listen-config.js";
import type { IPNetwork, TCPNetwork, UDPNetwork } from "./networks.js";
import type { TCPListener } from "./tcp.js";
import type { UDPConn } from "./udp-conn.js";
import type { UnixConn } from "./unix-conn.js";
import type { UnixListener } from "./unix-listener.js";

const plain = new ListenConfig();

/** As {@link ListenConfig.listen} without options. Go: net.Listen. */
export function listen(network: TCPNetwork, address: string, listening?: DialOptions): Promise<TCPListener>;
export function listen(
  network: UnixListenNetwork,
  address: string,
  listening?: DialOptions,
): Promise<UnixListener>;
export function listen(
  network: string,
  address: string,
  listening?: DialOptions,
): Promise<TCPListener | UnixListener>;
export function listen(
  network: string,
  address: string,
  listening?: DialOptions,
): Promise<TCPListener | UnixListener> {
  return plain.listen(network, address, listening);
}

/** As {@link ListenConfig.listenPacket} without options. Go: net.ListenPacket. */
export function listenPacket(network: UDPNetwork, address: string, listening?: DialOptions): Promise<UDPConn>;
export function listenPacket(network: IPNetwork, address: string, listening?: DialOptions): Promise<IPConn>;
export function listenPacket(
  network: "unixgram",
  address: string,
  listening?: DialOptions,
): Promise<UnixConn>;
export function listenPacket(
  network: string,
  address: string,
  listening?: DialOptions,
): Promise<UDPConn | IPConn | UnixConn>;
export function listenPacket(
  network: string,
  address: string,
  listening?: DialOptions,
): Promise<UDPConn | IPConn | UnixConn> {
  return plain.listenPacket(network, address, listening);
}

/** As {@link ListenConfig.listenTCP} without options. Go: net.ListenTCP. */
export function listenTCP(network: TCPNetwork, laddr: TCPAddr | null): Promise<TCPListener> {
  return plain.listenTCP(network, laddr);
}

/** As {@link ListenConfig.listenUDP} without options. Go: net.ListenUDP. */
export function listenUDP(network: UDPNetwork, laddr: UDPAddr | null): Promise<UDPConn> {
  return plain.listenUDP(network, laddr);
}

/** As {@link ListenConfig.listenMulticastUDP} without options. Go: net.ListenMulticastUDP. */
export function listenMulticastUDP(
  network: UDPNetwork,
  ifi: { readonly index: number } | null,
  gaddr: UDPAddr,
): Promise<UDPConn> {
  return plain.listenMulticastUDP(network, ifi, gaddr);
}

/** As {@link ListenConfig.listenIP} without options. Go: net.ListenIP. */
export function listenIP(network: IPNetwork, laddr: IPAddr | null): Promise<IPConn> {
  return plain.listenIP(network, laddr);
}

/** As {@link ListenConfig.listenUnix} without options. Go: net.ListenUnix. */
export function listenUnix(network: UnixListenNetwork, laddr: UnixAddr): Promise<UnixListener> {
  return plain.listenUnix(network, laddr);
}

/** As {@link ListenConfig.listenUnixgram} without options. Go: net.ListenUnixgram. */
export function listenUnixgram(network: "unixgram", laddr: UnixAddr): Promise<UnixConn> {
  return plain.listenUnixgram(network, laddr);
}
