export type {
  ErrorEvent,
  ErrorReason,
  PingEvent,
  ReplyEvent,
  SendErrorEvent,
  SentEvent,
  TimeoutEvent,
} from "./events.js";
export type { PingOptions } from "./options.js";
export { PermissionError } from "./permission-error.js";
export { Ping, ping } from "./ping.js";
export type { Statistics } from "./statistics.js";
