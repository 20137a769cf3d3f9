// Go: crypto/tls/tls.go (Client, Listener), crypto/tls/conn.go (Handshake)
import {
  connect,
  type ConnectionOptions,
  createSecureContext,
  createServer,
  type Server,
  type TlsOptions,
  type TLSSocket,
} from "node:tls";
import type { Duplex } from "node:stream";
import type { Addr } from "../addr/index.js";
import { type Deadline, deadlineOf } from "../conn.js";
import { asError, checkSignal, ErrClosed, invalidArgValue, OpError } from "../errors/index.js";
import { onAbort } from "../internal/poll/aborts.js";
import { canceled } from "../internal/poll/canceled.js";
import type { AcceptOptions } from "../listener.js";
import { Line, Waiting } from "../pipe-line.js";
import { checkListener } from "../netutil/acceptor.js";
import { closeUnlessClosed } from "../netutil/close-unless-closed.js";
import { acceptLoop } from "./accept-loop.js";
import { DuplexConn, type DuplexConnOptions } from "./from-duplex.js";
import { checkOptions, checkStream, type StreamConn, type StreamListener } from "./stream-conn.js";
import { toStream } from "./to-socket.js";

// Connections that shake hands, or have done so and wait to be accepted; with so many, no more are taken from the listener.
const BACKLOG = 128;
const NOTHING = new Uint8Array();

/**
 * A TLS connection. Reads and writes wait for the handshake, so nothing is sent to a peer whose certificate was not
 * approved; their deadlines hold meanwhile.
 *
 * A read resolves `null` when the peer has ended TLS, and also when somebody on the way has ended what is under it: Node does
 * not tell which. So `null` is no proof that a message is complete; its own protocol has to say how long it is.
 * Go: tls.Conn, whose reads fail with io.ErrUnexpectedEOF then.
 */
export class TLSConn extends DuplexConn {
  /** Node's own socket: certificates, protocols, keys. Read and write here, not there. */
  readonly socket: TLSSocket;

  /** @internal {@link tlsClient} and {@link tlsServer} make them. */
  constructor(socket: TLSSocket, ends?: DuplexConnOptions, ready?: Promise<void>) {
    super(socket, ends, ready);
    this.socket = socket;
  }

  /**
   * Resolves when the handshake is over, and the certificate approved. It begins by itself, and need not be waited for. Keeps
   * to the write deadline. Rejects with an OpError `handshake`. Go: Conn.Handshake.
   */
  async handshake(): Promise<void> {
    await this.enter("handshake", NOTHING);
  }
}

/** What a client takes: what `tls.connect` does, but for where to connect to. */
export type TLSClientOptions = Omit<ConnectionOptions, "socket" | "path" | "port">;

/**
 * TLS over a connection, as its client. The connection is given up; close what this returns. `servername` is the name that
 * the certificate must have, unless `rejectUnauthorized` is false or there is a `checkServerIdentity`. Throws
 * `ERR_INVALID_ARG_VALUE` without, and what `tls.createSecureContext` throws, before the connection is touched.
 * Go: tls.Client.
 */
export function tlsClient(conn: StreamConn, options: TLSClientOptions): TLSConn {
  checkStream(conn);
  const { servername, host, rejectUnauthorized, checkServerIdentity } = checkOptions(options);
  const named = servername ?? host ?? checkServerIdentity;
  if (named === undefined && rejectUnauthorized !== false)
    throw invalidArgValue("options.servername", "the name that the certificate must have", servername);
  const secureContext = options.secureContext ?? createSecureContext(options);
  const { localAddr, remoteAddr } = conn;
  const carrier = toStream(conn, { carriesTLS: true });
  let socket: TLSSocket;
  try {
    socket = connect({ ...options, secureContext, socket: carrier });
  } catch (error) {
    carrier.destroy();
    throw error;
  }
  // The carrier's own failures are the socket's as well, told twice.
  carrier.on("error", () => {});
  carrier.allowHalfOpen = true;
  return new TLSConn(socket, { localAddr, remoteAddr }, shaken(socket));
}

function shaken(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", () => {
      halfOpen(socket);
      resolve();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(ErrClosed));
  });
}

// From here on the peer's end is not ours: a connection can be written to after it. A handshake has no such halves.
function halfOpen(socket: TLSSocket): void {
  socket.allowHalfOpen = true;
}

// What Node's socket goes over only its handle knows; a stream that is no socket has one around it there.
function carrierOf(socket: TLSSocket): Duplex {
  const { _parentWrap: wrap } = Reflect.get(socket, "_handle") as { _parentWrap: Duplex };
  return (wrap as { stream?: Duplex }).stream ?? wrap;
}

/** An accept that waits. */
class Accepting extends Waiting<TLSConn> {
  readonly #addr: Addr | null;

  constructor(addr: Addr | null) {
    super(NOTHING);
    this.#addr = addr;
  }

