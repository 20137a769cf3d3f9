// A server of Node's over a listener of ours, for as long as a test needs it.

import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { listen } from "rawconn";
import { serve, type StreamConn } from "rawconn/node";

/** Where it can be found. */
export interface Serving extends AsyncDisposable {
  port: number;
  /** `host:port`. */
  address: string;
}

/** Serves until it is disposed of; then every connection is ended. */
export async function serving(server: HttpServer | HttpsServer, address = "127.0.0.1:0"): Promise<Serving> {
  const listener = await listen("tcp", address);
  const done = serve<StreamConn>(listener, server);
  return {
    port: listener.addr!.port,
    address: String(listener.addr),
    async [Symbol.asyncDispose]() {
      listener[Symbol.dispose]();
      await done;
      server.closeAllConnections();
    },
  };
}
