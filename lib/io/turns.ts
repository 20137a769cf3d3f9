/** Operations on one buffer, one after the other, in the order in which they were asked for. */
export class Turns {
  // Resolves when the last of them is over. Not its own promise: whoever forgets that is to hear of its rejection.
  #last: Promise<void> | null = null;

  /** Whether one is under way: whatever could be done at once has to wait behind it. */
  get busy(): boolean {
    return this.#last !== null;
  }

  /** Runs one when all before it are over, whatever became of them; at once when there are none. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let resolve!: () => void;
    const last = new Promise<void>((done) => (resolve = done));
    this.#last = last;
    return this.#inTurn(before, operation, () => {
      if (this.#last === last) this.#last = null;
      resolve();
    });
  }

  async #inTurn<T>(before: Promise<void> | null, operation: () => Promise<T>, over: () => void): Promise<T> {
    if (before !== null) {
      await before;
      // Whoever waits for the one before has a look at its result first.
      await Promise.resolve();
    }
    try {
      return await operation();
    } finally {
      over();
    }
  }
}
