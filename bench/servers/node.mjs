// node:net. Modes: echo (events), await (for await), accept, hold (events), hold-await, hold-unread.
import { createServer } from "node:net";
import { attend, mode } from "./control.mjs";

/** @typedef {import("node:net").Socket} Socket */

/** @type {Socket[]} */
const held = [];

/** A reset by the load generator is how every run ends. */
const ignore = () => {};

/** @param {Socket} socket */
async function echoAwait(socket) {
  try {
    for await (const chunk of socket) socket.write(chunk);
  } catch {
    socket.destroy();
  }
}

/** @type {Record<string, (socket: Socket) => unknown>} */
const serve = {
  echo: (socket) => socket.on("data", (chunk) => socket.write(chunk)),
  await: echoAwait,
  accept: (socket) =>
    socket.on("data", (chunk) => {
      socket.write(chunk);
      socket.destroySoon();
    }),
  hold: (socket) => held.push(socket.on("data", ignore)),
  "hold-await": (socket) => (held.push(socket), echoAwait(socket)),
  "hold-unread": (socket) => held.push(socket),
};

let count = 0;
const options = { noDelay: true, pauseOnConnect: mode === "hold-unread" };
const server = createServer(options, (socket) => {
  count++;
  socket.on("error", ignore);
  serve[mode](socket);
});
server.listen({ host: "127.0.0.1", port: 0, backlog: 511 }, () => {
  const at = /** @type {import("node:net").AddressInfo} */ (server.address());
  attend(at.port, { count: () => count });
});
