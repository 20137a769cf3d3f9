import type { Addr } from "../addr/index.js";
import { invalidArgType } from "../errors/index.js";
import { closeUnlessClosed } from "./close-unless-closed.js";
import { type Closable } from "./on-close.js";
import { formatProxyHeader, type ProxyHeader } from "./proxy-header.js";

/** A connection that a header can be written to. */
export interface HeaderConn extends Closable {
  readonly localAddr: Addr | null;
  readonly remoteAddr: Addr | null;
  write(p: Uint8Array): Promise<number>;
}

/** What dials: a Dialer of this library, or what is like it. */
export interface Dials<C> {
  dial(network: string, address: string, options?: { signal?: AbortSignal | null | undefined }): Promise<C>;
}

/** What to say of a connection: all of a header, or what is left out as {@link writeProxyHeader} has it. */
export type ProxyHeaderFields = Partial<ProxyHeader>;

/**
 * Writes a header of the PROXY protocol: the first thing on a connection. What is left out of it is filled in: version 2, and
 * the connection's own two ends, as if it had been made by who connects to it. Resolves when it is written. Rejects with a
 * TypeError for what no header can say, or with what the connection rejects with.
 */
export async function writeProxyHeader(conn: HeaderConn, header: ProxyHeaderFields = {}): Promise<void> {
  if (typeof header !== "object" || header === null) throw invalidArgType("header", "an object", header);
  const { version = 2, source = conn.localAddr, destination = conn.remoteAddr, tlvs = [] } = header;
  await conn.write(formatProxyHeader({ version, source, destination, tlvs }));
}

/**
 * A dialer whose connections begin with a header: what `header` is, or gives for each. A connection whose header cannot be
 * written is closed, and dialing it rejects. Throws a TypeError for what is no dialer, or no header.
 */
export function proxyDialer<D extends Dials<HeaderConn>>(
  dialer: D,
  header: ProxyHeaderFields | ((conn: HeaderConn) => ProxyHeaderFields) = {},
): Pick<D, "dial"> {
  if (typeof (dialer as Partial<D> | null)?.dial !== "function")
    throw invalidArgType("dialer", "a dialer", dialer);
  if ((typeof header !== "object" || header === null) && typeof header !== "function")
    throw invalidArgType("header", "an object or a function", header);
  const dial: Dials<HeaderConn>["dial"] = async (network, address, options) => {
    const conn = await dialer.dial(network, address, options);
    try {
      await writeProxyHeader(conn, typeof header === "function" ? header(conn) : header);
      return conn;
    } catch (error) {
      closeUnlessClosed(conn);
      throw error;
    }
  };
  // What it dials is what the dialer dials.
  return { dial };
}
