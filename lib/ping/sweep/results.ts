import type { Addr } from "../../netip/index.js";
import type { ErrorReason } from "../events.js";

/** What every result of an address has. */
interface OfAddress {
  /** The target that stands for the address, as it was given: a name, an address, a network. */
  readonly target: string;
  readonly addr: Addr;
  /** 1, or which round it was when there are several. */
  readonly round: number;
  /** How many requests had been sent to it in this round. */
  readonly attempts: number;
}

/** It answered; as a duplicate, once more to the same request. */
export interface SweepReply extends OfAddress {
  readonly type: "reply" | "duplicate";
  /** Round-trip time in milliseconds. */
  readonly rtt: number;
  /** TTL or hop limit of the answer; null where the system does not tell. */
  readonly ttl: number | null;
  /** Size of the ICMP message in bytes: the payload and 8. */
  readonly bytes: number;
}

/** A node on the way, or this host, said that it cannot be reached. */
export interface SweepUnreachable extends OfAddress {
  readonly type: "unreachable";
  readonly reason: ErrorReason;
  /** Who said so; null when unknown. */
  readonly from: Addr | null;
  /** Type and code of the ICMP message. */
  readonly icmpType: number;
  readonly icmpCode: number;
  /** The same in words: `Destination Host Unreachable`. */
  readonly message: string;
}

/** No attempt had an answer in time. */
export interface SweepTimeout extends OfAddress {
  readonly type: "timeout";
}

/** No request could be sent to it. */
export interface SweepSendError extends OfAddress {
  readonly type: "send-error";
  /** An OpError `write`: `ENETUNREACH`, `EACCES`, ... */
  readonly error: Error;
}

/** A target that is no address, and no name that has one. */
export interface SweepUnresolved {
  readonly type: "unresolved";
  readonly target: string;
  /** A DNSError, an AddrError, ... */
  readonly error: Error;
}

/** How it went with one address, or a name. Switch on `type`. */
export type SweepResult = SweepReply | SweepUnreachable | SweepTimeout | SweepSendError | SweepUnresolved;
