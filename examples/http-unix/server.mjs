// A server of node:http on a Unix socket: only who may open the file gets in, and no port is taken.
//
//     node examples/http-unix/server.mjs [PATH]
//     curl --unix-socket /tmp/rawconn.sock http://localhost/hello

import { createServer } from "node:http";
import { listen } from "rawconn";
import { serve } from "rawconn/node";

const path = process.argv[2] ?? "/tmp/rawconn.sock";
const listener = await listen("unix", path);
const server = createServer((request, response) => response.end(`you asked for ${request.url}\n`));
console.log(`listening on ${path}`);

// Closing the server closes the listener, and that removes the file: the next start would find it in the way.
process.once("SIGTERM", () => {
  server.close();
  server.closeIdleConnections();
});

// The server does not listen itself. Connections are accepted here, with our options, and run at Node's own speed.
await serve(listener, server);
