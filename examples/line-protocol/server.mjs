// Serves the protocol of session.mjs.
//
//     node examples/line-protocol/server.mjs [ADDRESS]
//     nc -C 127.0.0.1 8080

import { listen } from "rawconn";
import { converse } from "./session.mjs";

const listener = await listen("tcp", process.argv[2] ?? "127.0.0.1:8080");
console.log(`listening on ${String(listener.addr)}`);

for await (const conn of listener)
  void converse(conn)
    .catch((error) => console.error(String(error)))
    .finally(() => conn.close());
