// Go: net/http/server.go (Serve, Shutdown)
import { setTimeout as delay } from "node:timers/promises";
import { asError, checkDuration, invalidArgType, isClosed, NetError } from "../errors/index.js";
import { type Acceptor, checkListener } from "./acceptor.js";
import { BackOff } from "./back-off.js";
import { closeUnlessClosed } from "./close-unless-closed.js";
import type { Closable } from "./on-close.js";

/** Serves one connection. It is closed when the promise settles. */
export type Handler<C> = (conn: C, serving: Serving) => unknown;

/** What a {@link Handler} is told beside its connection. */
export interface Serving {
  /** Aborts when the server shuts down: finish what you are at, and begin nothing new. */
  readonly signal: AbortSignal;
}

/** How to {@link serve}; all may be left out. */
export interface ServeOptions {
  /** How long `await using` waits for handlers at the end, in milliseconds; 10 000 if left out, Infinity for as long as it takes. */
  grace?: number | undefined;
  /**
   * Told of what a handler throws, and of an accept that failed and is tried again after a pause (then without a connection).
   * Without it errors of the network are nobody's affair, and all else is an uncaught exception.
   */
  onError?: ((error: Error, conn: unknown) => void) | undefined;
}

const DEFAULT_GRACE = 10_000;

// The longest that a timer of Node waits, in milliseconds: there is none for more.
const LONGEST = 2 ** 31 - 1;

/** A listener at work. Made by {@link serve}. */
export class Server<C extends Closable> implements AsyncDisposable {
  /**
   * Resolves when the listener is closed and all handlers have ended; rejects with what ended the accepting before its time:
   * the listener's deadline, for one.
   */
  readonly done: Promise<void>;
  readonly #listener: Acceptor<C>;
  readonly #handler: Handler<C>;
  readonly #grace: number;
  readonly #onError: ServeOptions["onError"];
  readonly #conns = new Map<C, Promise<void>>();
  readonly #stopping = new AbortController();
  #closed = false;

  /** @internal */
  constructor(listener: Acceptor<C>, handler: Handler<C>, options: ServeOptions) {
    checkListener(listener);
    if (typeof handler !== "function") throw invalidArgType("handler", "a function", handler);
    if (typeof options !== "object" || options === null)
      throw invalidArgType("options", "an object", options);
    const { grace = DEFAULT_GRACE, onError } = options;
    if (onError !== undefined && typeof onError !== "function")
      throw invalidArgType("options.onError", "a function", onError);
    this.#grace = checkDuration("options.grace", grace);
    this.#onError = onError;
    this.#listener = listener;
    this.#handler = handler;
    this.done = this.#run();
  }

  /** How many connections are being served. */
  get connections(): number {
    return this.#conns.size;
  }

  /** Stops accepting, and tells the handlers by their signal; connections stay open. May be called again. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    try {
      closeUnlessClosed(this.#listener);
    } finally {
      this.#stopping.abort();
    }
  }

  /** Stops accepting, and closes every connection at once. */
  close(): void {
    this.#closed = true;
    this.stop();
    for (const conn of this.#conns.keys()) closeUnlessClosed(conn);
  }

  /**
   * Stops accepting, lets handlers end, and closes what is open after so many milliseconds (the `grace` if left out).
   * Resolves how many connections that were: 0 when all ended in time. What a handler does after its connection was closed
   * is not waited for; `done` tells when it is over. Go: http.Server.Shutdown.
   */
  async shutdown(grace: number = this.#grace): Promise<number> {
    checkDuration("grace", grace);
    this.stop();
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<number>((resolve) => {
      if (grace > LONGEST) return;
      timer = setTimeout(
        () => {
          resolve(this.#conns.size);
          this.close();
        },
        Math.max(0, grace),
      );
    });
    try {
      return await Promise.race([this.done.then(() => 0), expired]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Shuts down. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #run(): Promise<void> {
    try {
      await this.#accept();
    } finally {
      this.stop();
      await Promise.all(this.#conns.values());
    }
  }

  async #accept(): Promise<void> {
    const backOff = new BackOff();
    while (!this.#stopping.signal.aborted) {
      try {
        this.#start(await this.#listener.accept());
        backOff.reset();
      } catch (error) {
        if (isClosed(error)) return;
        const pause = backOff.after(error);
        this.#onError?.(asError(error), null);
        // Cut short when it stops, also when that was just now, by who was told.
        await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  #start(conn: C): void {
    // The listener had given it already when it was closed.
    if (this.#closed) return closeUnlessClosed(conn);
    this.#conns.set(conn, this.#serve(conn));
  }

  async #serve(conn: C): Promise<void> {
    // So that it is among the connections while its handler runs.
    await Promise.resolve();
    try {
      await this.#handler(conn, { signal: this.#stopping.signal });
    } catch (thrown) {
      this.#report(asError(thrown), conn);
    } finally {
      closeUnlessClosed(conn);
      this.#conns.delete(conn);
    }
  }

  #report(error: Error, conn: C): void {
    if (this.#onError !== undefined) {
      this.#onError(error, conn);
    } else if (!(error instanceof NetError)) {
      // A fault of the program must not pass unseen, and must not end the serving of others either.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/**
 * Accepts connections until the listener is closed, and calls `handler` with each. An accept that fails for want of
 * descriptors or memory is tried again, after a pause that grows from 5 ms to a second; the client waits in the queue.
 *
 *     await using server = serve(await listen("tcp", ":8080"), async (conn, { signal }) => { ... });
 *
 * At the end of the block accepting stops, handlers may end, and what is open after the `grace` is closed. Throws a TypeError
 * or RangeError for arguments that make no sense. Go: http.Server.Serve, for any protocol.
 */
export function serve<C extends Closable>(
  listener: Acceptor<C>,
  handler: Handler<C>,
  options: ServeOptions = {},
): Server<C> {
  return new Server(listener, handler, options);
}
