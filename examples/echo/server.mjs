// Sends back what it is sent.
//
//     node examples/echo/server.mjs [ADDRESS]
//     nc 127.0.0.1 8080

import { listen } from "rawconn";

/** @param {import("rawconn").TCPConn} conn */
async function echo(conn) {
  // One buffer for the whole connection: write resolves when the kernel has the bytes, and then it is free again.
  const p = new Uint8Array(65536);
  try {
    for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.subarray(0, n));
  } catch (error) {
    // A client that goes in the middle is no reason for the server to end.
    console.error(String(error));
  } finally {
    conn.close();
  }
}

const listener = await listen("tcp", process.argv[2] ?? "127.0.0.1:8080");
console.log(`listening on ${String(listener.addr)}`);

// Not awaited: the next client is served while this one talks.
for await (const conn of listener) void echo(conn);
