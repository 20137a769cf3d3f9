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
export type {
  HopEvent,
  MPLSLabelEntry,
  ProbeErrorEvent,
  ProbeReason,
  ProbeReplyEvent,
  ProbeTimeoutEvent,
  TraceEvent,
} from "./trace/events.js";
export type { TraceHop, TraceNode } from "./trace/hop.js";
export type { TraceMethod, TraceOptions } from "./trace/options.js";
export { Trace, trace } from "./trace/trace.js";
