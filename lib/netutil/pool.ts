// Go: database/sql (DB.conn, DB.putConn), for connections of any kind
import { checkDuration, checkInt, checkSignal, ErrClosed, invalidArgType } from "../errors/index.js";
import { onAbort } from "../internal/poll/aborts.js";
import { canceled } from "../internal/poll/canceled.js";
import { atRest } from "./at-rest.js";
import { closeUnlessClosed } from "./close-unless-closed.js";
import { type Closable, onClose } from "./on-close.js";

/** How a {@link Pool} is made. */
export interface PoolOptions<C extends Closable> {
  /** Opens a connection; called when none is idle, with the signal of who asks. */
  dial: (options: { signal?: AbortSignal | undefined }) => Promise<C>;
  /** The most connections that are open or being opened at any time; 10 if left out. */
  max?: number | undefined;
  /** After so many milliseconds without use one is closed; 90 000 if left out, Infinity for never. */
  idleTimeout?: number | undefined;
  /**
   * Whether one that was idle may be used again; called with each. A Conn, or what `rawconn/node` makes of a stream, whose
   * peer has ended it, or has sent something meanwhile, is never used again, and is not asked about.
   */
  check?: ((conn: C) => boolean | Promise<boolean>) | undefined;
}

/** What asking for a connection takes. */
export interface GetOptions {
  /** Aborting it gives the place in the line up, and rejects with `ABORT_ERR`. */
  signal?: AbortSignal | null | undefined;
}

const DEFAULT_MAX = 10;
const DEFAULT_IDLE = 90_000;

// The longest that a timer of Node waits, in milliseconds.
const LONGEST = 2 ** 31 - 1;

/** The place that a connection takes among the `max`. */
interface Place {
  /** Whether the connection is open. */
  held: boolean;
  /** Whether it stays taken when that is closed, since who is being served may open another one in it. */
  kept: boolean;
}

/** A connection of the pool's. */
interface Member<C> {
  readonly conn: C;
  readonly place: Place;
  /** Since when it is idle, by the clock that nobody sets. */
  since: number;
}

/** Who waits in line: for a connection that is given back, or null for the place to open one. */
interface Waiter<C> {
  resolve(member: Member<C> | null): void;
  reject(error: Error): void;
}

/**
 * A connection on loan. `release` gives it back in good order; leaving a `using` block without that closes it, since whatever
 * was thrown may have left half an answer in it.
 */
export class Lease<C extends Closable> implements Disposable {
  /** The connection. */
  readonly conn: C;
  #giveBack: (() => void) | null;

  /** @internal */
  constructor(conn: C, giveBack: () => void) {
    this.conn = conn;
    this.#giveBack = giveBack;
  }

  /** Gives it back for others to use. Does nothing the second time, or after {@link discard}. */
  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = null;
    giveBack?.();
  }

  /** Closes it, unless it was given back. */
  discard(): void {
    if (this.#giveBack === null) return;
    this.#giveBack = null;
    closeUnlessClosed(this.conn);
  }

  /** The same as {@link discard}. */
  [Symbol.dispose](): void {
    this.discard();
  }
}

/**
 * Connections that are used again: no more than `max` at a time, the one that was used last first. Who finds none waits in
 * line, and is served in order.
 *
 *     using lease = await pool.get({ signal: AbortSignal.timeout(1000) });
 *     await ask(lease.conn);
 *     lease.release();
 *
 * A connection takes its place until it is closed, whoever closes it: `discard`, its own `close`, or the collector, when it
 * was forgotten. So none that was not given back is missed for ever, and none is counted twice.
 */
export class Pool<C extends Closable> implements Disposable {
  readonly #dial: PoolOptions<C>["dial"];
  readonly #check: PoolOptions<C>["check"];
  readonly #max: number;
  readonly #idleTimeout: number;
  // While anybody waits nothing is idle, and every place is taken. The one that is idle longest stands first.
  readonly #idle: Member<C>[] = [];
  readonly #line = new Set<Waiter<C>>();
  #places = 0;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;

  /** Throws a TypeError or RangeError for options that make no sense. */
  constructor(options: PoolOptions<C>) {
    if (typeof options !== "object" || options === null)
      throw invalidArgType("options", "an object", options);
    const { dial, max = DEFAULT_MAX, idleTimeout = DEFAULT_IDLE, check } = options;
    if (typeof dial !== "function") throw invalidArgType("options.dial", "a function", dial);
    if (check !== undefined && typeof check !== "function")
      throw invalidArgType("options.check", "a function", check);
    this.#max = checkInt("options.max", max, 1, Number.MAX_SAFE_INTEGER);
    this.#idleTimeout = checkDuration("options.idleTimeout", idleTimeout);
    this.#dial = dial;
    this.#check = check;
  }

  /** How many connections there are: on loan, idle, or being opened. */
  get size(): number {
    return this.#places;
  }

  /** How many are idle. */
  get idle(): number {
    return this.#idle.length;
  }

