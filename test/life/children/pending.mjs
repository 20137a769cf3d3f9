// Five hundred connections from the parent, each with a read and a write that waits; ends when it is told to, or killed.

import { listen } from "rawconn";

const COUNT = 500;
const bytes = new Uint8Array(4 << 20);
const listener = await listen("tcp", "127.0.0.1:0");
process.send?.({ port: listener.addr?.port, count: COUNT });
const conns = await Promise.all(Array.from({ length: COUNT }, () => listener.accept()));
for (const conn of conns) {
  conn.read(new Uint8Array(16)).catch(() => {});
  // More than the kernel's buffers hold: these are kept small.
  conn.setWriteBuffer(1 << 16);
  conn.write(bytes).catch(() => {});
}
listener.accept().catch(() => {});
process.once("message", (way) => {
  if (way === "exit") process.exit(0);
});
process.send?.("waits");
