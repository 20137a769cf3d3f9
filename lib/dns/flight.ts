// Go: net/lookup.go (Resolver.lookupIPAddr), internal/singleflight
import type { Limit } from "../internal/socket/socket.js";
import { within } from "./within.js";

interface Flight<T> {
  promise: Promise<T>;
  waiting: number;
  /** Null where the first to come never leaves before the end. */
  over: AbortController | null;
}

/** Lets those who want the same at the same time share the work for it. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /**
   * What `work` comes to, begun by the first who asks for `key`. Whoever is aborted or runs out of time leaves; the work
   * ends with the last one, and who comes then begins it anew.
   */
  async join(key: string, limit: Limit, work: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key) ?? this.#begin(key, limit, work);
    flight.waiting++;
    try {
      return await within(flight.promise, limit);
    } finally {
      if (--flight.waiting === 0) {
        this.#end(key, flight);
        flight.over?.abort();
      }
    }
  }

  // Signals are dear, and most callers have neither one nor a deadline.
  #begin(key: string, limit: Limit, work: (signal?: AbortSignal) => Promise<T>): Flight<T> {
    const stays = limit.signal === undefined && limit.deadline === Infinity;
    const over = stays ? null : new AbortController();
    const flight: Flight<T> = { promise: work(over?.signal), waiting: 0, over };
    this.#flights.set(key, flight);
    const end = () => this.#end(key, flight);
    flight.promise.then(end, end);
    return flight;
  }

  #end(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
