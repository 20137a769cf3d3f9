import { canceled } from "../internal/poll/canceled.js";
import { onAbort } from "../internal/poll/aborts.js";

/** Who waits for a slot: whether there is one for him, or none any more; or why he waits no longer. */
interface Waiter {
  resolve: (got: boolean) => void;
  reject: (error: Error) => void;
}

/** A number of slots, given out in the order of asking. */
export class Slots {
  #free: number;
  #open = true;
  readonly #waiting = new Set<Waiter>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot. False when there are none to be had any more. Rejects with `ABORT_ERR`, or `ERR_TIMEOUT`. */
  take(signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted) return Promise.reject(canceled(signal));
    if (!this.#open) return Promise.resolve(false);
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(true);
    }
    return this.#wait(signal);
  }

  /** Gives one back: to who has waited longest. */
  give(): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#free++;
    else this.#settle(first, true);
  }

  /** Sends all away that wait, and those to come. */
  close(): void {
    this.#open = false;
    for (const waiter of this.#waiting) this.#settle(waiter, false);
  }

  async #wait(signal: AbortSignal | undefined): Promise<boolean> {
    let forget: (() => void) | undefined;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        const waiter = { resolve, reject };
        this.#waiting.add(waiter);
        forget = signal && onAbort(signal, () => this.#abandon(waiter, canceled(signal)));
      });
    } finally {
      forget?.();
    }
  }

  #settle(waiter: Waiter, got: boolean): void {
    this.#waiting.delete(waiter);
    waiter.resolve(got);
  }

  #abandon(waiter: Waiter, error: Error): void {
    this.#waiting.delete(waiter);
    waiter.reject(error);
  }
}
