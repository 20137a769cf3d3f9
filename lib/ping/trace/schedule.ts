/** A probe that is to be sent. */
export interface Step {
  readonly ttl: number;
  readonly query: number;
}

/** In which order hops get their probes. */
export interface Schedule {
  /** The next probe, to a hop up to the `last`; null when there is none, or none yet. */
  next(last: number): Step | null;
}

/** All probes of a hop, and then those of the next. */
export class ByHop implements Schedule {
  readonly #queries: number;
  #ttl: number;
  #query = 0;

  constructor(first: number, queries: number) {
    this.#ttl = first;
    this.#queries = queries;
  }

  next(last: number): Step | null {
    const isOver = this.#query === this.#queries;
    const ttl = isOver ? this.#ttl + 1 : this.#ttl;
    if (ttl > last) return null;
    this.#ttl = ttl;
    this.#query = isOver ? 1 : this.#query + 1;
    return { ttl, query: this.#query };
  }
}

/** One probe to each hop, and when the time has come, another. */
export class ByRound implements Schedule {
  readonly #first: number;
  readonly #rounds: number;
  #ttl = Infinity;
  #round = 0;
  #due = 0;

  constructor(first: number, rounds: number) {
    this.#first = first;
    this.#rounds = rounds;
  }

  /** The time has come for another round; whether there will be a further one. */
  again(): boolean {
    if (this.#due < this.#rounds) this.#due++;
    return this.#due < this.#rounds;
  }

  next(last: number): Step | null {
    if (this.#ttl > last) {
      if (this.#round === this.#due) return null;
      this.#round++;
      this.#ttl = this.#first;
    }
    return { ttl: this.#ttl++, query: this.#round };
  }
}
