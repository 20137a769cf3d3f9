// Ends as a service should: on SIGTERM nobody new is let in, who is here may finish, and only then are lines cut.
//
//     node examples/graceful-shutdown.mjs [ADDRESS] [GRACE in milliseconds]
//     kill %1

import { once } from "node:events";
import { listen } from "rawconn";
import { serve } from "rawconn/netutil";

const [address = "127.0.0.1:8080", grace = "10000"] = process.argv.slice(2);

const listener = await listen("tcp", address);
console.log(`listening on ${String(listener.addr)}`);

// The connection is closed when the handler has ended, however it ends. One that has a long conversation may look at the
// signal, and end it early.
const server = serve(listener, async (conn, { signal }) => {
  const p = new Uint8Array(65536);
  for (let n; (n = await conn.read(p)) !== null;) {
    await conn.write(p.subarray(0, n));
    if (signal.aborted) await conn.write("(we are closing)");
  }
});

await once(process, "SIGTERM");
// Nobody new from here on: clients are refused, and may go to another server at once.
server.stop();
console.log(`shutting down, ${server.connections} open`);
// Resolves when all have gone, or have been cut off: then nothing keeps the process any more, and it ends by itself. An exit
// by hand would lose what is still on its way.
const cut = await server.shutdown(Number(grace));
console.log(`done, ${cut} cut off`);
