import { onAbort } from "../internal/poll/aborts.js";
import { canceled } from "../internal/poll/canceled.js";
import { EventQueue } from "./event-queue.js";

/** What goes on until it is over, stopped or aborted, and is read event by event meanwhile. */
export abstract class Run<E> implements AsyncIterableIterator<E> {
  readonly #signal: AbortSignal | undefined;
  readonly #events = new EventQueue<E>();
  #ended = false;
  #forget: (() => void) | undefined;

  /** @internal */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** @internal What happened, and was not read yet. */
  protected get events(): EventQueue<E> {
    return this.#events;
  }

  /** @internal Whether it is over. */
  protected get ended(): boolean {
    return this.#ended;
  }

  /** What happens next. */
  abstract next(): Promise<IteratorResult<E, void>>;

  /** Ends the run: nothing more is sent or waited for. What has happened by then can still be read. */
  stop(): void {
    this.end(null);
  }

  /** Ends the run, when a loop is left. */
  async return(): Promise<IteratorResult<E, void>> {
    this.stop();
    return { done: true, value: undefined };
  }

  /** The run itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** As {@link stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }

  /** As {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
  }

  /** @internal From now on it ends when it is aborted. Throws `ABORT_ERR` when it is already. */
  protected heed(): void {
    this.checkAborted();
    this.#forget = this.#signal && onAbort(this.#signal, () => this.end(canceled(this.#signal!)));
  }

  /** @internal Throws `ABORT_ERR` once it is aborted. */
  protected checkAborted(): void {
    if (this.#signal?.aborted) throw canceled(this.#signal);
  }

  /** @internal Ends it, unless that was done before. Reading rejects with the error behind all that happened. */
  protected end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#forget?.();
    this.release();
    this.#events.end(error);
  }

  /** @internal Gives back what it has. */
  protected abstract release(): void;
}
