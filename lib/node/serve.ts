// Go: net/http/server.go (Serve)
import { EventEmitter } from "node:events";
import type { Server as NetServer } from "node:net";
import { Server as TLSServer } from "node:tls";
import { invalidArgType } from "../errors/index.js";
import { checkListener } from "../netutil/acceptor.js";
import { acceptLoop } from "./accept-loop.js";
import type { StreamConn, StreamListener } from "./stream-conn.js";
import { toStream } from "./to-socket.js";

/** A server of node:http, node:https, node:http2, node:tls or node:net, which needs not listen itself. */
export type NodeServer = Pick<NetServer, "emit" | "once" | "off">;

/**
 * Accepts on a listener of ours and hands every connection to a server of Node's, as a `net.Socket` where there is a
 * descriptor. Resolves when the listener is closed; `server.close()` closes it, too. What the server has by then
 * goes on: an http server's `closeIdleConnections` and `closeAllConnections` end it. Failures that pass, such as `EMFILE`, are
 * waited out, longer every time. What a listener of the server throws is an uncaught exception, as in node:net.
 *
 * Rejects with what accepting failed with otherwise, the listener still open; with `ERR_INVALID_ARG_TYPE` for what is no
 * listener or server. Go: http.Serve.
 */
export async function serve<C extends StreamConn>(
  listener: StreamListener<C>,
  server: NodeServer,
): Promise<void> {
  checkListener(listener);
  if (!(server instanceof EventEmitter)) throw invalidArgType("server", "a server of Node's", server);
  const { allowHalfOpen } = server as { allowHalfOpen?: boolean };
  const options = { allowHalfOpen: allowHalfOpen === true, carriesTLS: server instanceof TLSServer };
  // This is what an http server begins to watch its time limits on.
  if ("headersTimeout" in server) server.emit("listening");
  const close = () => listener[Symbol.dispose]();
  server.once("close", close);
  try {
    await acceptLoop(listener, (conn) => {
      const stream = toStream(conn, options);
      try {
        server.emit("connection", stream);
      } catch (error) {
        // A fault of the program must not pass unseen, and must not end the accepting either.
        queueMicrotask(() => {
          throw error;
        });
      }
    });
  } finally {
    server.off("close", close);
  }
}
