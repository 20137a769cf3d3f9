// node:net. Modes: echo (events), unix, await (for await), burst, burst-cork, proxy, accept, hold (events),
// hold-await, hold-unread.
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";
import { attend, messages, mode, path, portIn } from "./control.mjs";

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

/** @param {Socket} socket */
const echo = (socket) => socket.on("data", (chunk) => socket.write(chunk));

/** @param {Socket} socket */
function writeAll(socket) {
  for (const message of messages) socket.write(message);
}

/**
 * @param {Socket} socket
 * @param {(socket: Socket) => void} answer
 */
const burst = (socket, answer) =>
  socket.on("data", (bytes) => {
    for (let i = 0; i < bytes.length; i++) answer(socket);
  });

/** @param {Socket} source */
function proxy(source) {
  source.once("data", (/** @type {Buffer} */ head) => {
    source.pause();
    const sink = connect({ port: portIn(head), host: "127.0.0.1", noDelay: true });
    pipeline(source, sink, ignore);
  });
}

/** @type {Record<string, (socket: Socket) => unknown>} */
const serve = {
  echo,
  unix: echo,
  burst: (socket) => burst(socket, writeAll),
  "burst-cork": (socket) =>
    burst(socket, () => {
      socket.cork();
      writeAll(socket);
      socket.uncork();
    }),
  proxy,
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
const where = mode === "unix" ? { path } : { host: "127.0.0.1", port: 0 };
server.listen({ ...where, backlog: 511 }, () => {
  const at = server.address();
  attend(at !== null && typeof at === "object" ? at.port : path, { count: () => count });
});
