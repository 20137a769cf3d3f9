import type { IP, IPAddr } from "../addr/index.js";

/** A request went out; or is about to, where the system makes it wait. */
export interface SentEvent {
  readonly type: "sent";
  /** The sequence number on the wire: 1 for the first, 0 after 65535. */
  readonly seq: number;
}

/** An answer came: the first to its request, or one more. */
export interface ReplyEvent {
  readonly type: "reply" | "duplicate";
  readonly seq: number;
  readonly addr: IPAddr;
  /** Size of the ICMP message in bytes: the payload and 8. */
  readonly bytes: number;
  /** TTL or hop limit with which it arrived; null where the system does not tell. */
  readonly ttl: number | null;
  /** Round-trip time in milliseconds, to the fraction of a microsecond: 0 to 2^31 microseconds. */
  readonly rtt: number;
  /** The routers that noted themselves, there and back; absent unless that was asked for. */
  readonly route?: readonly IP[];
}

/** What an {@link ErrorEvent} says happened to the request. */
export type ErrorReason =
  | "unreachable"
  | "time-exceeded"
  | "packet-too-big"
  | "parameter-problem"
  | "redirect";

/** A node on the way reported on a request. A redirect is only told: that request still went on. */
export interface ErrorEvent {
  readonly type: "error";
  readonly seq: number;
  readonly reason: ErrorReason;
  /** The node that reported it; null when unknown. */
  readonly addr: IPAddr | null;
  /** Type and code of its ICMP message. */
  readonly icmpType: number;
  readonly icmpCode: number;
  /** The same in words: `Destination Host Unreachable`. */
  readonly message: string;
}

/** A request has had no answer within the timeout. One may still come, and is then a reply like any other. */
export interface TimeoutEvent {
  readonly type: "timeout";
  readonly seq: number;
}

/** A request could not be sent. */
export interface SendErrorEvent {
  readonly type: "send-error";
  readonly seq: number;
  /** An OpError `write`: `ENETUNREACH`, `EMSGSIZE`, `EPERM`, ... */
  readonly error: Error;
}

/** What happens while pinging. Switch on `type`. */
export type PingEvent = SentEvent | ReplyEvent | ErrorEvent | TimeoutEvent | SendErrorEvent;
