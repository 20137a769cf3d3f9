// Connections and listeners of no class of ours, as a program may bring them.

import type { StreamConn } from "rawconn/node";

/** The same connection without its class: nothing that Node could make a socket of. */
export function custom(conn: StreamConn): StreamConn {
  const { localAddr, remoteAddr } = conn;
  return {
    localAddr,
    remoteAddr,
    read: (p) => conn.read(p),
    write: (p) => conn.write(p),
    close: () => conn.close(),
    closeWrite: () => conn.closeWrite!(),
    setDeadline: (t) => conn.setDeadline(t),
    setReadDeadline: (t) => conn.setReadDeadline(t),
    setWriteDeadline: (t) => conn.setWriteDeadline(t),
    [Symbol.dispose]: () => conn[Symbol.dispose](),
    [Symbol.asyncDispose]: () => conn[Symbol.asyncDispose](),
  };
}

/** A listener that gives one connection, and then none. */
export function only(conn: StreamConn) {
  let given = false;
  let end: (error: Error) => void = () => {};
  return {
    addr: null,
    accept: () => {
      if (!given) return ((given = true), Promise.resolve(conn));
      return new Promise<StreamConn>((_, reject) => (end = reject));
    },
    close: () => end(Object.assign(new Error("closed"), { code: "ERR_CLOSED" })),
    [Symbol.dispose]: () => end(Object.assign(new Error("closed"), { code: "ERR_CLOSED" })),
  };
}
