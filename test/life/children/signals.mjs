// Talks to itself over many connections while its parent sends it signals; any error that shows is a failure.

import { dial, listen } from "rawconn";

let signals = 0;
for (const name of /** @type {const} */ (["SIGUSR2", "SIGWINCH", "SIGHUP"]))
  process.on(name, () => signals++);

const listener = await listen("tcp", "127.0.0.1:0");
const address = String(listener.addr);
process.send?.("ready");

/** @param {import("rawconn").TCPConn} conn */
async function echo(conn) {
  const p = new Uint8Array(4096);
  for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.slice(0, n));
  conn.close();
}

let served = 0;
const server = (async () => {
  for await (const conn of listener) {
    served++;
    void echo(conn);
  }
})();

let visits = 0;
const isEnough = () => signals >= 300 && visits >= 100;
const clients = Array.from({ length: 8 }, async () => {
  const p = new Uint8Array(4096);
  while (!isEnough()) {
    const conn = await dial("tcp", address);
    conn.setDeadline(Date.now() + 10_000);
    for (let round = 0; round < 5; round++) {
      await conn.write(new Uint8Array(1000));
      for (let got = 0; got < 1000;) got += (await conn.read(p)) ?? NaN;
    }
    conn.close();
    visits++;
  }
});
await Promise.all(clients);
listener.close();
await server;
console.log(JSON.stringify({ enough: isEnough(), same: served === visits }));
// Node puts the signals' defaults back as it ends: the storm must be over by then.
process.send?.("done");
process.once("message", () => process.disconnect());
