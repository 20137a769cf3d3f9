// Go: net/sockopt_posix.go, net/tcpsockopt_unix.go, x/net/ipv4/sockopt.go, x/net/ipv6/sockopt.go
import { binding } from "../binding.js";
import { errno, SyscallError } from "../../errors/index.js";
import { setOptionError } from "./option-error.js";

/** A socket option: the platform's numbers of its level and name; -1 where the system has no such option. */
export interface Option {
  readonly level: number;
  readonly name: number;
}

// Looked up once: some of these are set on every connection.
function option(level: string, name: string): Option {
  const { constants } = binding;
  const known = constants[level] !== undefined && constants[name] !== undefined;
  return known ? { level: constants[level]!, name: constants[name]! } : { level: -1, name: -1 };
}

/** Every option this library sets by itself. A new one is a row; a platform that lacks the name refuses it. */
export const options = {
  broadcast: option("SOL_SOCKET", "SO_BROADCAST"),
  error: option("SOL_SOCKET", "SO_ERROR"),
  filter: option("SOL_SOCKET", "SO_GET_FILTER"),
  keepAlive: option("SOL_SOCKET", "SO_KEEPALIVE"),
  linger: option("SOL_SOCKET", "SO_LINGER"),
  peekOffset: option("SOL_SOCKET", "SO_PEEK_OFF"),
  readBuffer: option("SOL_SOCKET", "SO_RCVBUF"),
  readBufferForce: option("SOL_SOCKET", "SO_RCVBUFFORCE"),
  reuseAddr: option("SOL_SOCKET", "SO_REUSEADDR"),
  reusePort: option("SOL_SOCKET", "SO_REUSEPORT"),
  timestampNs: option("SOL_SOCKET", "SO_TIMESTAMPNS"),
  writeBuffer: option("SOL_SOCKET", "SO_SNDBUF"),

  noDelay: option("IPPROTO_TCP", "TCP_NODELAY"),
  keepCount: option("IPPROTO_TCP", "TCP_KEEPCNT"),
  keepIdle: option("IPPROTO_TCP", "TCP_KEEPIDLE"),
  keepInterval: option("IPPROTO_TCP", "TCP_KEEPINTVL"),

  multicastInterface: option("IPPROTO_IP", "IP_MULTICAST_IF"),
  multicastLoop: option("IPPROTO_IP", "IP_MULTICAST_LOOP"),
  addMembership: option("IPPROTO_IP", "IP_ADD_MEMBERSHIP"),
  multicastInterface6: option("IPPROTO_IPV6", "IPV6_MULTICAST_IF"),
  multicastLoop6: option("IPPROTO_IPV6", "IPV6_MULTICAST_LOOP"),
  joinGroup6: option("IPPROTO_IPV6", "IPV6_JOIN_GROUP"),

  bindAddressNoPort: option("IPPROTO_IP", "IP_BIND_ADDRESS_NO_PORT"),
  headerIncluded: option("IPPROTO_IP", "IP_HDRINCL"),
  multicastTTL: option("IPPROTO_IP", "IP_MULTICAST_TTL"),
  packetInfo: option("IPPROTO_IP", "IP_PKTINFO"),
  recvTOS: option("IPPROTO_IP", "IP_RECVTOS"),
  tos: option("IPPROTO_IP", "IP_TOS"),
  ttl: option("IPPROTO_IP", "IP_TTL"),
  recvTTL: option("IPPROTO_IP", "IP_RECVTTL"),
  recvErr: option("IPPROTO_IP", "IP_RECVERR"),
  recvErrExtensions: option("IPPROTO_IP", "IP_RECVERR_RFC4884"),
  mtuDiscover: option("IPPROTO_IP", "IP_MTU_DISCOVER"),

  v6Only: option("IPPROTO_IPV6", "IPV6_V6ONLY"),
  hopLimit: option("IPPROTO_IPV6", "IPV6_UNICAST_HOPS"),
  recvHopLimit: option("IPPROTO_IPV6", "IPV6_RECVHOPLIMIT"),
  recvErr6: option("IPPROTO_IPV6", "IPV6_RECVERR"),
  recvErrExtensions6: option("IPPROTO_IPV6", "IPV6_RECVERR_RFC4884"),
  mtuDiscover6: option("IPPROTO_IPV6", "IPV6_MTU_DISCOVER"),
  checksum6: option("IPPROTO_IPV6", "IPV6_CHECKSUM"),
  multicastHops6: option("IPPROTO_IPV6", "IPV6_MULTICAST_HOPS"),
  pathMTU: option("IPPROTO_IPV6", "IPV6_PATHMTU"),
  recvPacketInfo6: option("IPPROTO_IPV6", "IPV6_RECVPKTINFO"),
  recvPathMTU: option("IPPROTO_IPV6", "IPV6_RECVPATHMTU"),
  recvTrafficClass: option("IPPROTO_IPV6", "IPV6_RECVTCLASS"),
  trafficClass: option("IPPROTO_IPV6", "IPV6_TCLASS"),

  bindToDevice: option("SOL_SOCKET", "SO_BINDTODEVICE"),
  icmpFilter: option("SOL_RAW", "ICMP_FILTER"),
  icmp6Filter: option("IPPROTO_ICMPV6", "ICMP6_FILTER"),

  udpSegment: option("SOL_UDP", "UDP_SEGMENT"),
  udpGRO: option("SOL_UDP", "UDP_GRO"),

  mptcpInfo: option("SOL_MPTCP", "MPTCP_INFO"),
} as const;

