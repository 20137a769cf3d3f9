// Go: net/dnsclient.go (SRV, MX, NS, byPriorityWeight, byPref); RFC 2782, RFC 5321
import { randomInt } from "node:crypto";

/** A mail exchanger. Go: net.MX. */
export interface MX {
  /** Its name, rooted. */
  host: string;
  /** The lower, the sooner it is to be tried. */
  pref: number;
}

/** A name server. Go: net.NS. */
export interface NS {
  /** Its name, rooted. */
  host: string;
}

/** Where a service is. Go: net.SRV. */
export interface SRV {
  /** The name of the host, rooted. */
  target: string;
  port: number;
  /** The lower, the sooner it is to be tried. */
  priority: number;
  /** Its share among those of one priority. */
  weight: number;
}

/** A random integer from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** By preference; those of the same in random order. Go: byPref.sort. */
export function sortMX(records: readonly MX[], random: Random = randomInt): MX[] {
  const shuffled = [...records];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled.sort((a, b) => a.pref - b.pref);
}

/** By priority; those of the same at random, the heavier the likelier sooner. Go: byPriorityWeight.sort; RFC 2782. */
export function sortSRV(records: readonly SRV[], random: Random = randomInt): SRV[] {
  const sorted = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const priorities = new Set(sorted.map(({ priority }) => priority));
  return [...priorities].flatMap((priority) =>
    byWeight(
      sorted.filter((record) => record.priority === priority),
      random,
    ),
  );
}

function byWeight(records: SRV[], random: Random): SRV[] {
  const drawn: SRV[] = [];
  for (let sum = records.reduce((total, { weight }) => total + weight, 0); sum > 0 && records.length > 1;) {
    let left = random(sum);
    const i = records.findIndex(({ weight }) => (left -= weight) < 0);
    const [record] = records.splice(i, 1) as [SRV];
    drawn.push(record);
    sum -= record.weight;
  }
  return [...drawn, ...records];
}
