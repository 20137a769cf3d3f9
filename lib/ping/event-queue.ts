/** How many events wait for a reader before no more should be made. */
const ROOM = 4096;

interface Reader<T> {
  resolve: (result: IteratorResult<T, void>) => void;
  reject: (error: Error) => void;
}

/** Events in order, from whoever makes them to whoever reads them: one may be ahead of the other. */
export class EventQueue<T> {
  readonly #items: T[] = [];
  readonly #readers: Reader<T>[] = [];
  #ended = false;
  #error: Error | null = null;

  /** Whether it is time to make no more, and an offered one would be dropped. */
  get full(): boolean {
    return this.#items.length >= ROOM;
  }

  /** Whether somebody waits for the next one. */
  get awaited(): boolean {
    return this.#readers.length > 0;
  }

  /** Adds an event unless the queue is full: for those that strangers can make any number of. */
  offer(item: T): void {
    if (!this.full) this.push(item);
  }

  /** Adds an event, unless the queue has ended. */
  push(item: T): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#items.push(item);
    else reader.resolve({ done: false, value: item });
  }

  /** No event comes any more. What waits is still read, and then the error if there is one. */
  end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const reader of this.#readers.splice(0)) this.#conclude(reader);
  }

  next(): Promise<IteratorResult<T, void>> {
    return new Promise((resolve, reject) => {
      const item = this.#items.shift();
      if (item !== undefined) resolve({ done: false, value: item });
      else if (this.#ended) this.#conclude({ resolve, reject });
      else this.#readers.push({ resolve, reject });
    });
  }

  // The error is told once, to whoever reads first.
  #conclude({ resolve, reject }: Reader<T>): void {
    const error = this.#error;
    this.#error = null;
    if (error === null) resolve({ done: true, value: undefined });
    else reject(error);
  }
}
