import type { Addr, IPAddr } from "../../addr/index.js";
import type { Report } from "../describe.js";
import type { MPLSLabel } from "../../icmp/index.js";

/** Between whom probes go. */
export interface Ends {
  readonly family: 4 | 6;
  readonly target: IPAddr;
  /** Null to leave it to the system. */
  readonly local: IPAddr | null;
}

/** A probe, and what is known of it by ourselves: nothing here was ever in a packet that could be forged. */
export interface Probe {
  /** 1 for the first of the run, then the next that is free, without end. */
  readonly number: number;
  readonly ttl: number;
  /** Which of its hop's probes it is: 1 for the first. */
  readonly query: number;
  /** When it was made, by the monotonic clock in milliseconds. */
  readonly made: number;
  /** When it was sent, by the clock of the kernel's timestamps: microseconds since 1970; NaN before that. */
  sent: number;
}

/** What became of a probe, as somebody told who must have seen it. */
export interface Answer {
  readonly probe: Probe;
  readonly from: IPAddr | null;
  /** What an ICMP message said; null when the target answered in the protocol of the probe. */
  readonly report: Report | null;
  /** When it arrived, in microseconds since 1970; null when the kernel did not say. */
  readonly at: number | null;
  readonly ttl: number | null;
  readonly mpls: readonly MPLSLabel[];
}

/** Sends probes of one kind to one target, and hands on what is the answer to one of them. */
export interface Prober {
  /** Whether it needed a right that not everybody has. */
  readonly privileged: boolean;
  /** Where the probes come from, as far as that is one place. */
  readonly localAddr: Addr | null;
  /** Whether the event loop is to have a turn between two probes. */
  readonly oneByOne: boolean;
  /** Hands every answer to `take`, until it is closed. Rejects when that keeps failing. */
  listen(take: (answer: Answer) => void): Promise<void>;
  /** Whether no probe is waited for that could be taken for one of this number. */
  isFree(number: number): boolean;
  /** Sends a probe, and notes when. Rejects with what keeps it from being sent. */
  send(probe: Probe): Promise<void>;
  /** Hands on what has arrived by now. */
  check(): void;
  /** Nothing more is expected of a probe. */
  forget(probe: Probe): void;
  close(): void;
}