/** What changes the groups and sources that a socket hears, alike at the level of either family: RFC 3678 section 5. */
const groupsAt = (level: string) => ({
  join: option(level, "MCAST_JOIN_GROUP"),
  leave: option(level, "MCAST_LEAVE_GROUP"),
  joinSource: option(level, "MCAST_JOIN_SOURCE_GROUP"),
  leaveSource: option(level, "MCAST_LEAVE_SOURCE_GROUP"),
  blockSource: option(level, "MCAST_BLOCK_SOURCE"),
  unblockSource: option(level, "MCAST_UNBLOCK_SOURCE"),
});

/** The same requests for groups of IPv4 and of IPv6. */
export const groupOptions = { ipv4: groupsAt("IPPROTO_IP"), ipv6: groupsAt("IPPROTO_IPV6") } as const;

const ENOPROTOOPT = -errno("ENOPROTOOPT");
const int = new Int32Array(1);
const intBytes = new Uint8Array(int.buffer);

/** setsockopt(2) of bytes as they are: 0, or minus errno; `-ENOPROTOOPT` where the system has no such option. */
export function trySetBytes(fd: number, { level, name }: Option, value: Uint8Array): number {
  return level < 0 ? ENOPROTOOPT : binding.setsockopt(fd, level, name, value);
}

/** setsockopt(2) of a C int: 0, or minus errno. */
export function trySetInt(fd: number, which: Option, value: number): number {
  int[0] = value;
  return trySetBytes(fd, which, intBytes);
}

/** setsockopt(2) of a C int. Throws a SyscallError. */
export function setInt(fd: number, which: Option, value: number): void {
  check(which, trySetInt(fd, which, value));
}

/** setsockopt(2) of bytes. Throws a SyscallError. */
export function setBytes(fd: number, which: Option, value: Uint8Array): void {
  check(which, trySetBytes(fd, which, value));
}

/** getsockopt(2) into bytes: the length, or minus errno. */
export function tryGetBytes(fd: number, { level, name }: Option, value: Uint8Array): number {
  return level < 0 ? ENOPROTOOPT : binding.getsockopt(fd, level, name, value);
}

/** getsockopt(2) into bytes: the length. Throws a SyscallError. */
export function getBytes(fd: number, which: Option, value: Uint8Array): number {
  const result = tryGetBytes(fd, which, value);
  if (result < 0) throw new SyscallError("getsockopt", result);
  return result;
}

/** getsockopt(2) of a C int. Throws a SyscallError. */
export function getInt(fd: number, which: Option): number {
  getBytes(fd, which, intBytes);
  return int[0]!;
}

/** getsockopt(2) of a C int that is never negative: its value, or minus errno. */
export function tryGetInt(fd: number, which: Option): number {
  const result = tryGetBytes(fd, which, intBytes);
  return result < 0 ? result : int[0]!;
}

function check({ level, name }: Option, result: number): void {
  if (result < 0) throw setOptionError(level, name, result);
}
