// Go: net/netip
export { Addr, type BitLen, parseAddr } from "./addr.js";
export {
  addrFrom16,
  addrFrom4,
  addrFromSlice,
  ipv4Unspecified,
  ipv6LinkLocalAllNodes,
  ipv6LinkLocalAllRouters,
  ipv6Loopback,
  ipv6Unspecified,
  mustParseAddr,
} from "./addr-from.js";
export { AddrPort, addrPortFrom, mustParseAddrPort, parseAddrPort } from "./addr-port.js";
export { LiteralError } from "./literal-error.js";
export { mustParsePrefix, parsePrefix, Prefix, prefixFrom } from "./prefix.js";
export { type PrefixEntry, PrefixTable } from "./prefix-table.js";
