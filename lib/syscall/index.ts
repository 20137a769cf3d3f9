// Go: syscall, golang.org/x/sys/unix
import type { RawConn } from "../raw-conn.js";

export type { RawConn } from "../raw-conn.js";
export * from "./constants.js";
export { type ConstantName, constants } from "./table.js";
export {
  type Descriptor,
  getsockoptBytes,
  getsockoptInt,
  getsockoptString,
  getsockoptUint64,
  setsockoptByte,
  setsockoptBytes,
  setsockoptInt,
  setsockoptString,
  setsockoptUint64,
} from "./sockopt.js";
export {
  getsockoptICMPv6Filter,
  getsockoptInet4Addr,
  getsockoptLinger,
  getsockoptTimeval,
  getsockoptUcred,
  type ICMPv6Filter,
  type IPMreq,
  type IPMreqn,
  type IPv6Mreq,
  type Linger,
  setsockoptICMPv6Filter,
  setsockoptInet4Addr,
  setsockoptIPMreq,
  setsockoptIPMreqn,
  setsockoptIPv6Mreq,
  setsockoptLinger,
  setsockoptTimeval,
  type Ucred,
} from "./structs.js";
export { getsockoptTCPInfo, type TCPInfo } from "./tcp-info.js";
export {
  attachFilter,
  attachReusePortCBPF,
  detachFilter,
  detachReusePortBPF,
  type RawInstruction,
} from "./bpf-filter.js";
export {
  type Cmsghdr,
  cmsgLen,
  cmsgSpace,
  parseSocketControlMessage,
  parseUnixCredentials,
  parseUnixRights,
  type SocketControlMessage,
  unixCredentials,
  unixRights,
} from "./control-message.js";

/** What has a descriptor to lend: every connection and listener. Go: syscall.Conn. */
export interface Conn {
  /** Access to the descriptor; works after close too, and its operations then fail. Go: Conn.SyscallConn. */
  syscallConn(): RawConn;
}
