// Bun.listen. Modes: echo, accept, hold-unread (a Bun socket always reads: there is no parked read to add).
import { attend, mode } from "./control.mjs";

/** @typedef {{ rest: Uint8Array | null }} State what the kernel has not taken yet */

let count = 0;

/**
 * @param {BunSocket<State>} socket
 * @param {Uint8Array} bytes
 */
function send(socket, bytes) {
  const n = socket.write(bytes);
  socket.data.rest = n < bytes.length ? bytes.slice(Math.max(n, 0)) : null;
}

const server = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open(/** @type {BunSocket<State>} */ socket) {
      count++;
      if (mode !== "hold-unread") socket.data = { rest: null };
      socket.setNoDelay(true);
    },
    data(socket, bytes) {
      // More input while some output waits: keep the order.
      const rest = socket.data.rest;
      if (rest !== null) socket.data.rest = new Uint8Array([...rest, ...bytes]);
      else send(socket, bytes);
      if (mode === "accept") socket.end();
    },
    drain(socket) {
      if (socket.data?.rest) send(socket, socket.data.rest);
    },
    error() {},
    close() {},
  },
});

attend(server.port, { count: () => count, collect: () => Bun.gc(true) });
