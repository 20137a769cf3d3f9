// Go: golang.org/x/net/ipv4
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
  flagInterface,
  flagSrc,
  flagTOS,
  flagTTL,
  newControlMessage,
} from "./control-message.js";
export {
  dontFragment,
  Header,
  type HeaderFields,
  type HeaderFlags,
  headerLen,
  moreFragments,
  parseHeader,
  version,
} from "./header.js";
export { ICMPFilter } from "./icmp-filter.js";
export * from "./icmp-type.js";
export { newPacketConn, PacketConn } from "./packet-conn.js";
export { newRawConn, RawConn, type ReceivedPacket } from "./raw-conn.js";
