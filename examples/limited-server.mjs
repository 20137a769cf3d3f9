// Echoes for so many clients at a time; the others wait in the kernel's queue until one has gone.
//
//     node examples/limited-server.mjs [ADDRESS] [LIMIT]

import { listen } from "rawconn";
import { limitListener } from "rawconn/netutil";

const [address = "127.0.0.1:8080", limit = "2"] = process.argv.slice(2);

// The limit is on open connections: closing one, wherever that is done, lets the next one in. Nobody is refused.
const listener = limitListener(await listen("tcp", address), Number(limit));
console.log(`listening on ${String(listener.addr)}`);

for await (const conn of listener)
  void conn
    .writeTo(conn)
    .catch((error) => console.error(String(error)))
    .finally(() => conn.close());
