import type { IPAddr } from "../../addr/index.js";
import type { MPLSLabel } from "../../icmp/index.js";
import type { ErrorReason } from "../events.js";
import type { TraceHop } from "./hop.js";

/** Why a probe was answered: the target itself did, or a node told what became of it. */
export type ProbeReason = "reached" | Exclude<ErrorReason, "redirect">;

/** A probe was answered. */
export interface ProbeReplyEvent {
  readonly type: "reply";
  /** The TTL or hop limit that the probe was sent with. */
  readonly ttl: number;
  /** Which of this hop's probes it was: 1 for the first. */
  readonly query: number;
  /** Who answered; null when unknown. */
  readonly addr: IPAddr | null;
  /** Round-trip time in milliseconds, to the fraction of a microsecond. */
  readonly rtt: number;
  /** `time-exceeded` is what every router on the way says; everything else ends the path. */
  readonly reason: ProbeReason;
  /** What people know from other tools: `!H`, `!N`, `!X`, `!F-1400`; empty where all is well. */
  readonly flag: string;
  /** The same in words. */
  readonly message: string;
  /** Type and code of the ICMP message; null when the target answered in the protocol of the probe. */
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  /** The MTU of the link that the probe did not fit; null otherwise. */
  readonly mtu: number | null;
  /** TTL or hop limit with which the answer arrived; null where the system does not tell. */
  readonly replyTTL: number | null;
  /** The labels that the probe had when it was dropped, as its router tells (RFC 4950); empty when it does not. */
  readonly mpls: readonly MPLSLabel[];
}

/** A probe had no answer in time. One that comes later is ignored. */
export interface ProbeTimeoutEvent {
  readonly type: "timeout";
  readonly ttl: number;
  readonly query: number;
}

/** A probe could not be sent, although others could. */
export interface ProbeErrorEvent {
  readonly type: "send-error";
  readonly ttl: number;
  readonly query: number;
  /** An OpError: `EMSGSIZE`, `ENOBUFS`, `EPERM`, ... */
  readonly error: Error;
}

/** All is known of a hop. Hops are told in order, each once. */
export interface HopEvent {
  readonly type: "hop";
  readonly hop: TraceHop;
}

/** What happens while tracing. Switch on `type`. */
export type TraceEvent = ProbeReplyEvent | ProbeTimeoutEvent | ProbeErrorEvent | HopEvent;
