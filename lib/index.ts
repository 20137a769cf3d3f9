// Go: net
export * from "./addr/index.js";
export { Buffers } from "./buffers.js";
export { Conn, type Deadline, Handle } from "./conn.js";
export { dial, dialIP, dialTCP, dialTimeout, dialUDP, dialUnix } from "./dial.js";
export { type AnyConn, Dialer, type DialerFields, type DialOptions } from "./dialer.js";
export {
  lookupAddr,
  lookupCNAME,
  lookupHost,
  lookupIP,
  lookupMX,
  lookupNS,
  lookupPort,
  lookupSRV,
  lookupTXT,
} from "./dns/lookup.js";
export type { MX, NS, SRV } from "./dns/records.js";
export { defaultResolver, type LookupOptions, Resolver, type ResolverFields } from "./dns/resolver.js";
export type { ResolverConn, ResolverDial } from "./dns/transport.js";
export {
  AddrError,
  CanceledError,
  DNSError,
  type DNSErrorFields,
  ErrClosed,
  ErrClosedPipe,
  ErrDeadlineExceeded,
  ErrInvalidInterfaceIndex,
  ErrInvalidInterfaceName,
  ErrMissingAddress,
  ErrNoSuchInterface,
  Errno,
  ErrTimeout,
  ErrUnexpectedEOF,
  ErrWriteToConnected,
  InvalidAddrError,
  isClosed,
  isTemporary,
  isTimeout,
  NetError,
  OpError,
  type OpErrorFields,
  ParseError,
  SentinelError,
  SyscallError,
  UnknownNetworkError,
} from "./errors/index.js";
export { File, listenFds } from "./file.js";
export { fileConn, fileListener, filePacketConn } from "./file-conn.js";
export type { Received, ReceivedFrom } from "./internal/socket/message.js";
export { MessageBatch, type MessageBatchFields } from "./internal/socket/message-batch.js";
export { Interface, interfaceAddrs, interfaceByIndex, interfaceByName, interfaces } from "./interface.js";
export { IPConn } from "./ip-conn.js";
export {
  listen,
  listenIP,
  listenMulticastUDP,
  listenPacket,
  listenTCP,
  listenUDP,
  listenUnix,
  listenUnixgram,
} from "./listen.js";
export { ListenConfig, type ListenConfigFields, type UnixListenNetwork } from "./listen-config.js";
export { LimitedReader, type Reader, type Writer } from "./limited-reader.js";
export { type AcceptOptions, Listener } from "./listener.js";
export { MessageConn } from "./message-conn.js";
export type { IPNetwork, TCPNetwork, UDPNetwork } from "./networks.js";
export { PacketConn } from "./packet-conn.js";
export { pipe, type PipeConn } from "./pipe.js";
export { type Control, RawConn } from "./raw-conn.js";
export { resolveIPAddr, resolveTCPAddr, resolveUDPAddr, resolveUnixAddr } from "./resolve-addr.js";
export { TCPConn, type TCPDefaults, TCPListener } from "./tcp.js";
export type { KeepAliveConfig } from "./tcp-keepalive.js";
export type { Source } from "./transfer.js";
export { UDPConn } from "./udp-conn.js";
export { UnixConn } from "./unix-conn.js";
export { UnixListener } from "./unix-listener.js";
