// Deno.listen. Modes: echo, accept, hold, hold-unread.
import { attend, borrow, BUFFER, giveBack, mode } from "./control.mjs";

/** @type {DenoConn[]} */
const held = [];
const shared = new Uint8Array(BUFFER);
let count = 0;

/**
 * @param {DenoConn} conn
 * @param {Uint8Array} bytes
 */
async function writeAll(conn, bytes) {
  for (let at = 0; at < bytes.length;) at += await conn.write(at === 0 ? bytes : bytes.subarray(at));
}

/** @param {DenoConn} conn */
async function echo(conn) {
  const buf = new Uint8Array(BUFFER);
  for (let n; (n = await conn.read(buf)) !== null;) await writeAll(conn, buf.subarray(0, n));
}

/** @param {DenoConn} conn */
async function replyOnce(conn) {
  const buf = borrow();
  const n = await conn.read(buf);
  if (n !== null) await writeAll(conn, buf.subarray(0, n));
  giveBack(buf);
}

/** @param {DenoConn} conn */
async function serve(conn) {
  count++;
  conn.setNoDelay(true);
  if (mode.startsWith("hold")) held.push(conn);
  if (mode === "hold-unread") return;
  try {
    if (mode === "hold") await conn.read(shared);
    else if (mode === "accept") await replyOnce(conn);
    else await echo(conn);
  } catch {
    // A reset by the load generator is how every run ends.
  }
  conn.close();
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
attend(listener.addr.port, { count: () => count });
for await (const conn of listener) void serve(conn);
