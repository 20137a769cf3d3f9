// Go: x/net/netutil/listen.go
import type { Addr } from "../addr/index.js";
import { checkInt, checkSignal, invalidArgType, isClosed } from "../errors/index.js";
import type { AcceptOptions } from "../listener.js";
import { Slots } from "./slots.js";

/** What is accepted, as far as a limit is concerned. */
export interface Closable {
  /** Closes it. */
  close(): void;
}

/** What accepts connections: a TCPListener, a UnixListener, or what a program makes. */
export interface Limitable<C extends Closable> {
  /** Where it listens. */
  readonly addr: Addr | null;
  /** Waits for the next connection. */
  accept(accepting?: AcceptOptions): Promise<C>;
  /** Closes it: what waits rejects. */
  close(): void;
}

const MAX_INT = 0x7fffffff;

/** A listener with a limit, made by {@link limitListener}. */
export class LimitListener<C extends Closable> implements AsyncIterable<C> {
  readonly #inner: Limitable<C>;
  readonly #slots: Slots;
  #closed = false;

  /** @internal */
  constructor(inner: Limitable<C>, n: number) {
    this.#inner = inner;
    this.#slots = new Slots(n);
  }

  /** Where it listens; it outlives close. Go: Listener.Addr. */
  get addr(): Addr | null {
    return this.#inner.addr;
  }

  /**
   * Waits until fewer than so many connections are open, and for the next one. Rejects as the listener's own `accept` does;
   * `ABORT_ERR` while it waits for a slot. Go: Listener.Accept.
   */
  async accept(accepting?: AcceptOptions): Promise<C> {
    if (!(await this.#slots.take(checkSignal(accepting)))) return this.#refuse(accepting);
    try {
      return this.#watched(await this.#inner.accept(accepting));
    } catch (error) {
      this.#slots.give();
      throw error;
    }
  }

  /** Closes the listener, and sends those away that wait for a slot. Throws what its own `close` does. Go: Listener.Close. */
  close(): void {
    this.#closed = true;
    try {
      this.#inner.close();
    } finally {
      this.#slots.close();
    }
  }

  /** Every connection until it is closed; leaving the loop leaves it open. */
  async *[Symbol.asyncIterator](): AsyncGenerator<C, void, void> {
    for (;;) {
      const conn = await this.accept().catch((error: unknown) => {
        if (this.#closed && isClosed(error)) return null;
        throw error;
      });
      if (conn === null) return;
      yield conn;
    }
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    if (!this.#closed) this.close();
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  // It is closed, so its own accept is to tell; what it accepts all the same is nobody's.
  async #refuse(accepting: AcceptOptions | undefined): Promise<never> {
    for (;;) (await this.#inner.accept(accepting)).close();
  }

  // The connection stays what it is, with all its methods: closing it gives its slot back, once.
  #watched(conn: C): C {
    const close = conn.close.bind(conn);
    let held = true;
    conn.close = () => {
      try {
        close();
      } finally {
        if (held) this.#slots.give();
        held = false;
      }
    };
    return conn;
  }
}

/**
 * Lets at most `n` connections of a listener be open at a time: the next is accepted when one of them is closed. Clients
 * wait meanwhile in the system's queue. Close the result, not the listener under it. Throws a TypeError or a RangeError.
 * Go: netutil.LimitListener.
 */
export function limitListener<C extends Closable>(l: Limitable<C>, n: number): LimitListener<C> {
  if (typeof l?.accept !== "function" || typeof l.close !== "function")
    throw invalidArgType("l", "a listener", l);
  return new LimitListener(l, checkInt("n", n, 0, MAX_INT));
}
