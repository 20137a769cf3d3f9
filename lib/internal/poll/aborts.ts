// One listener on a signal, however many operations it may end: Node takes more than ten for a leak, and says so.
const waiting = new WeakMap<AbortSignal, Calls>();

/** What is called when one signal aborts. */
class Calls {
  readonly #signal: AbortSignal;
  readonly #calls = new Set<() => void>();
  readonly #abort = () => {
    for (const call of this.#calls) call();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#abort);
    waiting.set(signal, this);
  }

  add(f: () => void): void {
    this.#calls.add(f);
  }

  delete(f: () => void): void {
    if (!this.#calls.delete(f) || this.#calls.size > 0) return;
    this.#signal.removeEventListener("abort", this.#abort);
    waiting.delete(this.#signal);
  }
}

/** Calls `f` when the signal aborts; returns what takes that back. */
export function onAbort(signal: AbortSignal, f: () => void): () => void {
  const calls = waiting.get(signal) ?? new Calls(signal);
  calls.add(f);
  return () => calls.delete(f);
}
