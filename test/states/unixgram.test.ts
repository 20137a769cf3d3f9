import { describe } from "vitest";
import { dialUnix, MessageBatch, type UnixAddr, UnixConn } from "rawconn";
import { freshAddr, unixgram } from "../support/unix.js";
import {
  closedAs,
  connRows,
  connStates,
  halfClosed,
  type Matrix,
  stageOf,
  table,
  undisturbed,
} from "./matrix.js";

const none = new Uint8Array(0);
const p = () => new Uint8Array(8);

// Where everything of these tables goes.
let there: UnixAddr;

async function alone() {
  const [conn, far] = [await unixgram(), await unixgram()];
  return ends(conn, far);
}

async function dialed() {
  const far = await unixgram();
  return ends(await dialUnix("unixgram", freshAddr("unixgram"), far.localAddr), far);
}

function ends(conn: UnixConn, far: UnixConn) {
  there = far.localAddr!;
  const names: [unknown, string][] = [
    [conn.localAddr, "HERE"],
    [there, "THERE"],
  ];
  return stageOf(conn, names, [conn, far], { send: () => far.writeTo("x", conn.localAddr!) });
}

const batch = (addr: UnixAddr | null) => {
  const made = new MessageBatch<UnixAddr>({ messages: 4, size: 8 });
  made.push("abc", addr);
  return made;
};

const broken = (where: string, op: string, call = op) => ({
  "half-closed": `EPIPE: ${op} unixgram ${where}: ${call}: broken pipe`,
});

function reads(where: string): Matrix<UnixConn> {
  const closed = closedAs("unixgram", where);
  return {
    readFrom: [(c) => c.readFrom(p()), "waits", closed("read")],
    "readFrom of nothing": [(c) => c.readFrom(none), "waits", closed("read")],
    readFromUnix: [(c) => c.readFromUnix(p()), "waits", closed("read")],
    readMsgUnix: [(c) => c.readMsgUnix(p(), p()), "waits", closed("read")],
    readBatch: [(c) => c.readBatch(batch(null)), "waits", closed("read")],
    closeRead: [(c) => c.closeRead(), "ok", closed("close")],
    closeWrite: [(c) => c.closeWrite(), "ok", closed("close")],
  };
}

const closedHere = closedAs("unixgram", "HERE");
const closedTo = closedAs("unixgram", "HERE->THERE");
const NO_PEER = "ENOTCONN: write unixgram HERE: write: transport endpoint is not connected";
const NO_PEER_V = "ENOTCONN: writev unixgram HERE: writev: transport endpoint is not connected";
const NO_PEER_MSG = "ENOTCONN: write unixgram HERE: sendmsg: transport endpoint is not connected";
const MISSING = "ERR_MISSING_ADDRESS: write unixgram HERE: missing address";
const BROKEN_TO = broken("HERE->THERE", "write", "sendto");

const unconnected: Matrix<UnixConn> = {
  ...connRows("unixgram", "HERE", null),
  ...reads("HERE"),
  write: [(c) => c.write("abc"), NO_PEER, closedHere("write"), broken("HERE", "write")],
  writev: [(c) => c.writev([p()]), NO_PEER_V, closedHere("writev"), broken("HERE", "writev")],
  writeTo: [(c) => c.writeTo("abc", there), "3", closedTo("write"), BROKEN_TO],
  "writeTo of nothing": [(c) => c.writeTo("", there), "0", closedTo("write"), BROKEN_TO],
  "writeTo to nobody": [(c) => c.writeTo("abc", null as never), MISSING, MISSING],
  writeToUnix: [(c) => c.writeToUnix("abc", there), "3", closedTo("write"), BROKEN_TO],
  writeMsgUnix: [
    (c) => c.writeMsgUnix("abc", none, there),
    "n 3, oobn 0",
    closedTo("write"),
    broken("HERE->THERE", "write", "sendmsg"),
  ],
  "writeMsgUnix to nobody": [
    (c) => c.writeMsgUnix("abc", none, null),
    NO_PEER_MSG,
    closedHere("write"),
    broken("HERE", "write", "sendmsg"),
  ],
  writeBatch: [
    (c) => c.writeBatch(batch(there)),
    "1",
    closedHere("write"),
    broken("HERE->THERE", "write", "sendmmsg"),
  ],
  "writeBatch to nobody": [(c) => c.writeBatch(batch(null)), MISSING, closedHere("write")],
};

const HAS_PEER =
  "ERR_WRITE_TO_CONNECTED: write unixgram HERE->THERE: use of WriteTo with pre-connected connection";

const connected: Matrix<UnixConn> = {
  ...connRows("unixgram", "HERE", "THERE"),
  ...reads("HERE->THERE"),
  write: [(c) => c.write("abc"), "3", closedTo("write"), broken("HERE->THERE", "write")],
  "write of nothing": [(c) => c.write(""), "0", closedTo("write"), broken("HERE->THERE", "write")],
  writev: [(c) => c.writev([p()]), "8", closedTo("writev"), broken("HERE->THERE", "writev")],
  writeTo: [(c) => c.writeTo("abc", there), HAS_PEER, HAS_PEER],
  writeToUnix: [(c) => c.writeToUnix("abc", there), HAS_PEER, HAS_PEER],
  // As in Go, an error does not tell of a peer that the caller did not name.
  writeMsgUnix: [
    (c) => c.writeMsgUnix("abc", none, null),
    "n 3, oobn 0",
    closedHere("write"),
    broken("HERE", "write", "sendmsg"),
  ],
  "writeMsgUnix to somebody": [(c) => c.writeMsgUnix("abc", none, there), HAS_PEER, HAS_PEER],
  writeBatch: [
    (c) => c.writeBatch(batch(null)),
    "1",
    closedTo("write"),
    broken("HERE->THERE", "write", "sendmmsg"),
  ],
  "writeBatch to somebody": [(c) => c.writeBatch(batch(there)), HAS_PEER, closedTo("write")],
};

describe("a UnixConn of unixgram without a peer", () => {
  table(UnixConn, alone, connStates(UnixConn, halfClosed()), unconnected);
  undisturbed(alone, unconnected);
});

describe("a UnixConn of unixgram with a peer", () => {
  table(UnixConn, dialed, connStates(UnixConn, halfClosed()), connected);
  undisturbed(dialed, connected);
});
