// Connects every client to a target, and carries bytes both ways until both sides have said that they are done.
//
//     node examples/proxy.mjs TARGET [ADDRESS]
//     node examples/proxy.mjs 127.0.0.1:5432 127.0.0.1:8080

import { Dialer, listen } from "rawconn";

const [target = "", address = "127.0.0.1:8080"] = process.argv.slice(2);
const dialer = new Dialer({ timeout: 5000 });

/**
 * One way. At its end only this way is shut: whoever asks and then says "that was all" still wants his answer, which comes
 * the other way.
 * @param {import("rawconn").TCPConn} from
 * @param {import("rawconn").TCPConn} to
 */
async function pump(from, to) {
  // Inside the kernel, where it can: the bytes never come here.
  await from.writeTo(to);
  to.closeWrite();
}

/** @param {import("rawconn").TCPConn} client */
async function proxy(client) {
  try {
    const upstream = await dialer.dial("tcp", target);
    try {
      // When one way fails, the other is not waited for: closing both ends it.
      await Promise.all([pump(client, upstream), pump(upstream, client)]);
    } finally {
      upstream.close();
    }
  } catch (error) {
    console.error(String(error));
  } finally {
    client.close();
  }
}

const listener = await listen("tcp", address);
console.log(`listening on ${String(listener.addr)}`);
for await (const client of listener) void proxy(client);
