// Go: net
export * from "./addr/index.js";
export { Conn, type Deadline, Handle } from "./conn.js";
export {
  dial,
  Dialer,
  type DialerFields,
  dialIP,
  type DialOptions,
  dialTCP,
  dialTimeout,
  type IPNetwork,
  type TCPNetwork,
} from "./dial.js";
export {
  AddrError,
  CanceledError,
  DNSError,
  type DNSErrorFields,
  ErrClosed,
  ErrDeadlineExceeded,
  ErrMissingAddress,
  Errno,
  ErrTimeout,
  ErrUnexpectedEOF,
  ErrWriteToConnected,
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
export { IPConn } from "./ip-conn.js";
export {
  listen,
  ListenConfig,
  type ListenConfigFields,
  listenIP,
  listenPacket,
  listenTCP,
} from "./listen.js";
export { PacketConn } from "./packet-conn.js";
export { type Control, RawConn } from "./raw-conn.js";
export { type AcceptOptions, TCPConn, type TCPDefaults, TCPListener } from "./tcp.js";
export type { KeepAliveConfig } from "./tcp-keepalive.js";
