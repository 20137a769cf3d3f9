// Ways for Unix domain sockets to fail, and what Go says of each: one row a way.

import { dial, dialUnix, listen, listenPacket, UDPAddr, UnixAddr, UnixConn, UnixListener } from "rawconn";
import { thrown, turn } from "../../support/outcome.js";
import { disposeOf } from "../../support/pair.js";
import { tempDir } from "../../support/temp-dir.js";
import {
  CLOSED,
  CLOSING,
  CONNECTED,
  DEADLINE,
  bareErrno,
  eof,
  errno,
  fails,
  MISSING,
  type Outcome,
  p,
  PAST,
  type Scenario,
  type Stage,
  staged,
  TO_CONNECTED,
  ZERO,
} from "./scenario.js";

interface Scene extends Stage {
  /** On DIR/s2. */
  listener: UnixListener;
  client: UnixConn;
  server: UnixConn;
  /** Datagrams, on DIR/g1. */
  gram: UnixConn;
  /** Datagrams to DIR/g1, without a name. */
  dialed: UnixConn;
  dir: string;
}

async function stage(): Promise<Scene> {
  const folder = tempDir();
  const dir = folder.path;
  const listener = await listen("unix", `${dir}/s2`);
  const client = await dial("unix", `${dir}/s2`);
  const server = await listener.accept();
  const gram = await listenPacket("unixgram", `${dir}/g1`);
  const dialed = await dialUnix("unixgram", null, gram.localAddr);
  const named = (text: string) => text.replaceAll(dir, "DIR");
  const all = [listener, client, server, gram, dialed, folder];
  return { listener, client, server, gram, dialed, dir, named, [Symbol.dispose]: () => disposeOf(...all) };
}

type Rows = Record<string, Scenario<Scene>>;

const BOTH = { source: "unix|@", addr: "unix|DIR/s2" };
const LISTENER = { addr: "unix|DIR/s2" };
const GRAM = "unixgram|DIR/g1";
const FROM = { source: GRAM };
const CONN = "unix @->DIR/s2";
const oob = new Uint8Array();
const nope = (dir: string) => new UnixAddr({ name: `${dir}/nope`, net: "unixgram" });
const LONG = "x".repeat(120);
const long = (dir: string) => new UnixAddr({ name: `${dir}/${LONG}`, net: "unixgram" });
const toNope = { source: GRAM, addr: "unixgram|DIR/nope" };
const udpAddr = new UDPAddr() as unknown as UnixAddr;

const afterClose =
  (fail: (conn: UnixConn) => Promise<Outcome> | Outcome) =>
  ({ client }: Scene) => {
    client.close();
    return fail(client);
  };
const afterListenerClose =
  (fail: (listener: UnixListener) => Promise<Outcome> | Outcome) =>
  ({ listener }: Scene) => {
    listener.close();
    return fail(listener);
  };

