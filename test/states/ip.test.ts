import { describe } from "vitest";
import { dialIP, type IPAddr, IPConn, MessageBatch } from "rawconn";
import { ownAddr, rawIP, rawNetwork, refused } from "../support/raw-ip.js";
import { closedAs, connRows, connStates, type Matrix, stageOf, table, undisturbed } from "./matrix.js";

const none = new Uint8Array(0);
const p = () => new Uint8Array(64);
// As in Go, what was dialed or listened to as "ip4:200" calls itself by its family.
const NET = rawNetwork(4).split(":")[0];
const [here, there] = [ownAddr(31), ownAddr(42)];
const names: [unknown, string][] = [
  [here, "HERE"],
  [there, "THERE"],
];

async function alone() {
  const [conn, far] = [await rawIP(here), await rawIP(there)];
  return stageOf(conn, names, [conn, far], { send: () => far.writeTo("x", here) });
}

async function dialed() {
  const [conn, far] = [await dialIP(rawNetwork(4), here, there), await rawIP(there)];
  return stageOf(conn, names, [conn, far], { send: () => far.writeTo("x", here) });
}

const batch = (addr: IPAddr | null) => {
  const made = new MessageBatch<IPAddr>({ messages: 4, size: 64 });
  made.push("abc", addr);
  return made;
};

function reads(where: string): Matrix<IPConn> {
  const closed = closedAs(NET, where)("read");
  return {
    readFrom: [(c) => c.readFrom(p()), "waits", closed],
    "readFrom of nothing": [(c) => c.readFrom(none), "waits", closed],
    readFromIP: [(c) => c.readFromIP(p()), "waits", closed],
    readMsg: [(c) => c.readMsg(p(), none), "waits", closed],
    readMsgIP: [(c) => c.readMsgIP(p(), p()), "waits", closed],
    readBatch: [(c) => c.readBatch(batch(null)), "waits", closed],
  };
}

const closedHere = closedAs(NET, "HERE");
const closedTo = closedAs(NET, "HERE->THERE");
const noPeer = (op: string) => `EDESTADDRREQ: ${op} ${NET} HERE: ${op}: destination address required`;
const MISSING = `ERR_MISSING_ADDRESS: write ${NET} HERE: missing address`;

const unconnected: Matrix<IPConn> = {
  ...connRows(NET, "HERE", null),
  ...reads("HERE"),
  write: [(c) => c.write("abc"), noPeer("write"), closedHere("write")],
  writev: [(c) => c.writev([p()]), noPeer("writev"), closedHere("writev")],
  writeTo: [(c) => c.writeTo("abc", there), "3", closedTo("write")],
  "writeTo of nothing": [(c) => c.writeTo("", there), "0", closedTo("write")],
  "writeTo to nobody": [(c) => c.writeTo("abc", null as never), MISSING, MISSING],
  writeToIP: [(c) => c.writeToIP("abc", there), "3", closedTo("write")],
  writeMsg: [(c) => c.writeMsg("abc", none, there), "n 3, oobn 0", closedTo("write")],
  writeMsgIP: [(c) => c.writeMsgIP("abc", none, there), "n 3, oobn 0", closedTo("write")],
  "writeMsgIP to nobody": [(c) => c.writeMsgIP("abc", none, null as never), MISSING, MISSING],
  writeBatch: [(c) => c.writeBatch(batch(there)), "1", closedHere("write")],
  "writeBatch to nobody": [(c) => c.writeBatch(batch(null)), MISSING, closedHere("write")],
};

const use = "use of WriteTo with pre-connected connection";
const HAS_PEER = `ERR_WRITE_TO_CONNECTED: write ${NET} HERE->THERE: ${use}`;

const connected: Matrix<IPConn> = {
  ...connRows(NET, "HERE", "THERE"),
  ...reads("HERE->THERE"),
  write: [(c) => c.write("abc"), "3", closedTo("write")],
  "write of nothing": [(c) => c.write(""), "0", closedTo("write")],
  writev: [(c) => c.writev([p()]), "64", closedTo("writev")],
  writeTo: [(c) => c.writeTo("abc", there), HAS_PEER, HAS_PEER],
  writeToIP: [(c) => c.writeToIP("abc", there), HAS_PEER, HAS_PEER],
  writeMsg: [(c) => c.writeMsg("abc", none, there), HAS_PEER, HAS_PEER],
  writeMsgIP: [(c) => c.writeMsgIP("abc", none, there), HAS_PEER, HAS_PEER],
  writeBatch: [(c) => c.writeBatch(batch(null)), "1", closedTo("write")],
  "writeBatch to somebody": [(c) => c.writeBatch(batch(there)), HAS_PEER, closedTo("write")],
};

describe.skipIf(refused !== null)("an IPConn without a peer", () => {
  table(IPConn, alone, connStates(IPConn), unconnected);
  undisturbed(alone, unconnected);
});

describe.skipIf(refused !== null)("an IPConn with a peer", () => {
  table(IPConn, dialed, connStates(IPConn), connected);
  undisturbed(dialed, connected);
});
