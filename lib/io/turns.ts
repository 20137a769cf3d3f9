/** Operations on one buffer, one after the other, in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> | null = null;

  /** Whether one is under way: whatever could be done at once has to wait behind it. */
  get busy(): boolean {
    return this.#last !== null;
  }

  /** Runs one when all before it are over, whatever became of them. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    const promise = this.#last === null ? operation() : this.#last.then(operation, operation);
    this.#last = promise;
    const over = () => {
      if (this.#last === promise) this.#last = null;
    };
    // Registered first, so that whoever awaits the promise finds the line empty.
    promise.then(over, over);
    return promise;
  }
}
