// Opens very many connections, and says something on each of them while all of them are open.
//
//     node examples/ten-thousand/client.mjs [ADDRESS] [COUNT]

import { dial } from "rawconn";

const [address = "127.0.0.1:8080", count = "10000"] = process.argv.slice(2);
// So many at a time: the queue of a listener is finite, and whoever finds it full waits a second before he tries again.
const BATCH = 500;

/** @type {import("rawconn").TCPConn[]} */
const conns = [];
while (conns.length < Number(count)) {
  const length = Math.min(BATCH, Number(count) - conns.length);
  conns.push(...(await Promise.all(Array.from({ length }, () => dial("tcp", address)))));
}
console.log(`${conns.length} connected`);

const answers = await Promise.all(
  conns.map(async (conn, i) => {
    const message = `I am number ${i}`;
    await conn.write(message);
    const p = Buffer.alloc(64);
    const n = await conn.read(p);
    return n !== null && p.toString("utf8", 0, n) === message;
  }),
);
console.log(`${answers.filter(Boolean).length} answered`);
for (const conn of conns) conn.close();
