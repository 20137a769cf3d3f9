// Go: golang.org/x/net/ipv6
export type { RawInstruction } from "../syscall/index.js";
export type { GroupAddr, InterfaceIndex } from "../ip-options/group-request.js";
export type { ReceivedWithControl } from "../ip-options/packet-handle.js";
export type { PacketSocket } from "../ip-options/wrapped.js";
export { MessageBatch, type MessageBatchFields } from "../internal/socket/message-batch.js";
export { Conn, newConn, type ServiceOptions } from "./conn.js";
export {
  type ControlFlags,
  ControlMessage,
  type ControlMessageFields,
  flagDst,
  flagHopLimit,
  flagInterface,
  flagPathMTU,
  flagSrc,
  flagTrafficClass,
  newControlMessage,
} from "./control-message.js";
export { Header, headerLen, parseHeader, version } from "./header.js";
export { ICMPFilter } from "./icmp-filter.js";
export * from "./icmp-type.js";
export { type Checksum, newPacketConn, PacketConn } from "./packet-conn.js";
