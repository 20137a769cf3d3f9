// Sends without end to whoever connects, over one bridge; tells of its memory when it is asked (--expose-gc).

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { listen } from "rawconn";
import { copy } from "rawconn/io";
import { toDuplex, toSocket, toWeb } from "rawconn/node";

/** How many bytes the sources have given. */
let taken = 0;

// Each piece has memory of its own: whatever holds too many of them shows.
const PIECE = 4 << 10;
function piece() {
  taken += PIECE;
  return Buffer.alloc(PIECE);
}

const source = () =>
  new Readable({
    highWaterMark: PIECE,
    read() {
      this.push(piece());
    },
  });

const webSource = () =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(piece());
    },
  });

const reader = {
  /** @param {Uint8Array} p */
  async read(p) {
    taken += p.length;
    return p.length;
  },
};

/** @type {Record<string, (conn: import("rawconn").TCPConn) => Promise<unknown>>} */
const bridges = {
  toDuplex: (conn) => pipeline(source(), toDuplex(conn)),
  toSocket: (conn) => pipeline(source(), toSocket(conn)),
  toWeb: (conn) => webSource().pipeTo(toWeb(conn).writable),
  copy: (conn) => copy(conn, reader).finally(() => conn.close()),
};

const send = bridges[process.argv[2] ?? ""];
const listener = await listen("tcp", "127.0.0.1:0");
let open = 0;
void (async () => {
  for await (const conn of listener) {
    conn.setWriteBuffer(4096);
    open++;
    // It ends when the peer is gone.
    void send?.(conn)
      .catch(() => {})
      .finally(() => open--);
  }
})();
process.send?.(String(listener.addr));
process.on("message", (order) => {
  if (order === "stop") {
    listener.close();
    return process.disconnect();
  }
  // The first collection lets go of what has finalizers, and the second of what those held.
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ bytes: heapUsed + external, taken, open });
  });
});
