// The same servers over different roads: Node's own sockets, ours handed over, ours wrapped, Web Streams.
import http from "node:http";
import net from "node:net";
import process from "node:process";
import { listen } from "rawconn";
import { serve, toDuplex, toWeb } from "rawconn/node";

const BUFFER = 65536;
const answer = Buffer.from("hello, world\n");

/** @type {http.RequestListener} */
const hello = (_request, response) => {
  response.setHeader("content-length", answer.length);
  response.end(answer);
};

/**
 * Accepts on a listener of ours.
 * @param {(conn: import("rawconn").TCPConn) => unknown} take
 */
async function accepting(take) {
  const listener = await listen("tcp", "127.0.0.1:0");
  void (async () => {
    for await (const conn of listener) take(conn);
  })();
  return port(listener);
}

/** @param {import("rawconn").TCPListener} listener */
const port = (listener) => listener.addr?.port ?? 0;

/** @param {net.Server} server */
const listening = (server) =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(/** @type {net.AddressInfo} */ (server.address()).port));
  });

/** @type {Record<string, () => Promise<number>>} */
const modes = {
  "http node": () => listening(http.createServer(hello)),
  "http toSocket": async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    void serve(listener, http.createServer(hello));
    return port(listener);
  },
  "http toDuplex": () => {
    const server = http.createServer(hello);
    return accepting((conn) => server.emit("connection", toDuplex(conn, { allowHalfOpen: true })));
  },
  "echo node": () => listening(net.createServer((socket) => socket.pipe(socket))),
  "echo conn": () =>
    accepting(async (conn) => {
      const p = new Uint8Array(BUFFER);
      for (let n; (n = await conn.read(p)) !== null;) await conn.write(p.subarray(0, n));
    }),
  "echo toDuplex": () =>
    accepting((conn) => {
      const stream = toDuplex(conn);
      stream.pipe(stream);
    }),
  "echo toWeb, pipeTo": () =>
    accepting((conn) => {
      const { readable, writable } = toWeb(conn);
      return readable.pipeTo(writable);
    }),
  "echo toWeb, BYOB": () =>
    accepting(async (conn) => {
      const { readable, writable } = toWeb(conn);
      const [reader, writer] = [readable.getReader({ mode: "byob" }), writable.getWriter()];
      let room = new Uint8Array(BUFFER);
      for (;;) {
        const { done, value } = await reader.read(room);
        if (done || value === undefined) break;
        await writer.write(value);
        room = new Uint8Array(value.buffer);
      }
    }),
};

console.log(await modes[process.argv[2] ?? ""]?.());
process.stdin.on("end", () => process.exit()).resume();
