import type { Hops } from "./hops.js";
import type { TraceSettings } from "./options.js";
import type { Probe } from "./probe.js";

// However fast the others were: a router that is busy, or asks for an address first, takes so many milliseconds.
const MIN_WAIT = 100;

/** How long to wait for an answer: no longer than makes sense by those that came. */
export class Patience {
  readonly #settings: TraceSettings;
  readonly #hops: Hops;

  constructor(settings: TraceSettings, hops: Hops) {
    this.#settings = settings;
    this.#hops = hops;
  }

  /** When a probe is given up, by the monotonic clock in milliseconds. */
  due({ made, ttl }: Probe): number {
    return made + this.#wait(ttl);
  }

  #wait(ttl: number): number {
    const { timeout, here, near, interval } = this.#settings;
    // Rounds wait for nothing, so there is no haste.
    if (interval !== null) return timeout;
    const byHere = here * (this.#hops.at(ttl).statistics.max ?? 0);
    const wait = byHere || near * (this.#hops.longestAfter(ttl) ?? 0);
    return wait === 0 ? timeout : Math.min(timeout, Math.max(wait, MIN_WAIT));
  }
}
