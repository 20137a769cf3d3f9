// Go: net/net.go (Conn, Listener)
import type { Addr } from "../addr/index.js";
import { type Deadline, fdOf, Handle } from "../conn.js";
import { invalidArgType } from "../errors/index.js";
import type { Acceptor } from "../netutil/acceptor.js";

/**
 * What every connection that carries a stream has: a TCPConn, a UnixConn, an end of a `pipe`, and what this entry point
 * makes of Node's streams. Go: net.Conn.
 */
export interface StreamConn extends Disposable, AsyncDisposable {
  readonly localAddr: Addr | null;
  readonly remoteAddr: Addr | null;
  read(p: Uint8Array): Promise<number | null>;
  write(p: Uint8Array | string): Promise<number>;
  close(): void;
  setDeadline(t: Deadline): void;
  setReadDeadline(t: Deadline): void;
  setWriteDeadline(t: Deadline): void;
  /** Ends what is written, and leaves the other direction open. A connection without it can only be closed as a whole. */
  closeWrite?(): void;
  /** Writes several pieces in order. */
  writev?(pieces: readonly Uint8Array[]): Promise<number>;
}

/** What accepts such connections: any listener of this library. Go: net.Listener. */
export interface StreamListener<C extends StreamConn = StreamConn> extends Acceptor<C>, Disposable {}

/** What makes such connections: a `Dialer`, or anything that dials as one does. */
export interface StreamDialer {
  dial(network: string, address: string): Promise<StreamConn>;
}

const methods = ["read", "write", "close", "setReadDeadline"] as const;

/** A connection that carries a stream, or the TypeError that says so: packets would be cut and run together. */
export function checkStream(conn: unknown): StreamConn {
  const given = conn as Partial<StreamConn> | null | undefined;
  const fits = typeof given === "object" && given !== null;
  const isStream = fits && methods.every((name) => typeof given[name] === "function");
  const packets = conn instanceof Handle && fdOf(conn)?.kind.stream === false;
  if (!isStream || packets) throw invalidArgType("conn", "a stream connection", conn);
  return given as StreamConn;
}

/** A dialer, or the TypeError that says so. */
export function checkDialer(dialer: unknown): StreamDialer {
  if (typeof (dialer as Partial<StreamDialer> | null)?.dial !== "function")
    throw invalidArgType("dialer", "a Dialer", dialer);
  return dialer as StreamDialer;
}

/** Options, or the TypeError that says so. */
export function checkOptions<T extends object>(options: T): T {
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "an object", options);
  return options;
}
