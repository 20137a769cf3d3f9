// Go: net/lookup.go (Resolver.lookupIPAddr), internal/singleflight
import type { Limit } from "../internal/socket/socket.js";
import { within } from "./within.js";

interface Flight<T> {
  promise: Promise<T>;
  waiting: number;
  /** Null where the first to come stays to the end. */
  over: AbortController | null;
  ended: boolean;
}

// Those that have ended are let go many at a time. Deleted one by one they would live on in V8: a table of a Map that
// was replaced by a smaller one leads to it, and keeps all that comes after it until the next full collection.
const MAX_ENDED = 1024;

/** Lets those who want the same at the same time share the work for it. */
export class Flights<T> {
  #flights = new Map<string, Flight<T>>();
  #ended = 0;

  /**
   * What `work` comes to, begun by the first who asks for `key`. Whoever is aborted or runs out of time leaves; the work
   * ends with the last one, and who comes then begins it anew.
   */
  async join(key: string, limit: Limit, work: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    const former = this.#flights.get(key);
    const flight = former === undefined || former.ended ? this.#begin(key, limit, work) : former;
    flight.waiting++;
    try {
      return await within(flight.promise, limit);
    } finally {
      if (--flight.waiting === 0) this.#end(flight);
    }
  }

  // Signals are dear, and most callers have neither one nor a deadline.
  #begin(key: string, limit: Limit, work: (signal?: AbortSignal) => Promise<T>): Flight<T> {
    const stays = limit.signal === undefined && limit.deadline === Infinity;
    const over = stays ? null : new AbortController();
    const flight: Flight<T> = { promise: work(over?.signal), waiting: 0, over, ended: false };
    this.#flights.set(key, flight);
    return flight;
  }

  #end(flight: Flight<T>): void {
    flight.ended = true;
    flight.over?.abort();
    if (++this.#ended < MAX_ENDED) return;
    this.#ended = 0;
    this.#flights = new Map([...this.#flights].filter(([, { ended }]) => !ended));
  }
}
