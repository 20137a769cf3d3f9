import type { IPAddr } from "../../addr/index.js";
import { type Statistics, Tally } from "../statistics.js";

/** Who answered at a hop. */
export interface TraceNode {
  readonly addr: IPAddr;
  /** How many answers came from there. */
  readonly received: number;
}

/** A place on the way, with its figures so far: the object lives as long as the run. */
export interface TraceHop {
  /** The TTL or hop limit that gets there. */
  readonly ttl: number;
  /** Who answered here, in order of appearance: several where packets go several ways. */
  readonly nodes: readonly TraceNode[];
  /** Counts, loss and times of the probes that were sent here. A probe on its way is no loss. */
  readonly statistics: Statistics;
  /** Round-trip time of the last answer in milliseconds; null before the first. */
  readonly last: number | null;
  /** Whether the path ends here: at the target, or at who refuses to go on. */
  readonly final: boolean;
}

/** What is on its way is not lost yet: a hop that gets one probe a second would never look well. */
class HopTally extends Tally {
  /** How many of its probes nothing more is expected of. */
  settled = 0;

  override get loss(): number {
    return this.settled === 0 ? 0 : (this.settled - this.received) / this.settled;
  }
}

/** A hop as the run keeps it. */
export class Hop implements TraceHop {
  readonly ttl: number;
  readonly nodes: { readonly addr: IPAddr; received: number }[] = [];
  readonly statistics = new HopTally();
  last: number | null = null;
  final = false;

  constructor(ttl: number) {
    this.ttl = ttl;
  }

  /** One of its probes was answered. */
  answered(from: IPAddr | null, rtt: number): void {
    this.last = rtt;
    this.statistics.received++;
    this.statistics.time(rtt);
    if (from === null) return;
    const known = this.nodes.find(({ addr }) => addr.toString() === from.toString());
    if (known === undefined) this.nodes.push({ addr: from, received: 1 });
    else known.received++;
  }
}
