// Go: x/net/netutil/listen.go
import { checkInt, checkSignal } from "../errors/index.js";
import type { AcceptOptions } from "../listener.js";
import { type Acceptor, Wrapped } from "./acceptor.js";
import { type Closable, onClose } from "./on-close.js";
import { Slots } from "./slots.js";

const MAX_INT = 0x7fffffff;

/** A listener with a limit, made by {@link limitListener}. */
export class LimitListener<C extends Closable> extends Wrapped<C> {
  readonly #slots: Slots;

  /** @internal */
  constructor(listener: Acceptor<C>, n: number) {
    super(listener);
    this.#slots = new Slots(checkInt("n", n, 0, MAX_INT));
  }

  /**
   * Waits until fewer than so many connections are open, and for the next one. Rejects as the listener's own `accept` does;
   * `ABORT_ERR` while it waits for a slot. Go: Listener.Accept.
   */
  async accept(accepting?: AcceptOptions): Promise<C> {
    if (!(await this.#slots.take(checkSignal(accepting)))) return this.#refuse(accepting);
    let conn: C;
    try {
      conn = await this.inner.accept(accepting);
    } catch (error) {
      this.#slots.give();
      throw error;
    }
    // It stays what it is, with all its methods.
    onClose(conn, () => this.#slots.give());
    return conn;
  }

  /** Closes the listener, and sends those away that wait for a slot. Throws what its own `close` does. Go: Listener.Close. */
  override close(): void {
    try {
      super.close();
    } finally {
      this.#slots.close();
    }
  }

  // It is closed, so its own accept is to tell; what it accepts all the same is nobody's.
  async #refuse(accepting: AcceptOptions | undefined): Promise<never> {
    for (;;) (await this.inner.accept(accepting)).close();
  }
}

/**
 * Lets at most `n` connections of a listener be open at a time: the next is accepted when one of them is closed, or was
 * forgotten and collected. Clients wait meanwhile in the system's queue. Close the result, not the listener under it. Throws
 * a TypeError or a RangeError. Go: netutil.LimitListener.
 */
export function limitListener<C extends Closable>(listener: Acceptor<C>, n: number): LimitListener<C> {
  return new LimitListener(listener, n);
}
