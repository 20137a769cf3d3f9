// SIGPIPE as the system has it, which ends a process: a transfer to a peer that is gone must not raise it.

import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dial, listen } from "rawconn";

// From here on it is no longer ignored.
const ignore = () => {};
process.on("SIGPIPE", ignore);
process.off("SIGPIPE", ignore);

const listener = await listen("tcp", "127.0.0.1:0");
const connect = () => Promise.all([dial("tcp", String(listener.addr)), listener.accept()]);
const [near, far] = await connect();
const [one, other] = await connect();
far.setLinger(0);
far.close();
// The reset itself is told once, as ECONNRESET.
await near.write("x").catch(() => {});
await near.write("x").catch(() => {});

/** @type {import("rawconn").TCPConn | import("node:fs/promises").FileHandle} */
let source = one;
await other.write("lost");
if (process.argv[2] === "sendfile") source = await open(fileURLToPath(import.meta.url));
const { code } = await near.readFrom(source).catch((error) => error);
if (source !== one) await /** @type {import("node:fs/promises").FileHandle} */ (source).close();
for (const conn of [near, one, other]) conn.close();
listener.close();
console.log(JSON.stringify([code, "alive"]));
