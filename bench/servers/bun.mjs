// Bun.listen. Modes: echo, unix, burst, accept, hold-unread (a Bun socket always reads: there is no parked read to
// add).
import { attend, messages, mode, path } from "./control.mjs";

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

/** @param {BunSocket<State>} socket */
function sendBurst(socket) {
  for (const message of messages) {
    // So little fits always, since the other side waits for all of it before it asks again.
    if (socket.write(message) !== message.length) throw new Error("the send buffer is full");
  }
}

const server = Bun.listen({
  ...(mode === "unix" ? { unix: path } : { hostname: "127.0.0.1", port: 0 }),
  socket: {
    open(/** @type {BunSocket<State>} */ socket) {
      count++;
      if (mode !== "hold-unread") socket.data = { rest: null };
      socket.setNoDelay(true);
    },
    data(socket, bytes) {
      if (mode === "burst") {
        for (let i = 0; i < bytes.length; i++) sendBurst(socket);
        return;
      }
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

attend(mode === "unix" ? path : server.port, { count: () => count, collect: () => Bun.gc(true) });
