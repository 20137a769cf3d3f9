// Go: net/net.go (Listener)
import type { Addr } from "./addr/index.js";
import { type Deadline, Handle } from "./conn.js";
import { checkSignal, ErrClosed } from "./errors/index.js";
import { accepts } from "./internal/channels.js";
import { READ } from "./internal/poll/poller.js";
import type { NetFD } from "./internal/socket/net-fd.js";

/** What `accept` takes beside nothing. */
export interface AcceptOptions {
  /** Aborting it rejects with `ABORT_ERR`; a connection that waits stays for the next accept. */
  signal?: AbortSignal | null | undefined;
}

/** Accepts connections. Go: net.Listener. */
export abstract class Listener<C> extends Handle implements AsyncIterable<C> {
  /** Where it listens; it outlives close. Null for a zero value. Go: Listener.Addr. */
  get addr(): Addr | null {
    return this.bound;
  }

  #accepted(fd: NetFD): C {
    const conn = this.opened(fd);
    if (accepts.hasSubscribers) accepts.publish({ listener: this, conn });
    return conn;
  }

  /** @internal What the caller gets for a descriptor. */
  protected abstract opened(fd: NetFD): C;

  /**
   * Waits for the next connection. Clients that left before they were accepted are skipped. Rejects with an OpError
   * `accept`: `ERR_CLOSED`, `ERR_DEADLINE`, `ABORT_ERR`; `EMFILE` and `ENFILE`, which are `temporary()` and leave
   * the client in the queue. Go: Listener.Accept; accept4(2).
   */
  accept(accepting?: AcceptOptions): Promise<C> {
    try {
      return this.fd.accept((fd) => this.#accepted(fd), checkSignal(accepting));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sets the deadline of accepts; the one that waits included. Throws `ERR_CLOSED`, bare. Go: TCPListener.SetDeadline. */
  setDeadline(t: Deadline): void {
    if (this.fd.closing) throw ErrClosed;
    this.deadline(READ, t);
  }

  /**
   * Every connection until the listener is closed; leaving the loop leaves it open. An accept that fails otherwise
   * (`EMFILE`, say) throws in the loop, and a new loop goes on.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<C> {
    // By hand, since an async generator makes several promises a turn and this makes one.
    const end: IteratorResult<C> = { done: true, value: undefined };
    const next = (fd: NetFD): IteratorResult<C> => ({ done: false, value: this.#accepted(fd) });
    return {
      next: () => {
        try {
          return this.fd.accept(next, undefined, end);
        } catch (error) {
          return Promise.reject(error);
        }
      },
      return: () => Promise.resolve(end),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
