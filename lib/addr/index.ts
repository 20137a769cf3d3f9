export type { Addr } from "./addr.js";
export type { IPFields } from "./arguments.js";
export {
  flagBroadcast,
  flagLoopback,
  flagMulticast,
  flagPointToPoint,
  flagRunning,
  Flags,
  flagUp,
} from "./flags.js";
export { HardwareAddr, parseMAC } from "./hardware-addr.js";
export { joinHostPort, splitHostPort } from "./host-port.js";
export { IPAddr } from "./ip-addr.js";
export { cidrMask, IPMask, ipv4Mask } from "./ip-mask.js";
export { IPNet, type IPNetFields, parseCIDR } from "./ip-net.js";
export {
  IP,
  ipv4,
  ipv4allrouter,
  ipv4allsys,
  ipv4bcast,
  ipv4len,
  ipv4zero,
  ipv6interfacelocalallnodes,
  ipv6len,
  ipv6linklocalallnodes,
  ipv6linklocalallrouters,
  ipv6loopback,
  ipv6unspecified,
  ipv6zero,
  parseIP,
} from "./ip.js";
export type { PortAddrFields } from "./port-addr.js";
export { TCPAddr, tcpAddrFromAddrPort } from "./tcp-addr.js";
export { UDPAddr, udpAddrFromAddrPort } from "./udp-addr.js";
export { UnixAddr, type UnixAddrFields, type UnixNetwork } from "./unix-addr.js";
