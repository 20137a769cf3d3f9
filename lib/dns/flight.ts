// Go: net/lookup.go (Resolver.lookupIPAddr), internal/singleflight
import type { Limit } from "../internal/socket/socket.js";
import { within } from "../internal/socket/within.js";

interface Flight<T> {
  /** Null once it has ended. */
  promise: Promise<T> | null;
  waiting: number;
  /** Null where the first to come stays to the end. */
  over: AbortController | null;
}

// Those that have ended are let go many at a time. Deleted one by one they would live on in V8: a table of a Map that
// was replaced by a smaller one leads to it, and keeps all that comes after it until the next full collection.
const MAX_ENDED = 256;

/** Lets those who want the same at the same time share the work for it. */
export class Flights<T> {
  #flights = new Map<string, Flight<T>>();
  #ended = 0;

  /**
   * What `work` comes to, begun by the first who asks for `key`. Whoever is aborted or runs out of time leaves; the work
   * ends with the last one, and who comes then begins it anew. Throws what `work` throws.
   */
  join(key: string, limit: Limit, work: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    const former = this.#flights.get(key);
    const flight = former === undefined || former.promise === null ? this.#begin(key, limit, work) : former;
    flight.waiting++;
    return stays(limit) ? flight.promise! : this.#wait(flight, limit);
  }

  // Signals are dear, and most callers have neither one nor a deadline.
  #begin(key: string, limit: Limit, work: (signal?: AbortSignal) => Promise<T>): Flight<T> {
    const over = stays(limit) ? null : new AbortController();
    const promise = work(over?.signal);
    const flight: Flight<T> = { promise, waiting: 0, over };
    this.#flights.set(key, flight);
    const end = () => this.#end(flight);
    // Before all who wait: they may ask again.
    promise.then(end, end);
    return flight;
  }

  async #wait(flight: Flight<T>, limit: Limit): Promise<T> {
    try {
      return await within(flight.promise!, limit);
    } finally {
      if (--flight.waiting === 0 && flight.promise !== null) {
        this.#end(flight);
        flight.over!.abort();
      }
    }
  }

  #end(flight: Flight<T>): void {
    if (flight.promise === null) return;
    // What it came to is others' to keep.
    flight.promise = null;
    if (++this.#ended < MAX_ENDED) return;
    this.#ended = 0;
    const before = this.#flights;
    this.#flights = new Map();
    before.forEach((each, key) => {
      if (each.promise !== null) this.#flights.set(key, each);
    });
  }
}

const stays = ({ deadline, signal }: Limit) => signal === undefined && deadline === Infinity;