  /** How many wait in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * A connection: an idle one, a new one, or the next that is given back. Rejects with what dialing rejects with, which costs
   * nobody else a place; with `ABORT_ERR` or `ERR_TIMEOUT` by the signal; with `ERR_CLOSED` when the pool is closed.
   */
  async get(getting?: GetOptions): Promise<Lease<C>> {
    const signal = checkSignal(getting);
    if (this.#closed) throw ErrClosed;
    if (signal?.aborted) throw canceled(signal);
    let member = this.#rested();
    if (member === null && this.#places === this.#max) member = await this.#wait(signal);
    else if (member === null) this.#places++;
    // Its place is then for the one that comes instead.
    if (member !== null && !(await this.#usable(member, signal))) member = null;
    member ??= await this.#open(signal);
    if (this.#closed) {
      closeUnlessClosed(member.conn);
      throw ErrClosed;
    }
    const lent = member;
    return new Lease(lent.conn, () => this.#giveBack(lent));
  }

  /** Calls `f` with a connection, gives it back when `f` is done, and closes it when `f` throws. Rejects as {@link get}. */
  async use<T>(f: (conn: C) => T | Promise<T>, getting?: GetOptions): Promise<T> {
    if (typeof f !== "function") throw invalidArgType("f", "a function", f);
    const lease = await this.get(getting);
    try {
      const result = await f(lease.conn);
      lease.release();
      return result;
    } finally {
      lease.discard();
    }
  }

  /**
   * Closes what is idle; who waits is rejected with `ERR_CLOSED`, and what is on loan is closed when it is given back. A
   * second call throws `ERR_CLOSED`.
   */
  close(): void {
    if (this.#closed) throw ErrClosed;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const waiter of this.#line) waiter.reject(ErrClosed);
    for (const { conn } of this.#idle.splice(0)) closeUnlessClosed(conn);
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    if (!this.#closed) this.close();
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  // One that was used last; those that were closed while they were idle have no place any more.
  #rested(): Member<C> | null {
    let member = this.#idle.pop();
    while (member?.place.held === false) member = this.#idle.pop();
    return member ?? null;
  }

  // Whether one may be used again. Where not, or where this rejects, it is closed.
  async #usable({ conn, place }: Member<C>, signal: AbortSignal | undefined): Promise<boolean> {
    place.kept = true;
    let isGood = false;
    try {
      isGood = place.held && atRest(conn) && (await this.#checked(conn, signal)) && place.held;
    } catch (error) {
      if (signal?.aborted) {
        place.kept = false;
        if (place.held) closeUnlessClosed(conn);
        else this.#vacate();
        throw error;
      }
    }
    if (isGood) place.kept = false;
    else closeUnlessClosed(conn);
    return isGood;
  }

  #checked(conn: C, signal: AbortSignal | undefined): Promise<boolean> | boolean {
    if (this.#check === undefined) return true;
    return untilAbort(Promise.resolve(this.#check(conn)), signal, () => {});
  }

  // Opens one in a place that is taken already.
  #open(signal: AbortSignal | undefined): Promise<Member<C>> {
    return untilAbort(this.#dialed(signal), signal, (late) => this.#giveBack(late));
  }

  async #dialed(signal: AbortSignal | undefined): Promise<Member<C>> {
    try {
      // Closed since its place became free.
      if (this.#closed) throw ErrClosed;
      const conn = await this.#dial(signal === undefined ? {} : { signal });
      const place = { held: true, kept: false };
      onClose(conn, () => {
        place.held = false;
        if (!place.kept) this.#vacate();
      });
      return { conn, place, since: 0 };
    } catch (error) {
      this.#vacate();
      throw error;
    }
  }

  // A place is free: for the next in line to open one.
  #vacate(): void {
    const [next] = this.#line;
    if (next === undefined) this.#places--;
    else next.resolve(null);
  }

  #giveBack(member: Member<C>): void {
    if (!member.place.held) return;
    const [next] = this.#line;
    if (this.#closed) closeUnlessClosed(member.conn);
    else if (next !== undefined) {
      member.place.kept = true;
      next.resolve(member);
    } else {
      member.since = performance.now();
      this.#idle.push(member);
      this.#arm();
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<Member<C> | null> {
    return new Promise((resolve, reject) => {
      const over = () => {
        this.#line.delete(waiter);
        forget?.();
      };
      const waiter: Waiter<C> = {
        resolve: (member) => {
          over();
          resolve(member);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      };
      const forget = signal && onAbort(signal, () => waiter.reject(canceled(signal)));
      this.#line.add(waiter);
    });
  }

  #arm(): void {
    const [oldest] = this.#idle;
    if (oldest === undefined || this.#timer !== null || this.#idleTimeout === Infinity) return;
    const left = oldest.since + this.#idleTimeout - performance.now();
    this.#timer = setTimeout(() => this.#expire(), Math.min(Math.max(Math.ceil(left), 0), LONGEST));
    this.#timer.unref();
  }

  #expire(): void {
    this.#timer = null;
    const limit = performance.now() - this.#idleTimeout;
    while (this.#idle.length > 0 && this.#idle[0]!.since <= limit)
      closeUnlessClosed(this.#idle.shift()!.conn);
    this.#arm();
  }
}

// What becomes of a promise, or the signal's error when that comes first; then what it resolves to after all goes to `late`.
async function untilAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  late: (value: T) => void,
): Promise<T> {
  if (signal === undefined) return promise;
  let forget = () => {};
  const aborted = new Promise<null>((resolve) => {
    forget = onAbort(signal, () => resolve(null));
    // No event tells of what has happened: it may have, since its turn came in the line.
    if (signal.aborted) resolve(null);
  });
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), aborted]);
    if (first !== null) return first.value;
    promise.then(late, () => {});
    throw canceled(signal);
  } finally {
    forget();
  }
}
