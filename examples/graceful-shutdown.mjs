// Ends as a service should: on SIGTERM nobody new is let in, who is here may finish, and only then are lines cut.
//
//     node examples/graceful-shutdown.mjs [ADDRESS] [GRACE in milliseconds]
//     kill %1

import { listen } from "rawconn";

const [address = "127.0.0.1:8080", grace = "10000"] = process.argv.slice(2);
/** @type {Map<import("rawconn").TCPConn, Promise<void>>} */
const open = new Map();
let cut = 0;

/** @param {import("rawconn").TCPConn} conn */
async function echo(conn) {
  const p = new Uint8Array(65536);
  try {
    for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.subarray(0, n));
  } catch (error) {
    console.error(String(error));
  } finally {
    conn.close();
    open.delete(conn);
  }
}

const listener = await listen("tcp", address);
console.log(`listening on ${String(listener.addr)}`);

// Closing the listener ends the loop below; connections that were accepted know nothing of it.
process.once("SIGTERM", () => listener.close());
for await (const conn of listener) open.set(conn, echo(conn));
console.log(`shutting down, ${open.size} open`);

// A deadline that has passed ends the read or write that waits, and the handler then closes what is its own. Calling
// close from here would do as well, but then the handler's own close would throw: a second close is an error.
const timer = setTimeout(() => {
  for (const conn of open.keys()) {
    cut++;
    conn.setDeadline(Date.now());
  }
}, Number(grace));
await Promise.all(open.values());
clearTimeout(timer);
console.log(`done, ${cut} cut off`);
