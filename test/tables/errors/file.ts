// Ways for descriptors that come as files to fail, and what Go says of each: one row a way.

import { openSync } from "node:fs";
import {
  dial,
  File,
  fileConn,
  fileListener,
  filePacketConn,
  listen,
  listenPacket,
  type TCPListener,
  type UDPConn,
} from "rawconn";
import { thrown } from "../../support/outcome.js";
import { disposeOf } from "../../support/pair.js";
import { tempDir } from "../../support/temp-dir.js";
import { bareErrno, errno, type Stage, staged } from "./scenario.js";

interface Scene extends Stage {
  /** A regular file, DIR/plain. */
  plain: File;
  /** On 127.0.0.1:EPHEMERAL. */
  packets: UDPConn;
  /** On 127.0.0.1:LISTENPORT. */
  listener: TCPListener;
}

async function stage(): Promise<Scene> {
  const folder = tempDir();
  const path = `${folder.path}/plain`;
  const plain = new File(openSync(path, "w"), path);
  const packets = await listenPacket("udp4", "127.0.0.1:0");
  const listener = await listen("tcp4", "127.0.0.1:0");
  const named = (text: string) =>
    text
      .replaceAll(folder.path, "DIR")
      .replaceAll(String(packets.localAddr), "127.0.0.1:EPHEMERAL")
      .replaceAll(String(listener.addr), "127.0.0.1:LISTENPORT");
  return {
    plain,
    packets,
    listener,
    named,
    [Symbol.dispose]: () => disposeOf(plain, packets, listener, folder),
  };
}

const NO_SOCKET = "file file+net DIR/plain: getsockopt: socket operation on non-socket";
const PLAIN = { addr: "file+net|DIR/plain" };

/** Every way for a file to be no socket, or not the one that was asked for. */
export const files = staged<Scene>(stage, {
  "FileConn(regular file)": {
    fail: ({ plain }) => thrown<Error>(() => fileConn(plain)),
    text: NO_SOCKET,
    ...errno("ENOTSOCK"),
    ...PLAIN,
  },
  "FilePacketConn(regular file)": {
    fail: ({ plain }) => thrown<Error>(() => filePacketConn(plain)),
    text: NO_SOCKET,
    ...errno("ENOTSOCK"),
    ...PLAIN,
  },
  "FileListener(regular file)": {
    fail: ({ plain }) => thrown<Error>(() => fileListener(plain)),
    text: NO_SOCKET,
    ...errno("ENOTSOCK"),
    ...PLAIN,
  },
  "FileConn(closed file)": {
    fail: ({ plain }) => (plain.close(), thrown<Error>(() => fileConn(plain))),
    text: "file file+net DIR/plain: fcntl: bad file descriptor",
    ...errno("EBADF"),
    ...PLAIN,
  },
  "FileListener(UDP socket)": {
    fail: ({ packets }) => {
      using file = packets.file();
      return thrown<Error>(() => fileListener(file));
    },
    text: "file file+net udp4:127.0.0.1:EPHEMERAL->: invalid argument",
    ...bareErrno("EINVAL"),
    addr: "file+net|udp4:127.0.0.1:EPHEMERAL->",
  },
  "FileConn(TCP listener)": {
    // Go makes a connection of it that nothing can be done with.
    fail: ({ listener }) => {
      using file = listener.file();
      return thrown<Error>(() => fileConn(file));
    },
    text: "file file+net tcp4:127.0.0.1:LISTENPORT->: invalid argument",
    ...bareErrno("EINVAL"),
    addr: "file+net|tcp4:127.0.0.1:LISTENPORT->",
  },
  "FileListener(TCP connection)": {
    // Go makes a listener of it that accepts nothing.
    fail: async ({ listener }) => {
      using conn = await dial("tcp4", String(listener.addr));
      using file = conn.file();
      const error = thrown(() => fileListener(file));
      return error.cause as Error;
    },
    text: "invalid argument",
    code: "EINVAL",
  },
  "FilePacketConn(TCP listener)": {
    fail: ({ listener }) => {
      using file = listener.file();
      return thrown<Error>(() => filePacketConn(file));
    },
    text: "file file+net tcp4:127.0.0.1:LISTENPORT->: invalid argument",
    ...bareErrno("EINVAL"),
    addr: "file+net|tcp4:127.0.0.1:LISTENPORT->",
  },
});
