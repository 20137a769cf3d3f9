// An echo server for very many connections at a time, that tells what they cost.
//
//     ulimit -n 20000
//     node examples/ten-thousand/server.mjs [ADDRESS] [COUNT]
//     node examples/ten-thousand/client.mjs 127.0.0.1:8080 10000

import { listen } from "rawconn";

const [address = "127.0.0.1:8080", count = "10000"] = process.argv.slice(2);
const before = process.memoryUsage().rss;
let open = 0;

/** @param {import("rawconn").TCPConn} conn */
async function echo(conn) {
  // The buffer is most of what a connection costs: 64 KB for each of 10,000 would be 640 MB, mostly unused.
  const p = new Uint8Array(512);
  try {
    for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.subarray(0, n));
  } catch (error) {
    console.error(String(error));
  } finally {
    conn.close();
    open--;
    if (open === 0) console.log("0 open");
  }
}

const listener = await listen("tcp", address);
console.log(`listening on ${String(listener.addr)}`);

for (;;) {
  try {
    for await (const conn of listener) {
      open++;
      void echo(conn);
      if (open !== Number(count)) continue;
      const bytes = (process.memoryUsage().rss - before) / open;
      console.log(`${open} open, ${(bytes / 1024).toFixed(1)} KB each`);
    }
    break;
  } catch (error) {
    // No descriptor left: the client stays in the queue, and there is one when somebody goes.
    console.error(String(error));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
