// Unix domain sockets: places for them, and two ends of a connection.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  dialUnix,
  listenUnix,
  listenUnixgram,
  UnixAddr,
  type UnixConn,
  type UnixListener,
  type UnixListenNetwork,
  type UnixNetwork,
} from "rawconn";
import { disposeOf } from "./pair.js";

let folder: string | null = null;
let made = 0;

afterAll(() => {
  if (folder !== null) rmSync(folder, { recursive: true });
  folder = null;
});

/** A path where nothing is yet, in a folder that is gone when the tests of this file are done. */
export function socketPath(): string {
  folder ??= mkdtempSync(join(tmpdir(), "rawconn-"));
  return join(folder, `s${made++}`);
}

/** An abstract name that nobody else uses. */
export const abstractName = () => `@rawconn-${process.pid}-${made++}`;

/** An address on a path of its own. */
export const freshAddr = (net: UnixNetwork, name = socketPath()) => new UnixAddr({ name, net });

/** A dialed connection, the accepted one at its other end, and the listener between them. */
export interface UnixPair extends Disposable {
  listener: UnixListener;
  client: UnixConn;
  server: UnixConn;
}

/** A pair; `laddr` is what the dialed end is bound to. Disposing of it closes what is still open. */
export async function unixPair(
  network: UnixListenNetwork = "unix",
  laddr: UnixAddr | null = null,
): Promise<UnixPair> {
  const listener = await listenUnix(network, freshAddr(network));
  try {
    const [client, server] = await Promise.all([dialUnix(network, laddr, listener.addr), listener.accept()]);
    return { listener, client, server, [Symbol.dispose]: () => disposeOf(client, server, listener) };
  } catch (error) {
    listener.close();
    throw error;
  }
}

/** A datagram socket with an address of its own. */
export const unixgram = (name = socketPath()) => listenUnixgram("unixgram", freshAddr("unixgram", name));
