// Ways for TCP to fail, and what Go says of each: one row a way.

import { TCPConn, TCPListener } from "rawconn";
import { rejection, thrown, turn } from "../../support/outcome.js";
import { type Pair, pair } from "../../support/pair.js";
import {
  CLOSED,
  CLOSING,
  DEADLINE,
  eof,
  errno,
  fails,
  none,
  type Outcome,
  p,
  PAST,
  type Scenario,
  type Stage,
  staged,
  ZERO,
} from "./scenario.js";

type Scene = Pair & Stage;
type Rows = Record<string, Scenario<Scene>>;

async function stage(): Promise<Scene> {
  const ends = await pair();
  // Ports of a running kernel all have five digits, so that none of these texts is the beginning of another.
  const named = (text: string) =>
    text
      .replaceAll(String(ends.listener.addr), "127.0.0.1:LISTENPORT")
      .replaceAll(String(ends.client.localAddr), "127.0.0.1:EPHEMERAL");
  return Object.assign(ends, { named });
}

async function reset({ client, server }: Scene): Promise<void> {
  server.setLinger(0);
  server.close();
  await rejection(client.read(p()));
}

const BOTH = { source: "tcp|127.0.0.1:EPHEMERAL", addr: "tcp|127.0.0.1:LISTENPORT" };
const LISTENER = { addr: "tcp|127.0.0.1:LISTENPORT" };
const CONN = "tcp 127.0.0.1:EPHEMERAL->127.0.0.1:LISTENPORT";

/** Closes the client, and then fails. */
const afterClose =
  (fail: (conn: TCPConn) => Promise<Outcome> | Outcome) =>
  ({ client }: Scene) => {
    client.close();
    return fail(client);
  };

const listeners: Rows = {
  "TCPListener.Accept pending when listener is closed": {
    fail: async ({ listener }) => {
      const accepting = fails(listener.accept());
      await turn();
      listener.close();
      return accepting;
    },
    text: `accept tcp 127.0.0.1:LISTENPORT: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "TCPListener.Accept after Close": {
    fail: ({ listener }) => (listener.close(), fails(listener.accept())),
    text: `accept tcp 127.0.0.1:LISTENPORT: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "TCPListener.SetDeadline after Close": {
    fail: ({ listener }) => (listener.close(), thrown<Error>(() => listener.setDeadline(PAST))),
    text: CLOSED,
    code: "ERR_CLOSED",
  },
  "TCPListener.File after Close": {
    fail: ({ listener }) => (listener.close(), thrown<Error>(() => listener.file())),
    text: `file tcp 127.0.0.1:LISTENPORT: ${CLOSED}`,
    ...CLOSING,
    ...LISTENER,
  },
  "new(TCPListener).Close": { fail: () => thrown<Error>(() => new TCPListener().close()), ...ZERO },
};

const connected: Rows = {
  "TCPConn.Read with past read deadline": {
    fail: ({ client }) => (client.setReadDeadline(PAST), fails(client.read(p()))),
    text: `read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "TCPConn.Read of zero bytes with past read deadline": {
    fail: ({ client }) => (client.setReadDeadline(PAST), none(client.read(new Uint8Array()))),
    text: null,
  },
  "TCPConn.Write with past write deadline": {
    fail: ({ client }) => (client.setWriteDeadline(PAST), fails(client.write("x"))),
    text: `write ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "TCPConn.Write of zero bytes with past write deadline": {
    fail: ({ client }) => (client.setWriteDeadline(PAST), fails(client.write(""))),
    text: `write ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "TCPConn.Read pending when the same conn is closed": {
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
  "TCPConn.Read after Close": {
    fail: afterClose((conn) => fails(conn.read(p()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "TCPConn.Read of zero bytes after Close": {
    fail: afterClose((conn) => fails(conn.read(new Uint8Array()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "TCPConn.Close twice": {
    fail: afterClose((conn) => thrown<Error>(() => conn.close())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "TCPConn.SetDeadline after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setDeadline(PAST))),
    text: `set tcp 127.0.0.1:EPHEMERAL: ${CLOSED}`,
    ...CLOSING,
    addr: "tcp|127.0.0.1:EPHEMERAL",
  },
  "TCPConn.SetNoDelay after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setNoDelay(true))),
    text: `set ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "TCPConn.CloseRead after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.closeRead())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "TCPConn.CloseWrite after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.closeWrite())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...BOTH,
  },
  "TCPConn.Read after peer closed (EOF)": {
    fail: ({ client, server }) => (server.close(), eof(client.read(p()))),
    text: "EOF",
  },
  "TCPConn.Write after peer reset was read": {
    fail: async (scene) => (await reset(scene), fails(scene.client.write("x"))),
    text: `write ${CONN}: write: broken pipe`,
    ...errno("EPIPE"),
    ...BOTH,
  },
  "TCPConn.Write after CloseWrite": {
    fail: ({ client }) => (client.closeWrite(), fails(client.write("x"))),
    text: `write ${CONN}: write: broken pipe`,
    ...errno("EPIPE"),
    ...BOTH,
  },
  "TCPConn.CloseWrite twice": {
    fail: ({ client }) => (client.closeWrite(), client.closeWrite(), null),
    text: null,
  },
  "TCPConn.Read after CloseRead": {
    fail: ({ client }) => (client.closeRead(), eof(client.read(p()))),
    text: "EOF",
  },
  "new(TCPConn).Read": { fail: () => fails(new TCPConn().read(p())), ...ZERO },
  "new(TCPConn).Close": { fail: () => thrown<Error>(() => new TCPConn().close()), ...ZERO },
  "new(TCPConn).SetDeadline": {
    fail: () => thrown<Error>(() => new TCPConn().setDeadline(PAST)),
    ...ZERO,
  },
};

/** Every way for TCP to fail. */
export const tcp = staged(stage, { ...listeners, ...connected });
