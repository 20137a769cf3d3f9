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
export type {
  HopEvent,
  ProbeErrorEvent,
  ProbeReason,
  ProbeReplyEvent,
  ProbeTimeoutEvent,
  TraceEvent,
} from "./trace/events.js";
export type { TraceHop, TraceNode } from "./trace/hop.js";
export type { TraceMethod, TraceOptions } from "./trace/options.js";
export { Trace, trace } from "./trace/trace.js";
export { type Statistics, Tally } from "./statistics.js";
export type { SocketOptions } from "./options.js";
export type { PathMTU } from "./socket.js";
export type { Targets } from "./sweep/feed.js";
export type { SweepOptions } from "./sweep/options.js";
export type {
  SweepReply,
  SweepResult,
  SweepSendError,
  SweepTimeout,
  SweepUnreachable,
  SweepUnresolved,
} from "./sweep/results.js";
export { Sweep, sweep } from "./sweep/sweep.js";
export type { SweepStatistics } from "./sweep/tally.js";
