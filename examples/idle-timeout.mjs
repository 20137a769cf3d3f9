// Sends back what it is sent, and hangs up on who is silent for 30 seconds.
//
//     node examples/idle-timeout.mjs [ADDRESS] [IDLE in milliseconds]

import { isTimeout, listen } from "rawconn";

const [address = "127.0.0.1:8080", idle = "30000"] = process.argv.slice(2);

/** @param {import("rawconn").TCPConn} conn */
async function echo(conn) {
  const p = new Uint8Array(65536);
  try {
    for (;;) {
      // A deadline is an instant, not a duration: it is for all that is read until then. So it is moved before each read,
      // which costs no system call and no timer.
      conn.setReadDeadline(Date.now() + Number(idle));
      const n = await conn.read(p);
      if (n === null) break;
      // Who does not read what we send is as good as silent.
      conn.setWriteDeadline(Date.now() + Number(idle));
      await conn.write(p.subarray(0, n));
    }
  } catch (error) {
    console.log(`${String(conn.remoteAddr)}: ${isTimeout(error) ? "idle" : String(error)}`);
  } finally {
    conn.close();
  }
}

const listener = await listen("tcp", address);
console.log(`listening on ${String(listener.addr)}`);
for await (const conn of listener) void echo(conn);
