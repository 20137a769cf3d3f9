// Echoes for so many clients at a time; the others wait in the kernel's queue until one has gone.
//
//     node examples/limited-server.mjs [ADDRESS] [LIMIT]

import { listen } from "rawconn";
import { limitListener, serve } from "rawconn/netutil";

const [address = "127.0.0.1:8080", limit = "2"] = process.argv.slice(2);

// The limit is on open connections: closing one, wherever that is done, lets the next one in. Nobody is refused.
const listener = limitListener(await listen("tcp", address), Number(limit));
console.log(`listening on ${String(listener.addr)}`);

// Carried back by the kernel: the bytes never come here.
await serve(listener, (conn) => conn.writeTo(conn)).done;
