// Go: net.Listener
import type { Addr } from "../addr/index.js";
import { invalidArgType, isClosed } from "../errors/index.js";
import type { AcceptOptions } from "../listener.js";
import { closeUnlessClosed } from "./close-unless-closed.js";
import type { Closable } from "./on-close.js";

/** What accepts connections: a Listener of this library, or what this package makes of one. Go: net.Listener. */
export interface Acceptor<C extends Closable> {
  /** Where it listens. */
  readonly addr: Addr | null;
  /** Waits for the next connection; rejects with `ERR_CLOSED` when it is closed. */
  accept(accepting?: AcceptOptions): Promise<C>;
  /** Ends it. */
  close(): void;
}

/** A listener, or the TypeError that says so. */
export function checkListener<L extends Acceptor<Closable>>(listener: L): L {
  const { accept, close } = Object(listener) as Partial<L>;
  if (typeof accept !== "function" || typeof close !== "function")
    throw invalidArgType("listener", "a listener", listener);
  return listener;
}

/** What the listeners of this package share: they end with the one that they stand before. */
export abstract class Wrapped<C extends Closable> implements Acceptor<C>, AsyncIterable<C> {
  /** @internal The one that listens. */
  protected readonly inner: Acceptor<C>;

  /** @internal */
  constructor(inner: Acceptor<C>) {
    this.inner = checkListener(inner);
  }

  /** Where it listens. Go: Listener.Addr. */
  get addr(): Addr | null {
    return this.inner.addr;
  }

  /** Waits for the next connection, as the listener underneath does, with its errors. Go: Listener.Accept. */
  abstract accept(accepting?: AcceptOptions): Promise<C>;

  /** Closes the listener. What waits rejects with `ERR_CLOSED`; a second call throws it. Go: Listener.Close. */
  close(): void {
    this.inner.close();
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    closeUnlessClosed(this);
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  /** Every connection until the listener is closed. Leaving the loop leaves it open. */
  async *[Symbol.asyncIterator](): AsyncGenerator<C, void, undefined> {
    for (;;) {
      let conn: C;
      try {
        conn = await this.accept();
      } catch (error) {
        if (isClosed(error)) return;
        throw error;
      }
      yield conn;
    }
  }
}