const listeners: Rows = {
  "UnixListener.Accept pending when listener is closed": {
    fail: async ({ listener }) => {
      const accepting = fails(listener.accept());
      await turn();
      listener.close();
      return accepting;
    },
    text: `accept unix DIR/s2: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "UnixListener.Accept after Close": {
    fail: afterListenerClose((listener) => fails(listener.accept())),
    text: `accept unix DIR/s2: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "UnixListener.Accept with past deadline": {
    fail: ({ listener }) => (listener.setDeadline(PAST), fails(listener.accept())),
    text: "accept unix DIR/s2: i/o timeout",
    ...DEADLINE,
    ...LISTENER,
  },
  "UnixListener.Close twice": {
    fail: afterListenerClose((listener) => thrown<Error>(() => listener.close())),
    text: `close unix DIR/s2: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "UnixListener.SetDeadline after Close": {
    fail: afterListenerClose((listener) => thrown<Error>(() => listener.setDeadline(PAST))),
    text: CLOSED,
    code: "ERR_CLOSED",
  },
  "UnixListener.File after Close": {
    fail: afterListenerClose((listener) => thrown<Error>(() => listener.file())),
    text: `file unix DIR/s2: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "new(UnixListener).Close": { fail: () => thrown<Error>(() => new UnixListener().close()), ...ZERO },
  "new(UnixListener).Accept": { fail: () => fails(new UnixListener().accept()), ...ZERO },
};

const streams: Rows = {
  "connected unix stream UnixConn.WriteTo": {
    fail: ({ client, listener }) => fails(client.writeTo("x", listener.addr!)),
    text: `write ${CONN}: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...BOTH,
  },
  "unix stream WriteTo nil": {
    fail: ({ client }) => fails(client.writeToUnix("x", null as unknown as UnixAddr)),
    text: `write unix @: ${TO_CONNECTED}`,
    ...CONNECTED,
    source: "unix|@",
  },
  "unix stream WriteMsgUnix with address": {
    fail: ({ client, listener }) => fails(client.writeMsgUnix("x", oob, listener.addr)),
    text: `write ${CONN}: sendmsg: transport endpoint is already connected`,
    ...errno("EISCONN"),
    ...BOTH,
  },
  "unix stream WriteMsgUnix to a datagram address": {
    fail: ({ client, dir }) => fails(client.writeMsgUnix("x", oob, nope(dir))),
    text: "write unix @->DIR/nope: address family not supported by protocol",
    ...bareErrno("EAFNOSUPPORT"),
    source: "unix|@",
    addr: "unixgram|DIR/nope",
  },
  "UnixConn.WriteTo with *UDPAddr": {
    fail: ({ client }) => fails(client.writeTo("x", udpAddr)),
    text: "write unix @->:0: invalid argument",
    ...bareErrno("EINVAL"),
    source: "unix|@",
    addr: "udp|:0",
  },
  "unix stream Read after peer closed": {
    fail: ({ client, server }) => (server.close(), eof(client.read(p()))),
    text: "EOF",
  },
  "unix stream Write after peer closed": {
    fail: ({ client, server }) => (server.close(), fails(client.write("x"))),
    text: `write ${CONN}: write: broken pipe`,
    ...errno("EPIPE"),
    ...BOTH,
  },
  "unix stream Write after CloseWrite": {
    fail: ({ client }) => (client.closeWrite(), fails(client.write("x"))),
    text: `write ${CONN}: write: broken pipe`,
    ...errno("EPIPE"),
    ...BOTH,
  },
  "unix stream WriteMsgUnix after peer closed": {
    // Go names the address that was given, which is none.
    fail: ({ client, server }) => (server.close(), fails(client.writeMsgUnix("x", oob, null))),
    text: "write unix @: sendmsg: broken pipe",
    ...errno("EPIPE"),
    source: "unix|@",
  },
  "unix stream Read with past deadline, accepted side": {
    fail: ({ server }) => (server.setReadDeadline(PAST), fails(server.read(p()))),
    text: "read unix DIR/s2->@: i/o timeout",
    ...DEADLINE,
    source: "unix|DIR/s2",
    addr: "unix|@",
  },
  "unix stream ReadMsgUnix with past deadline": {
    fail: ({ client }) => (client.setReadDeadline(PAST), fails(client.readMsgUnix(p(), p()))),
    text: `read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "UnixConn.Read pending when the same conn is closed": {
    fail: async ({ client }) => {
      const reading = fails(client.read(p()));
      await turn();
      client.close();
      return reading;
    },
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "UnixConn.ReadFrom after Close": {
    fail: afterClose((conn) => fails(conn.readFrom(p()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "UnixConn.Close twice": {
    fail: afterClose((conn) => thrown<Error>(() => conn.close())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "UnixConn.CloseWrite after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.closeWrite())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "UnixConn.SetDeadline after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setDeadline(PAST))),
    text: `set unix @: ${CLOSED}`,
    ...CLOSING,
    addr: "unix|@",
  },
  "UnixConn.SetWriteBuffer after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setWriteBuffer(4096))),
    text: `set unix @: ${CLOSED}`,
    ...CLOSING,
    addr: "unix|@",
  },
  "UnixConn.File after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.file())),
    text: `file ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "UnixConn RawConn.Control after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.syscallConn().control(() => {}))),
    text: `raw-control unix @: ${CLOSED}`,
    ...CLOSING,
    addr: "unix|@",
  },
  "new(UnixConn).Read": { fail: () => fails(new UnixConn().read(p())), ...ZERO },
  "new(UnixConn).CloseWrite": { fail: () => thrown<Error>(() => new UnixConn().closeWrite()), ...ZERO },
};

const packets: Rows = {
  "unixgram WriteTo with a unix (stream) address": {
    fail: ({ gram }) => fails(gram.writeTo("x", new UnixAddr({ name: gram.localAddr!.name }))),
    text: "write unixgram DIR/g1->DIR/g1: address family not supported by protocol",
    ...bareErrno("EAFNOSUPPORT"),
    source: GRAM,
    addr: "unix|DIR/g1",
  },
  "unixgram WriteMsgUnix with a unix (stream) address": {
    fail: ({ gram }) => fails(gram.writeMsgUnix("x", oob, new UnixAddr({ name: gram.localAddr!.name }))),
    text: "write unixgram DIR/g1->DIR/g1: address family not supported by protocol",
    ...bareErrno("EAFNOSUPPORT"),
    source: GRAM,
    addr: "unix|DIR/g1",
  },
  "unixgram WriteTo missing path": {
    fail: ({ gram, dir }) => fails(gram.writeTo("x", nope(dir))),
    text: "write unixgram DIR/g1->DIR/nope: sendto: no such file or directory",
    ...errno("ENOENT"),
    ...toNope,
  },
  "unixgram WriteMsgUnix missing path": {
    fail: ({ gram, dir }) => fails(gram.writeMsgUnix("x", oob, nope(dir))),
    text: "write unixgram DIR/g1->DIR/nope: sendmsg: no such file or directory",
    ...errno("ENOENT"),
    ...toNope,
  },
  "unixgram WriteTo nil": {
    fail: ({ gram }) => fails(gram.writeTo("x", null as unknown as UnixAddr)),
    text: "write unixgram DIR/g1: missing address",
    ...MISSING,
    ...FROM,
  },
  "unixgram WriteTo with past deadline": {
    fail: ({ gram, dir }) => (gram.setWriteDeadline(PAST), fails(gram.writeTo("x", nope(dir)))),
    text: "write unixgram DIR/g1->DIR/nope: i/o timeout",
    ...DEADLINE,
    ...toNope,
  },
  "unixgram WriteTo of a packet that is too long": {
    fail: ({ gram, dir }) => {
      gram.setWriteBuffer(4096);
      return fails(gram.writeTo(new Uint8Array(1 << 20), nope(dir)));
    },
    text: "write unixgram DIR/g1->DIR/nope: sendto: message too long",
    ...errno("EMSGSIZE"),
    ...toNope,
  },
  "unconnected unixgram Write": {
    fail: ({ gram }) => fails(gram.write("x")),
    text: "write unixgram DIR/g1: write: transport endpoint is not connected",
    ...errno("ENOTCONN"),
    ...FROM,
  },
  "connected unixgram WriteTo": {
    fail: ({ dialed, dir }) => fails(dialed.writeTo("x", nope(dir))),
    text: `write unixgram @->DIR/nope: ${TO_CONNECTED}`,
    ...CONNECTED,
    source: "unixgram|@",
    addr: "unixgram|DIR/nope",
  },
  "connected unixgram WriteMsgUnix with address": {
    fail: ({ dialed, dir }) => fails(dialed.writeMsgUnix("x", oob, nope(dir))),
    text: `write unixgram @->DIR/nope: ${TO_CONNECTED}`,
    ...CONNECTED,
    source: "unixgram|@",
    addr: "unixgram|DIR/nope",
  },
  "connected unixgram Write after peer closed": {
    fail: ({ dialed, gram }) => (gram.close(), fails(dialed.write("x"))),
    text: "write unixgram @->DIR/g1: write: connection refused",
    ...errno("ECONNREFUSED"),
    source: "unixgram|@",
    addr: GRAM,
  },
  "unixgram ReadFrom with past deadline": {
    fail: ({ gram }) => (gram.setReadDeadline(PAST), fails(gram.readFrom(p()))),
    text: "read unixgram DIR/g1: i/o timeout",
    ...DEADLINE,
    ...FROM,
  },
  "unixgram CloseWrite, unconnected": { fail: ({ gram }) => (gram.closeWrite(), null), text: null },
  "unixgram WriteTo a name that is too long": {
    fail: ({ gram, dir }) => fails(gram.writeTo("x", long(dir))),
    text: `write unixgram DIR/g1->DIR/${LONG}: sendto: invalid argument`,
    ...errno("EINVAL"),
    source: GRAM,
    addr: `unixgram|DIR/${LONG}`,
  },
  "unixgram WriteMsgUnix to a name that is too long": {
    fail: ({ gram, dir }) => fails(gram.writeMsgUnix("x", oob, long(dir))),
    text: `write unixgram DIR/g1->DIR/${LONG}: sendmsg: invalid argument`,
    ...errno("EINVAL"),
    source: GRAM,
    addr: `unixgram|DIR/${LONG}`,
  },
  "unixgram WriteMsgUnix nil": {
    fail: ({ gram }) => fails(gram.writeMsgUnix("x", oob, null)),
    text: "write unixgram DIR/g1: sendmsg: transport endpoint is not connected",
    ...errno("ENOTCONN"),
    ...FROM,
  },
  "unixgram Close twice": {
    fail: ({ gram }) => (gram.close(), thrown<Error>(() => gram.close())),
    text: `close unixgram DIR/g1: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
};

/** Every way for Unix domain sockets to fail. */
export const unix = staged<Scene>(stage, { ...listeners, ...streams, ...packets });
