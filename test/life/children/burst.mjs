// Writes several times at once, and ends in the same breath: the other end knows what arrived.

import { isMainThread, Worker, workerData } from "node:worker_threads";
import { dial, listen } from "rawconn";

const [how = workerData?.how, where = workerData?.where, address = workerData?.address] =
  process.argv.slice(2);

/** @param {import("rawconn").TCPConn} conn */
function burst(conn) {
  for (const text of ["one", "two", "three"]) conn.write(text).catch(() => {});
}

/** Lets the connection write so often that the next burst is held back. */
async function warm(/** @type {import("rawconn").TCPConn} */ conn) {
  for (let i = 0; i < 3; i++) void conn.write(" ");
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function writeAndEnd() {
  const conn = await dial("tcp", address);
  await warm(conn);
  const write = () => {
    burst(conn);
    void conn.write("four");
  };
  if (where === "listener") process.on("exit", write);
  else write();
  if (how === "throw") throw new Error("in the same breath");
  process.exit(0);
}

async function unref() {
  const listener = await listen("tcp", "127.0.0.1:0");
  const [near] = await Promise.all([dial("tcp", String(listener.addr)), listener.accept()]);
  await warm(near);
  burst(near);
  near.unref();
  near.write(new Uint8Array(64 << 20)).catch(() => {});
}

async function writeForever() {
  const conn = await dial("tcp", address);
  await warm(conn);
  for (;;) {
    burst(conn);
    await conn.write("four");
  }
}

// Each is ended some time after its first bytes have come.
async function terminate() {
  const listener = await listen("tcp", "127.0.0.1:0");
  for (let i = 0; i < 6; i++) {
    const worker = new Worker(new URL(import.meta.url), {
      argv: [],
      workerData: { how: "forever", address: String(listener.addr) },
    });
    const conn = await listener.accept();
    const p = new Uint8Array(1 << 16);
    await conn.read(p);
    setTimeout(() => void worker.terminate(), i);
    try {
      while ((await conn.read(p)) !== null);
    } catch {
      // A reset is an end as well.
    }
    conn.close();
  }
  listener.close();
  console.log(JSON.stringify("terminated"));
}

if (how === "unref") await unref();
else if (how === "terminate") await terminate();
else if (how === "forever") await writeForever();
else if (isMainThread && where === "worker") {
  new Worker(new URL(import.meta.url), { argv: [], workerData: { how, address } }).on("error", () => {});
} else await writeAndEnd();
