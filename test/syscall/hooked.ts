// A connection with something done to it before connect.

import { Dialer, listen, type RawConn, type TCPConn } from "rawconn";

export interface Hooked extends Disposable {
  conn: TCPConn;
  /** The other end. */
  peer: TCPConn;
  raw: RawConn;
}

/** Dials over loopback; `control` runs before connect. */
export async function dialWith(control: (c: RawConn) => void, multipathTCP = false): Promise<Hooked> {
  using listener = await listen("tcp", "127.0.0.1:0");
  const hook = (_network: string, _address: string, c: RawConn) => control(c);
  const conn = await new Dialer({ control: hook, multipathTCP }).dial("tcp", listener.addr!.toString());
  const peer = await listener.accept();
  return {
    conn,
    peer,
    raw: conn.syscallConn(),
    [Symbol.dispose]() {
      conn[Symbol.dispose]();
      peer[Symbol.dispose]();
    },
  };
}
