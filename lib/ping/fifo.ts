// Places given free before they are cut off.
const SLACK = 1024;

/** A line of things, first come first served, however long it is: an array's `shift` moves all the others. */
export class Fifo<T> {
  readonly #items: T[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first++]!;
    if (this.#first >= SLACK && this.#first * 2 >= this.#items.length) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
    return item;
  }
}
