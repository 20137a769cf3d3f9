import { describe } from "vitest";
import { MessageBatch, type UnixAddr, UnixConn, UnixListener, type UnixListenNetwork } from "rawconn";
import { unixPair } from "../support/unix.js";
import {
  closedAs,
  connRows,
  connStates,
  halfClosed,
  listenerRows,
  listenerStates,
  type Matrix,
  stageOf,
  table,
  undisturbed,
} from "./matrix.js";

const none = new Uint8Array(0);
const p = () => new Uint8Array(8);

const batch = () => {
  const made = new MessageBatch<UnixAddr>({ messages: 4, size: 8 });
  made.push("abc");
  return made;
};

// The dialed end has no name, and shows as "@".
function conn(net: UnixListenNetwork): Matrix<UnixConn> {
  const closed = closedAs(net, "@->LISTENER");
  const has = "use of WriteTo with pre-connected connection";
  const hasPeer = `ERR_WRITE_TO_CONNECTED: write ${net} @->LISTENER: ${has}`;
  const nobody = `ERR_WRITE_TO_CONNECTED: write ${net} @: ${has}`;
  const broken = (op: string, call = op) => ({
    "half-closed": `EPIPE: ${op} ${net} @->LISTENER: ${call}: broken pipe`,
  });
  return {
    ...connRows(net, "@", "LISTENER"),
    readFrom: [(c) => c.readFrom(p()), "waits", closed("read")],
    readFromUnix: [(c) => c.readFromUnix(p()), "waits", closed("read")],
    readMsgUnix: [(c) => c.readMsgUnix(p(), none), "waits", closed("read")],
    "readMsgUnix of nothing": [(c) => c.readMsgUnix(none, p()), "waits", closed("read")],
    ...batches(net),
    write: [(c) => c.write("abc"), "3", closed("write"), broken("write")],
    "write of nothing": [(c) => c.write(""), "0", closed("write"), broken("write")],
    writev: [(c) => c.writev([p()]), "8", closed("writev"), broken("writev")],
    writeTo: [(c) => c.writeTo("abc", c.remoteAddr!), hasPeer, hasPeer],
    "writeTo to nobody": [(c) => c.writeTo("abc", null as never), nobody, nobody],
    writeToUnix: [(c) => c.writeToUnix("abc", c.remoteAddr!), hasPeer, hasPeer],
    // As in Go, an error does not tell of a peer that the caller did not name.
    writeMsgUnix: [
      (c) => c.writeMsgUnix("abc", none, null),
      "n 3, oobn 0",
      closedAs(net, "@")("write"),
      { "half-closed": `EPIPE: write ${net} @: sendmsg: broken pipe` },
    ],
    closeRead: [(c) => c.closeRead(), "ok", closed("close")],
    closeWrite: [(c) => c.closeWrite(), "ok", closed("close")],
  };
}

// A stream has no messages, whatever its state.
function batches(net: UnixListenNetwork): Matrix<UnixConn> {
  const none = (op: string) => `EOPNOTSUPP: ${op} ${net} @->LISTENER: operation not supported`;
  const closed = closedAs(net, "@->LISTENER");
  const broken = { "half-closed": `EPIPE: write ${net} @->LISTENER: sendmmsg: broken pipe` };
  const read: Matrix<UnixConn>[string] =
    net === "unix"
      ? [(c) => c.readBatch(batch()), none("read"), none("read")]
      : [(c) => c.readBatch(batch()), "waits", closed("read")];
  const write: Matrix<UnixConn>[string] =
    net === "unix"
      ? [(c) => c.writeBatch(batch()), none("write"), none("write")]
      : [(c) => c.writeBatch(batch()), "1", closed("write"), broken];
  return { readBatch: read, writeBatch: write };
}

function listener(net: UnixListenNetwork): Matrix<UnixListener> {
  return {
    ...listenerRows(net, "LISTENER"),
    acceptUnix: [(l) => l.acceptUnix(), "waits", closedAs(net, "LISTENER")("accept")],
    // Of no use where it is closed or never was one, and no harm.
    setUnlinkOnClose: [(l) => l.setUnlinkOnClose(true), "ok", "ok", { "zero value": "ok" }],
  };
}

describe.each(["unix", "unixpacket"] as const)("of %s", (net) => {
  async function connStage() {
    const ends = await unixPair(net);
    const names: [unknown, string][] = [[ends.listener.addr, "LISTENER"]];
    return stageOf(ends.client, names, [ends], { send: () => ends.server.write("x") });
  }

  async function listenerStage() {
    const ends = await unixPair(net);
    return stageOf(ends.listener, [[ends.listener.addr, "LISTENER"]], [ends]);
  }

  describe("a UnixConn", () => {
    table(UnixConn, connStage, connStates(UnixConn, halfClosed()), conn(net));
    undisturbed(connStage, conn(net));
  });

  describe("a UnixListener", () =>
    table(UnixListener, listenerStage, listenerStates(UnixListener), listener(net)));
});
