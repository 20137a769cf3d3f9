import { Fifo } from "../fifo.js";
import type { Feed, Host } from "./feed.js";
import type { SweepSettings } from "./options.js";

/** Whom a sweep asks next, round by round: those that are to have another attempt, and then whom the targets give. */
export class Line {
  readonly #feed: Feed;
  readonly #count: number;
  readonly #period: number;
  readonly #again = new Fifo<Host>();
  #first: Host | null = null;
  #round = 1;
  #roundStart = 0;

  constructor(feed: Feed, { count, period }: Pick<SweepSettings, "count" | "period">) {
    this.#feed = feed;
    this.#count = count;
    this.#period = period;
  }

  /** The first round begins. Times are the monotonic clock's, in milliseconds. */
  start(now: number): void {
    this.#roundStart = now;
  }

  /** Who was next and still is, or is to have another attempt; null when nobody is. */
  get first(): Host | null {
    // The answer to the attempt before may have come after all.
    while (this.#first === null || this.#first.over) {
      this.#first = this.#again.shift() ?? null;
      if (this.#first === null) return null;
    }
    return this.#first;
  }

  /** Who is next, and stays so until {@link pass}; null when there is nobody, or nobody yet. */
  next(now: number): Host | null {
    if (this.first !== null) return this.#first;
    if (this.#roundsLeft && this.#nextRound <= now) {
      this.#round++;
      this.#roundStart = now;
      this.#feed.again();
    }
    this.#first = this.#feed.take();
    return this.#first;
  }

  /** A request to who was next has left. */
  pass(): void {
    this.#first = null;
  }

  /** It is to have another attempt. */
  retry(host: Host): void {
    this.#again.push(host);
  }

  /** When somebody is next: `now`, or at the beginning of a round; Infinity when others have to move first. */
  dueAt(now: number): number {
    if (this.first !== null || this.#feed.ready) return now;
    return this.#roundsLeft ? this.#nextRound : Infinity;
  }

  /** Whether nobody is next any more, unless there is another attempt. */
  get over(): boolean {
    return this.#feed.roundOver && !this.#roundsLeft && this.first === null;
  }

  get #roundsLeft(): boolean {
    return this.#feed.roundOver && this.#round < this.#count && this.#feed.size > 0;
  }

  get #nextRound(): number {
    return this.#roundStart + this.#period;
  }
}
