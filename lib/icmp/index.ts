// Go: x/net/icmp
export { checksum } from "./checksum.js";
export {
  type ErrorMessage,
  errorTypes,
  parseErrorMessage,
  parseQuoted,
  type Quoted,
} from "./error-message.js";
export {
  Echo,
  type EchoFields,
  ipv6PseudoHeader,
  Message,
  type MessageBody,
  type MessageFields,
  parseMessage,
  RawBody,
} from "./message.js";
export { type ICMPNetwork, listenPacket, type ListenOptions } from "./listen.js";
export { MessageError } from "./message-error.js";
export { type ControlFlag, PacketConn } from "./packet-conn.js";
export { type ControlMessage, type ExtendedError, parseControl } from "../internal/socket/control.js";
export type { QueuedError } from "../internal/socket/error-queue.js";
export { ICMPv4Type, ICMPv6Type, type Protocol, protocolICMP, protocolIPv6ICMP } from "./types.js";
