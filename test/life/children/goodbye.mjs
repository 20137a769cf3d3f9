// `goodbye.mjs PORT COUNT`: connects so often, writes to all of them in one turn of the loop, and ends before the next.

import { dial } from "rawconn";

const [port, count] = process.argv.slice(2);
const address = `127.0.0.1:${port}`;
const conns = await Promise.all(Array.from({ length: Number(count) }, () => dial("tcp", address)));
for (const conn of conns) void conn.write("goodbye");
process.exit(0);
