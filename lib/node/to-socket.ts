import { isIP, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { fdOf } from "../conn.js";
import { checkBoolean, Errno, invalidArgType } from "../errors/index.js";
import { binding } from "../internal/binding.js";
import type { NetFD } from "../internal/socket/net-fd.js";
import { closeUnlessClosed } from "../netutil/close-unless-closed.js";
import { TCPConn } from "../tcp.js";
import { UnixConn } from "../unix-conn.js";
import { checkOptions, type StreamConn } from "./stream-conn.js";
import { ConnDuplex, partsOf } from "./to-duplex.js";

/** What `toSocket` and `toDuplex` take beside the connection. */
export interface BridgeOptions {
  /** Whether the writing side stays open when the peer has ended; false as in node:net. */
  allowHalfOpen?: boolean | undefined;
}

/** @internal What else a stream is made for. */
export interface StreamOptions extends BridgeOptions {
  /** Whether TLS goes over it. */
  carriesTLS?: boolean;
}

/**
 * Gives the descriptor of a connection to a `net.Socket` of Node's own, which runs at Node's own speed with every option
 * that was set here. The connection is given up as by `close`, without an end for the peer: what waits rejects with
 * `ERR_CLOSED` (a write's `n` tells what went), and the descriptor is the socket's. What was not read yet the
 * socket reads. An `unref` is taken over; deadlines are not.
 *
 * Throws `ERR_INVALID_ARG_TYPE` for what is no TCPConn or stream UnixConn, `EINVAL` for a zero value, an OpError `file` with
 * `ERR_CLOSED` after close.
 */
export function toSocket(conn: TCPConn | UnixConn, options: BridgeOptions = {}): Socket {
  const fd = descriptorOf(conn);
  if (fd === null) throw invalidArgType("conn", "a TCPConn or a UnixConn that is a stream", conn);
  const { allowHalfOpen = false } = checkOptions(options);
  checkBoolean("options.allowHalfOpen", allowHalfOpen);
  const { keepsLoop } = fd;
  const number = fd.detach();
  let socket: Socket;
  try {
    socket = new Socket({ fd: number, allowHalfOpen, readable: true, writable: true });
  } catch (error) {
    binding.close(number);
    throw error;
  }
  rename(socket, conn, "remote");
  rename(socket, conn, "local");
  // Somebody put a close of their own in its place, as a limit on connections does, and waits to hear of the end. The one
  // under it can only say that there is nothing left to close.
  if (Object.hasOwn(conn, "close")) socket.once("close", () => closeUnlessClosed(conn));
  return keepsLoop ? socket : socket.unref();
}

// A proxy may have told of other ends than the system knows: then the connection has addresses of its own.
function rename(socket: Socket, conn: TCPConn | UnixConn, side: "local" | "remote"): void {
  if (!Object.hasOwn(conn, `${side}Addr`)) return;
  const { host, port } = partsOf(conn[`${side}Addr`]);
  const family = host === undefined ? undefined : `IPv${isIP(host)}`;
  const values = { [`${side}Address`]: host, [`${side}Port`]: port, [`${side}Family`]: family };
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(socket, name, { configurable: true, value });
  // TLS over the socket asks the handle instead.
  const handle = Reflect.get(socket, "_handle") as object;
  const ask = (out: object) => (Object.assign(out, { address: host, port, family }), 0);
  Object.assign(handle, { [side === "remote" ? "getpeername" : "getsockname"]: ask });
}

/** @internal The fastest stream of Node's that a connection can become: a socket where there is a descriptor to give. */
export function toStream(conn: StreamConn, options: StreamOptions = {}): Duplex {
  const given = conn as unknown;
  return descriptorOf(given) === null ? new ConnDuplex(conn, options) : toSocket(given as TCPConn, options);
}

function descriptorOf(conn: unknown): NetFD | null {
  if (!(conn instanceof TCPConn || conn instanceof UnixConn)) return null;
  const fd = fdOf(conn);
  if (fd === null) throw new Errno("EINVAL");
  return fd.kind.stream ? fd : null;
}
