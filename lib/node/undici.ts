import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { asError, ErrClosed, ErrTimeout, OpError } from "../errors/index.js";
import { dialFor } from "./agents.js";
import { checkDialer, checkOptions, type StreamDialer } from "./stream-conn.js";

// Sessions that are kept for the servers that were talked to last.
const SESSIONS = 100;
// Milliseconds for a handshake: as long as undici's own connector waits.
const HANDSHAKE = 10_000;

/** What undici asks a connector for. */
export interface UndiciDestination {
  hostname: string;
  host?: string | undefined;
  protocol: string;
  port: string;
  servername?: string | null | undefined;
  /** A tunnel through a proxy that is there already. */
  httpSocket?: Duplex | undefined;
}

/** What a connector of undici's is called with. */
export type UndiciCallback = (error: Error | null, socket: Duplex | null) => void;

/**
 * What `undiciConnector` takes beside the dialer: what `tls.connect` does, and two more. `timeout` limits the handshake, in
 * milliseconds: 10 seconds by default, 0 for no limit.
 */
export interface UndiciOptions extends ConnectionOptions {
  /** A Unix socket to dial in place of host and port. */
  socketPath?: string | undefined;
  /** Whether to offer HTTP/2; false by default. */
  allowH2?: boolean | undefined;
}

/**
 * A connector for undici, whose connections a dialer makes: `new Agent({ connect: undiciConnector(dialer) })`. Options are
 * those of `tls.connect`, for `https:`. Throws `ERR_INVALID_ARG_TYPE` for what is no dialer.
 */
export function undiciConnector(
  dialer: StreamDialer,
  options: UndiciOptions = {},
): (to: UndiciDestination, callback: UndiciCallback) => void {
  checkDialer(dialer);
  const { socketPath, allowH2 = false, ...tls } = checkOptions(options);
  const sessions = new Map<string, Buffer>();

  async function make(to: UndiciDestination): Promise<Duplex> {
    const secure = to.protocol === "https:";
    const port = to.port || (secure ? 443 : 80);
    // A literal of IPv6 comes in brackets.
    const host = to.hostname.replace(/^\[(.*)\]$/, "$1");
    const socket = to.httpSocket ?? (await dialFor(dialer, { socketPath, host, port }, secure));
    if (!secure) return socket;
    const servername = tls.servername ?? to.servername ?? (isIP(host) ? "" : host);
    const key = servername || host;
    const session = sessions.get(key);
    const ALPNProtocols = allowH2 ? ["http/1.1", "h2"] : ["http/1.1"];
    const wrapped = connect({
      ALPNProtocols,
      ...tls,
      host,
      servername,
      socket,
      ...(session === undefined ? {} : { session }),
    });
    wrapped.on("session", (fresh) => remember(sessions, key, fresh));
    await secured(wrapped, tls.timeout ?? HANDSHAKE);
    return wrapped;
  }

  return (to, callback) => {
    make(to).then(
      (socket) => process.nextTick(callback, null, socket),
      (error: unknown) => process.nextTick(callback, asError(error), null),
    );
  };
}

function remember(sessions: Map<string, Buffer>, key: string, session: Buffer): void {
  sessions.delete(key);
  sessions.set(key, session);
  if (sessions.size > SESSIONS) sessions.delete(sessions.keys().next().value!);
}

// Node limits no handshake over a socket that it is given.
function secured(socket: TLSSocket, limit: number): Promise<void> {
  const late = () => socket.destroy(new OpError({ op: "handshake", net: "tls", cause: ErrTimeout }));
  const timer = limit > 0 ? setTimeout(late, limit) : undefined;
  return new Promise<void>((resolve, reject) => {
    const gone = () => reject(ErrClosed);
    socket.once("secureConnect", () => {
      socket.off("error", reject).off("close", gone);
      resolve();
    });
    socket.once("error", reject).once("close", gone);
  }).finally(() => clearTimeout(timer));
}