  override fail(cause: Error): void {
    // The listener's own failure says all of it already.
    if (cause instanceof OpError && cause.op === "accept") return this.reject(cause);
    this.reject(new OpError({ op: "accept", net: this.#addr?.network ?? "tls", addr: this.#addr, cause }));
  }
}

/** Accepts TLS connections. Go: tls.NewListener. */
export class TLSListener implements StreamListener<TLSConn>, AsyncIterable<TLSConn>, AsyncDisposable {
  readonly #listener: StreamListener;
  readonly #server: Server;
  readonly #line = new Line<Accepting>();
  readonly #done: TLSConn[] = [];
  // What shakes hands, and who is at its ends.
  readonly #shaking = new Map<Duplex, DuplexConnOptions>();
  #runs = false;
  #closed = false;
  // Lets the loop go on when it stopped for a full backlog.
  #room: (() => void) | null = null;

  /** @internal {@link tlsServer} makes them. */
  constructor(listener: StreamListener, options: TlsOptions) {
    this.#listener = listener;
    this.#server = createServer(options);
    this.#server.on("secureConnection", (socket) => this.#shaken(socket));
    // One that ran out of time stays open otherwise.
    this.#server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  /** Where it listens. */
  get addr(): Addr | null {
    return this.#listener.addr;
  }

  /**
   * Waits for the next connection whose handshake is over. Handshakes go on side by side, and one that fails, or takes
   * longer than `handshakeTimeout`, ends that connection alone. Rejects as the listener's `accept` does.
   */
  async accept(options?: AcceptOptions): Promise<TLSConn> {
    const signal = checkSignal(options);
    const accepting = new Accepting(this.addr);
    if (this.#closed) accepting.fail(ErrClosed);
    else if (signal?.aborted) accepting.fail(canceled(signal));
    else this.#wait(accepting, signal);
    return accepting.promise;
  }

  #wait(accepting: Accepting, signal: AbortSignal | undefined): void {
    const conn = this.#done.shift();
    this.#line.push(accepting);
    if (conn !== undefined) this.#give(conn);
    else if (!this.#runs) void this.#run();
    this.#line.arm();
    this.#makeRoom();
    if (signal === undefined) return;
    const forget = onAbort(signal, () => {
      this.#line.remove(accepting);
      accepting.fail(canceled(signal));
    });
    accepting.promise.then(forget, forget);
  }

  /** Sets the deadline of accepts. Throws `ERR_CLOSED`, bare. Go: TCPListener.SetDeadline. */
  setDeadline(t: Deadline): void {
    const at = deadlineOf(t);
    if (this.#closed) throw ErrClosed;
    this.#line.setDeadline(at);
  }

  /**
   * Closes the listener under it, and what shakes hands or was not accepted. What waits rejects with `ERR_CLOSED`; a second
   * call throws it.
   */
  close(): void {
    try {
      this.#listener.close();
    } finally {
      this.#end();
    }
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    closeUnlessClosed(this);
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  /** Every connection until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<TLSConn> {
    for (;;) {
      let conn: TLSConn;
      try {
        conn = await this.accept();
      } catch (error) {
        if (this.#closed) return;
        throw error;
      }
      yield conn;
    }
  }

  async #run(): Promise<void> {
    this.#runs = true;
    try {
      await acceptLoop(this.#listener, (conn) => this.#begin(conn));
      this.#end();
    } catch (error) {
      this.#fail(asError(error));
    } finally {
      this.#runs = false;
    }
  }

  #begin(conn: StreamConn): void | Promise<void> {
    // Accepted while the listener was being closed.
    if (this.#closed) return conn[Symbol.dispose]();
    const { localAddr, remoteAddr } = conn;
    const carrier = toStream(conn, { carriesTLS: true });
    this.#shaking.set(carrier, { localAddr, remoteAddr });
    // What fails before the handshake is over concerns nobody else.
    carrier.on("error", () => {});
    carrier.on("close", () => {
      this.#shaking.delete(carrier);
      this.#makeRoom();
    });
    this.#server.emit("connection", carrier);
    carrier.allowHalfOpen = true;
    return this.#isFull() ? new Promise((resolve) => (this.#room = resolve)) : undefined;
  }

  #isFull(): boolean {
    return this.#shaking.size + this.#done.length >= BACKLOG;
  }

  #makeRoom(): void {
    if (!this.#isFull()) this.#room?.();
  }

  #shaken(socket: TLSSocket): void {
    halfOpen(socket);
    const carrier = carrierOf(socket);
    const conn = new TLSConn(socket, this.#shaking.get(carrier));
    this.#shaking.delete(carrier);
    if (this.#closed) conn.close();
    else if (this.#line.head === null) this.#done.push(conn);
    else this.#give(conn);
    this.#makeRoom();
  }

  #give(conn: TLSConn): void {
    const accepting = this.#line.head!;
    this.#line.shift();
    accepting.resolve(conn);
  }

  #end(): void {
    this.#closed = true;
    this.#fail(ErrClosed);
    for (const carrier of this.#shaking.keys()) carrier.destroy();
    for (const conn of this.#done.splice(0)) conn.close();
    this.#room?.();
  }

  #fail(cause: Error): void {
    this.#line.clear((accepting) => accepting.fail(cause));
  }
}

/**
 * TLS over every connection of a listener: what `accept` gives has shaken hands. The listener is the new one's. Options are
 * those of `tls.createServer`; throws what that throws, before the listener is touched. With `requestCert`, clients
 * without a certificate that is approved are refused unless `rejectUnauthorized` is false. Go: tls.NewListener.
 */
export function tlsServer<C extends StreamConn>(
  listener: StreamListener<C>,
  options: TlsOptions,
): TLSListener {
  return new TLSListener(checkListener(listener), checkOptions(options));
}
