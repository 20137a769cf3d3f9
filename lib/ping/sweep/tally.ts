import { type Statistics, Tally } from "../statistics.js";

/** How a sweep has gone so far. Times are milliseconds. */
export interface SweepStatistics extends Statistics {
  /** Addresses that the targets read so far stand for; of large networks of IPv6 the nearest number there is. */
  readonly addresses: number;
  /** Whether all targets were read. */
  readonly complete: boolean;
  /** Addresses that were begun with, counted in each round. Those that answered are `received`. */
  readonly begun: number;
  /** Addresses of which a node said that they cannot be reached, or that nothing could be sent to. */
  readonly unreachable: number;
  /** Addresses that no attempt had an answer from. */
  readonly silent: number;
  /** Names without an address, and targets that are neither. */
  readonly unresolved: number;
}

/** Counts what a sweep does. */
export class SweepTally extends Tally implements SweepStatistics {
  addresses = 0;
  complete = false;
  begun = 0;
  unreachable = 0;
  silent = 0;
  unresolved = 0;
}
