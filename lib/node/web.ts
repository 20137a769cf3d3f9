import { checkStream, type StreamConn } from "./stream-conn.js";

// What a reader that brings no buffer of its own is given.
const CHUNK = 64 << 10;

/** A connection as a pair of Web Streams. */
export interface WebStreams {
  /** Its bytes. A byte stream: a BYOB reader brings the buffer that the kernel writes to. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Takes what is to be written, strings as UTF-8. */
  readonly writable: WritableStream<Uint8Array | string>;
}

/**
 * A connection as a pair of Web Streams. Nothing is read before somebody asks, and a write is done when the connection has
 * taken it. Closing `writable` is `closeWrite`; cancelling `readable`, aborting `writable` and any error close the
 * connection, and so does the end of both. Throws `ERR_INVALID_ARG_TYPE` for what is no stream connection.
 */
export function toWeb(conn: StreamConn): WebStreams {
  checkStream(conn);
  let open = 2;
  const close = () => conn[Symbol.dispose]();
  const oneEnds = () => {
    if (--open === 0) close();
  };
  return { readable: readableOf(conn, oneEnds, close), writable: writableOf(conn, oneEnds, close) };
}

function readableOf(conn: StreamConn, ended: () => void, close: () => void): ReadableStream<Uint8Array> {
  // The globals of Node: nothing is imported, and nothing loaded before this is called.
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: CHUNK,
    async pull(controller) {
      const request = controller.byobRequest!;
      const view = request.view as Uint8Array;
      const n = await guarded(close, async () => {
        let got = await conn.read(view);
        // An empty write at the other end of a pipe: a stream has no word for it.
        while (got === 0) got = await conn.read(view);
        return got;
      });
      if (n !== null) {
        request.respond(n);
        return;
      }
      ended();
      controller.close();
      // Lets go of the buffer of the reader that waits.
      request.respond(0);
    },
    cancel: close,
  });
}

function writableOf(
  conn: StreamConn,
  ended: () => void,
  close: () => void,
): WritableStream<Uint8Array | string> {
  let aborting: Promise<void> | undefined;
  return new WritableStream({
    start(controller) {
      // The `abort` of a sink waits for the write that is to be aborted; this, which Node's types leave out, does not.
      const { signal } = controller as unknown as { signal: AbortSignal };
      signal.addEventListener("abort", () => {
        aborting = (async () => close())();
        aborting.catch(() => {}); // told by `abort`
      });
    },
    abort: () => aborting,
    async write(chunk) {
      await guarded(close, () => conn.write(chunk));
    },
    close() {
      try {
        // Without it the peer would never hear of the end.
        if (conn.closeWrite === undefined) close();
        else conn.closeWrite();
      } catch (error) {
        // The peer is gone: then the end is nothing that it could be told.
        if ((error as { code?: string }).code !== "ENOTCONN") {
          close();
          throw error;
        }
      }
      ended();
    },
  });
}

// After an error of one direction the other has no future either.
async function guarded<T>(close: () => void, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    close();
    throw error;
  }
}
