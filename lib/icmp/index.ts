// Go: x/net/icmp
export { checksum } from "./checksum.js";
export {
  type ErrorMessage,
  errorTypes,
  parseErrorMessage,
  parseQuoted,
  type Quoted,
} from "./error-message.js";
export { type MessageBody, RawBody, RawBody as DefaultMessageBody } from "./body.js";
export {
  Echo,
  type EchoFields,
  ExtendedEchoReply,
  type ExtendedEchoReplyFields,
  ExtendedEchoRequest,
  type ExtendedEchoRequestFields,
} from "./echo.js";
export {
  DstUnreach,
  PacketTooBig,
  ParamProb,
  type ParamProbFields,
  type QuoteFields,
  TimeExceeded,
} from "./error-bodies.js";
export { type Extension, RawExtension } from "./extension.js";
export { InterfaceIdent, type InterfaceIdentFields } from "./interface-ident.js";
export { InterfaceInfo, type InterfaceInfoFields, type RemoteInterface } from "./interface-info.js";
export { type MPLSLabel, MPLSLabelStack } from "./mpls.js";
export { ipv6PseudoHeader, Message, type MessageFields, parseMessage } from "./message.js";
export { parseIPv4Header } from "./ip-header.js";
export { type ICMPNetwork, listenPacket, type ListenOptions } from "./listen.js";
export { MessageError } from "./message-error.js";
export { type ControlFlag, PacketConn } from "./packet-conn.js";
export { type ControlMessage, type ExtendedError, parseControl } from "../internal/socket/control.js";
export type { QueuedError } from "../internal/socket/error-queue.js";
export { ICMPv4Type, ICMPv6Type, type Protocol, protocolICMP, protocolIPv6ICMP } from "./types.js";
