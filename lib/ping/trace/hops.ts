import { Hop } from "./hop.js";

/** The hops of a run, and where the path ends as far as that is known. */
export class Hops {
  readonly #first: number;
  readonly #queries: number;
  readonly #hops: Hop[] = [];
  #last: number;
  // Whether the last one is where the path ends, rather than where we do.
  #found = false;
  #told = 0;

  constructor(first: number, last: number, queries: number) {
    this.#first = first;
    this.#last = last;
    this.#queries = queries;
  }

  /** The TTL or hop limit of the last hop that is of interest. */
  get last(): number {
    return this.#last;
  }

  /** Whether {@link tell} has told all there is. */
  get allTold(): boolean {
    return this.#first + this.#told > this.#last;
  }

  /** The hop of a TTL; those before it exist as well. */
  at(ttl: number): Hop {
    for (let next = this.#first + this.#hops.length; next <= ttl; next++) this.#hops.push(new Hop(next));
    return this.#hops[ttl - this.#first]!;
  }

  /** Those that probes were sent to, up to the last. */
  known(): Hop[] {
    return this.#hops.slice(0, this.#last - this.#first + 1);
  }

  /** The path ends here, or before: whether that was news. */
  endAt(ttl: number): boolean {
    if (this.#found && ttl >= this.#last) return false;
    if (this.#found) this.at(this.#last).final = false;
    this.#found = true;
    this.#last = ttl;
    this.at(ttl).final = true;
    return true;
  }

  /** The longest time that the next hop behind this one took to answer, of those that did; null when none has. */
  longestAfter(ttl: number): number | null {
    const later = this.#hops.slice(ttl - this.#first + 1);
    return later.find(({ statistics }) => statistics.received > 0)?.statistics.max ?? null;
  }

  /** The next hop of which all is known, in order; null when there is none yet. */
  tell(): Hop | null {
    const hop = this.#hops[this.#told];
    if (this.allTold || hop === undefined || hop.statistics.settled < this.#queries) return null;
    this.#told++;
    return hop;
  }
}
