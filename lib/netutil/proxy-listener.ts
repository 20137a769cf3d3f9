import type { Addr } from "../addr/index.js";
import type { PortAddr } from "../addr/port-addr.js";
import { asError, checkDuration, checkInt, checkSignal, invalidArgType } from "../errors/index.js";
import type { Deadline } from "../conn.js";
import { onAbort } from "../internal/poll/aborts.js";
import type { Reader as IOReader } from "../limited-reader.js";
import type { AcceptOptions } from "../listener.js";
import { Prefix } from "../netip/index.js";
import { type Acceptor, Wrapped } from "./acceptor.js";
import { closeUnlessClosed } from "./close-unless-closed.js";
import type { Closable } from "./on-close.js";
import type { ProxyHeader } from "./proxy-header.js";
import { DEFAULT_MAX, readProxyHeader } from "./proxy-read.js";

/** A connection that a header can be read from in time. */
export interface ProxiedConn extends Closable, IOReader {
  readonly localAddr: Addr | null;
  readonly remoteAddr: Addr | null;
  setReadDeadline(t: Deadline): void;
}

/** Whom to believe, and how long to wait. */
export interface ProxyListenerOptions {
  /**
   * Who may say where a connection comes from: the networks of the proxies, or a function of the peer's address. From them
   * a header must come; all others are taken as they are.
   */
  trusted: readonly Prefix[] | ((addr: Addr | null) => boolean);
  /** How long a header may take, in milliseconds; 5000 if left out. */
  timeout?: number | undefined;
  /** The longest header, in bytes; 4096 if left out. */
  max?: number | undefined;
  /** Told why a connection was closed whose header did not come, or was none. */
  onError?: ((error: Error, addr: Addr | null) => void) | undefined;
}

const DEFAULT_TIMEOUT = 5000;
// So many headers may be on their way at a time; more clients wait in the queue of the system.
const MOST = 128;

const headers = new WeakMap<object, ProxyHeader>();

/** What the proxy said of a connection that a {@link proxyListener} has accepted; null where none did. */
export function proxyHeaderOf(conn: object): ProxyHeader | null {
  return headers.get(conn) ?? null;
}

interface Waiter<C> {
  resolve(conn: C): void;
  reject(error: Error): void;
}

/** A listener whose connections tell of both ends what their proxies say. Made by {@link proxyListener}. */
export class ProxyListener<C extends ProxiedConn> extends Wrapped<C> {
  readonly #trusts: (addr: Addr | null) => boolean;
  readonly #timeout: number;
  readonly #max: number;
  readonly #onError: ProxyListenerOptions["onError"];
  readonly #line = new Set<Waiter<C>>();
  // Those whose headers are on their way, and those who were ready when nobody asked any more.
  readonly #reading = new Set<C>();
  readonly #ready: C[] = [];
  #accepting: AbortController | null = null;
  #closed = false;

  /** @internal */
  constructor(listener: Acceptor<C>, options: ProxyListenerOptions) {
    super(listener);
    if (typeof options !== "object" || options === null)
      throw invalidArgType("options", "an object", options);
    const { trusted, timeout = DEFAULT_TIMEOUT, max = DEFAULT_MAX, onError } = options;
    if (onError !== undefined && typeof onError !== "function")
      throw invalidArgType("options.onError", "a function", onError);
    this.#trusts = trustOf(trusted);
    this.#timeout = checkDuration("options.timeout", timeout);
    this.#max = checkInt("options.max", max, 15, 65551);
    this.#onError = onError;
  }

  /**
   * Waits for the next connection whose header is there. Headers are read side by side: one that is slow keeps nobody else
   * out, and one that does not come in time is skipped. Rejects as the listener underneath.
   */
  accept(accepting?: AcceptOptions): Promise<C> {
    let signal: AbortSignal | undefined;
    try {
      signal = checkSignal(accepting);
    } catch (error) {
      return Promise.reject(asError(error));
    }
    // It knows the words for what has happened.
    if (signal?.aborted) return this.inner.accept(accepting);
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#line.delete(waiter);
        forget?.();
        if (this.#line.size === 0) this.#accepting?.abort();
      };
      const waiter: Waiter<C> = {
        resolve: (conn) => (leave(), resolve(conn)),
        reject: (error) => (leave(), reject(error)),
      };
      const forget = signal && onAbort(signal, () => (leave(), resolve(this.inner.accept(accepting))));
      this.#line.add(waiter);
      this.#next();
    });
  }

  override close(): void {
    this.#closed = true;
    try {
      super.close();
    } finally {
      for (const conn of [...this.#reading, ...this.#ready.splice(0)]) closeUnlessClosed(conn);
    }
  }

  // Accepts one more, as long as somebody waits and there is room.
  #next(): void {
    if (this.#line.size > 0 && this.#accepting === null && this.#reading.size < MOST) void this.#acceptOne();
  }

  async #acceptOne(): Promise<void> {
    const accepting = new AbortController();
    this.#accepting = accepting;
    try {
      void this.#read(await this.inner.accept({ signal: accepting.signal }));
    } catch (error) {
      const [first] = this.#line;
      // When nobody waited any more it was told to stop; whoever has come since starts it again.
      if (!accepting.signal.aborted) first?.reject(asError(error));
    }
    this.#accepting = null;
    this.#next();
  }

  async #read(conn: C): Promise<void> {
    const { remoteAddr } = conn;
    this.#reading.add(conn);
    try {
      if (!this.#closed && this.#trusts(remoteAddr)) await this.#introduce(conn);
      this.#give(conn);
    } catch (error) {
      closeUnlessClosed(conn);
      this.#onError?.(asError(error), remoteAddr);
    } finally {
      this.#reading.delete(conn);
      this.#next();
    }
  }

  async #introduce(conn: C): Promise<void> {
    conn.setReadDeadline(Date.now() + this.#timeout);
    const header = await readProxyHeader(conn, this.#max);
    conn.setReadDeadline(null);
    headers.set(conn, header);
    const { source, destination } = header;
    if (source === null) return;
    Object.defineProperty(conn, "remoteAddr", { configurable: true, value: source });
    Object.defineProperty(conn, "localAddr", { configurable: true, value: destination });
  }

  #give(conn: C): void {
    // The listener underneath had it already when it was closed, or the last of its header had come.
    if (this.#closed) return closeUnlessClosed(conn);
    const [first] = this.#line;
    if (first === undefined) this.#ready.push(conn);
    else first.resolve(conn);
  }
}

function trustOf(trusted: ProxyListenerOptions["trusted"]): (addr: Addr | null) => boolean {
  if (typeof trusted === "function") return trusted;
  if (!Array.isArray(trusted) || !trusted.every((prefix) => prefix instanceof Prefix))
    throw invalidArgType("options.trusted", "an array of prefixes, or a function", trusted);
  const prefixes = trusted as readonly Prefix[];
  return (addr) => {
    const ip = (addr as Partial<PortAddr> | null)?.addrPort?.().addr.unmap().withZone("");
    return ip !== undefined && prefixes.some((prefix) => prefix.contains(ip));
  };
}

/**
 * Reads the header of the PROXY protocol, version 1 or 2, that a proxy sends in front of each connection: `remoteAddr` and
 * `localAddr` of the accepted connection are then what it says. {@link proxyHeaderOf} has the rest of it. The text of errors
 * still names the addresses of the socket.
 *
 * Throws a TypeError or RangeError for what is no listener, or options that make no sense.
 */
export function proxyListener<C extends ProxiedConn>(
  listener: Acceptor<C>,
  options: ProxyListenerOptions,
): ProxyListener<C> {
  return new ProxyListener(listener, options);
}
