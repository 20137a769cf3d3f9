// Two ends of a connection over loopback, and a listener that never answers.

import {
  dialTCP,
  type Dialer,
  ListenConfig,
  listen,
  type TCPConn,
  type TCPListener,
  type TCPNetwork,
  type UDPConn,
} from "rawconn";
import type { NetFD } from "#lib/internal/socket/net-fd.js";
import { binding, constant } from "#lib/internal/binding.js";
import { stack } from "#lib/internal/socket/probe.js";
import { outcomeAfter } from "./outcome.js";

/** Whether this host has IPv6 on loopback. Tests that need it say so. */
export const hasIPv6 = stack().ipv6;
if (!hasIPv6) console.log("IPv6: ::1 cannot be bound here, so the tests over it do not run");

/** A dialed connection, the accepted one at its other end, and the listener between them. */
export interface Pair extends Disposable {
  listener: TCPListener;
  client: TCPConn;
  server: TCPConn;
}

/** A pair over the loopback address of `network`. Disposing of it closes what is still open. */
export async function pair(network: TCPNetwork = "tcp", dialer?: Dialer): Promise<Pair> {
  const listener = await listen(network, network === "tcp6" ? "[::1]:0" : "127.0.0.1:0");
  return connected(
    listener,
    () => dialer?.dialTCP(network, null, listener.addr!) ?? dialTCP(network, null, listener.addr!),
  );
}

/** A pair over a listener that the caller made. */
export async function connected(listener: TCPListener, dial: () => Promise<TCPConn>): Promise<Pair> {
  try {
    const [client, server] = await Promise.all([dial(), listener.accept()]);
    return { listener, client, server, [Symbol.dispose]: () => disposeOf(client, server, listener) };
  } catch (error) {
    listener[Symbol.dispose]();
    throw error;
  }
}

/** The descriptor's number, as only a test may know it. */
export function descriptorOf(handle: TCPConn | TCPListener): number {
  return fdOf(handle).fd;
}

/** What stands behind a handle. */
export function fdOf(handle: TCPConn | TCPListener | UDPConn): NetFD {
  return (handle as unknown as { readonly fd: NetFD }).fd;
}

/** Closes all that is still open. */
export function disposeOf(...handles: Disposable[]): void {
  for (const handle of handles) handle[Symbol.dispose]();
}

/** A listener whose queue is full: whoever dials it hears nothing, neither yes nor no. */
export interface BlackHole extends Disposable {
  listener: TCPListener;
  /** Where to dial: `host:port`. */
  address: string;
}

/**
 * listen(2) with a backlog of 0 keeps room for one connection; that one is made here and never accepted. From then
 * on the kernel drops every SYN, and the dialer waits for an answer until its time is over.
 */
export async function blackHole(network: TCPNetwork = "tcp4", port = 0): Promise<BlackHole> {
  const host = network === "tcp6" ? "[::1]" : "127.0.0.1";
  const listener = await new ListenConfig({ multipathTCP: false }).listen(network, `${host}:${port}`);
  const result = binding.listen(descriptorOf(listener), 0);
  if (result < 0) throw new Error(`listen: ${result}`);
  const filler = await dialTCP(network, null, listener.addr!);
  return {
    listener,
    address: listener.addr!.toString(),
    [Symbol.dispose]: () => disposeOf(filler, listener),
  };
}

/** An address of loopback that no other process of these tests uses, so that none takes a port there meanwhile. */
export const ALONE = `127.${1 + ((process.pid >> 8) % 254)}.${process.pid & 255}.9`;

/** `host:port` where nobody listens: a port that was free a moment ago. */
export async function refusingAddress(host = ALONE): Promise<string> {
  const listener = await listen("tcp", `${host}:0`);
  const address = listener.addr!.toString();
  listener.close();
  return address;
}

/** A write that waits because the peer does not read. In an object, since a promise of a promise would be awaited. */
export async function blockedWrite(conn: TCPConn): Promise<{ writing: Promise<number> }> {
  for (;;) {
    const writing = conn.write(new Uint8Array(1 << 20));
    if ((await outcomeAfter(20, writing)) === "pending") return { writing };
  }
}

/** Reads until the stream ends, one way or the other. How many bytes there were. */
export async function drain(conn: TCPConn): Promise<number> {
  const room = new Uint8Array(1 << 20);
  let total = 0;
  try {
    for (let n; (n = await conn.read(room)) !== null;) total += n;
  } catch {
    // A reset is an end as well.
  }
  return total;
}

/** Reads a C int option; null where this socket has no such option. */
export function intOption(handle: TCPConn | TCPListener, level: string, name: string): number | null {
  const int = new Int32Array(1);
  const result = binding.getsockopt(
    descriptorOf(handle),
    constant(level),
    constant(name),
    new Uint8Array(int.buffer),
  );
  return result < 0 ? null : int[0];
}
