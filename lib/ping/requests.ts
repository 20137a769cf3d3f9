/** A request, and what is known of it by ourselves: nothing here was ever in a packet that could be forged. */
export interface Request {
  /** 1 for the first, without end. */
  readonly number: number;
  /** The same on the wire, where 16 bits are all there is. */
  readonly seq: number;
  /** When it was made, by the monotonic clock in milliseconds. */
  readonly made: number;
  /** When it was sent, by the clock of the kernel's timestamps: microseconds since 1970; NaN before that. */
  sent: number;
  /** Whether an answer came. */
  answered: boolean;
}

/** How far back an answer may reach. Older requests are forgotten, and what answers them is ignored. */
export const WINDOW = 8192;

/** The requests of the sequence window, and which of them still wait. */
export class Requests {
  readonly #bySeq = new Map<number, Request>();
  // In the order of sending: the first is the oldest.
  readonly #waiting = new Set<Request>();
  #made = 0;

  /** How many were made. */
  get made(): number {
    return this.#made;
  }

  /** How many wait for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The oldest that waits. */
  get oldest(): Request | undefined {
    return this.#waiting.values().next().value;
  }

  /** The next one. The oldest of a full window makes room. */
  add(now: number): Request {
    const number = ++this.#made;
    const request = { number, seq: number & 0xffff, made: now, sent: NaN, answered: false };
    const old = this.#bySeq.get((number - WINDOW) & 0xffff);
    if (old !== undefined) {
      this.#bySeq.delete(old.seq);
      this.#waiting.delete(old);
    }
    this.#bySeq.set(request.seq, request);
    this.#waiting.add(request);
    return request;
  }

  /** The request of the window that was sent with this sequence number. */
  find(seq: number): Request | undefined {
    const request = this.#bySeq.get(seq);
    return request === undefined || Number.isNaN(request.sent) ? undefined : request;
  }

  /** It waits no longer; whether it did. */
  settle(request: Request): boolean {
    return this.#waiting.delete(request);
  }
}
