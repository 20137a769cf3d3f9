// Is replaced by a new version of itself without turning anybody away: on SIGHUP the listening socket goes to a new process,
// and the old one ends when its last client has gone.
//
//     node examples/restart.mjs [ADDRESS]
//     kill -HUP PID

import { spawn } from "node:child_process";
import { File, fileListener, listen } from "rawconn";

const FD = 3;
const [address = "127.0.0.1:8080"] = process.argv.slice(2);

async function inheritOrListen() {
  if (process.env["RESTARTED"] === undefined) return listen("tcp", address);
  // Every handle has a descriptor of its own: the one that was passed on is not needed any more.
  const file = new File(FD);
  const inherited = fileListener(file);
  file.close();
  return inherited;
}

/** @param {import("rawconn").TCPConn | import("rawconn").UnixConn} conn */
async function serve(conn) {
  const p = new Uint8Array(4096);
  try {
    for (let n; (n = await conn.read(p)) !== null;)
      await conn.write(`${process.pid}: ${Buffer.from(p.subarray(0, n)).toString()}`);
  } catch (error) {
    console.error(String(error));
  } finally {
    conn.close();
  }
}

const listener = await inheritOrListen();

process.on("SIGHUP", () => {
  const file = listener.file();
  const successor = spawn(process.execPath, process.argv.slice(1), {
    stdio: ["ignore", "inherit", "inherit", file.fd, "ipc"],
    env: { ...process.env, RESTARTED: "1" },
  });
  file.close();
  successor.once("error", (error) => console.error(String(error)));
  // Until then both accept, from one queue. So there is always somebody who does; and a successor that cannot start is no harm.
  successor.once("message", () => {
    successor.disconnect();
    successor.unref();
    listener.close();
  });
});

console.log(`${process.pid} listening on ${String(listener.addr)}`);
process.send?.("ready");
for await (const conn of listener) void serve(conn);
console.log(`${process.pid} lets in nobody new`);
