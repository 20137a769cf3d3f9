import { describe } from "vitest";
import { dialUDP, listenUDP, MessageBatch, UDPAddr, UDPConn } from "rawconn";
import { AddrPort } from "rawconn/netip";
import { closedAs, connRows, connStates, type Matrix, stageOf, table, undisturbed } from "./matrix.js";

const none = new Uint8Array(0);
const p = () => new Uint8Array(8);
const here = () => listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));

// Where everything of these tables goes: nobody is asked whether he is there.
let there: UDPAddr;

async function alone() {
  const [conn, far] = [await here(), await here()];
  there = far.localAddr!;
  const names: [unknown, string][] = [
    [conn.localAddr, "HERE"],
    [there, "THERE"],
  ];
  return stageOf(conn, names, [conn, far], { send: () => far.writeTo("x", conn.localAddr!) });
}

async function dialed() {
  const far = await here();
  there = far.localAddr!;
  const conn = await dialUDP("udp", null, there);
  const names: [unknown, string][] = [
    [conn.localAddr, "HERE"],
    [there, "THERE"],
  ];
  return stageOf(conn, names, [conn, far], { send: () => far.writeTo("x", conn.localAddr!) });
}

const batch = (...to: (UDPAddr | null)[]) => {
  const made = new MessageBatch<UDPAddr>({ messages: 4, size: 8 });
  for (const addr of to) made.push("abc", addr);
  return made;
};

const port = () => there.addrPort();
const nobody = new AddrPort();

function reads(where: string): Matrix<UDPConn> {
  const closed = closedAs("udp", where)("read");
  return {
    readFrom: [(c) => c.readFrom(p()), "waits", closed],
    "readFrom of nothing": [(c) => c.readFrom(none), "waits", closed],
    readFromUDP: [(c) => c.readFromUDP(p()), "waits", closed],
    readFromUDPAddrPort: [(c) => c.readFromUDPAddrPort(p()), "waits", closed],
    readMsg: [(c) => c.readMsg(p(), none), "waits", closed],
    readMsgUDP: [(c) => c.readMsgUDP(p(), p()), "waits", closed],
    readMsgUDPAddrPort: [(c) => c.readMsgUDPAddrPort(p(), none), "waits", closed],
    readBatch: [(c) => c.readBatch(batch()), "waits", closed],
  };
}

const closedTo = closedAs("udp", "HERE->THERE")("write");
const MISSING = "ERR_MISSING_ADDRESS: write udp HERE: missing address";
const NO_PEER = "EDESTADDRREQ: write udp HERE: write: destination address required";
const NO_PEER_V = "EDESTADDRREQ: writev udp HERE: writev: destination address required";

const unconnected: Matrix<UDPConn> = {
  ...connRows("udp", "HERE", null),
  ...reads("HERE"),
  write: [(c) => c.write("abc"), NO_PEER, closedAs("udp", "HERE")("write")],
  writev: [(c) => c.writev([Buffer.from("abc")]), NO_PEER_V, closedAs("udp", "HERE")("writev")],
  writeTo: [(c) => c.writeTo("abc", there), "3", closedTo],
  "writeTo of nothing": [(c) => c.writeTo("", there), "0", closedTo],
  "writeTo to nobody": [(c) => c.writeTo("abc", null as never), MISSING, MISSING],
  writeToUDP: [(c) => c.writeToUDP("abc", there), "3", closedTo],
  writeToUDPAddrPort: [(c) => c.writeToUDPAddrPort("abc", port()), "3", closedTo],
  writeMsg: [(c) => c.writeMsg("abc", none, there), "n 3, oobn 0", closedTo],
  "writeMsg to nobody": [(c) => c.writeMsg("abc", none, null), MISSING, MISSING],
  writeMsgUDP: [(c) => c.writeMsgUDP("abc", none, there), "n 3, oobn 0", closedTo],
  writeMsgUDPAddrPort: [(c) => c.writeMsgUDPAddrPort("abc", none, port()), "n 3, oobn 0", closedTo],
  "writeMsgUDPAddrPort to nobody": [(c) => c.writeMsgUDPAddrPort("abc", none, nobody), MISSING, MISSING],
  writeBatch: [(c) => c.writeBatch(batch(there, there)), "2", closedAs("udp", "HERE")("write")],
  "writeBatch to nobody": [
    (c) => c.writeBatch(batch(there, null)),
    MISSING,
    closedAs("udp", "HERE")("write"),
  ],
};

const CONNECTED =
  "ERR_WRITE_TO_CONNECTED: write udp HERE->THERE: use of WriteTo with pre-connected connection";
const closedWrite = closedAs("udp", "HERE->THERE")("write");
// Whom the caller did not name, the error does not, as in Go.
const closedMsg = closedAs("udp", "HERE")("write");

const connected: Matrix<UDPConn> = {
  ...connRows("udp", "HERE", "THERE"),
  ...reads("HERE->THERE"),
  write: [(c) => c.write("abc"), "3", closedWrite],
  "write of nothing": [(c) => c.write(""), "0", closedWrite],
  writev: [(c) => c.writev([Buffer.from("abc")]), "3", closedAs("udp", "HERE->THERE")("writev")],
  writeTo: [(c) => c.writeTo("abc", there), CONNECTED, CONNECTED],
  writeToUDP: [(c) => c.writeToUDP("abc", there), CONNECTED, CONNECTED],
  writeToUDPAddrPort: [(c) => c.writeToUDPAddrPort("abc", port()), CONNECTED, CONNECTED],
  writeMsg: [(c) => c.writeMsg("abc", none, null), "n 3, oobn 0", closedMsg],
  "writeMsg to somebody": [(c) => c.writeMsg("abc", none, there), CONNECTED, CONNECTED],
  writeMsgUDP: [(c) => c.writeMsgUDP("abc", none, null), "n 3, oobn 0", closedMsg],
  writeMsgUDPAddrPort: [(c) => c.writeMsgUDPAddrPort("abc", none, null), "n 3, oobn 0", closedMsg],
  "writeMsgUDPAddrPort to nobody": [
    (c) => c.writeMsgUDPAddrPort("abc", none, nobody),
    "n 3, oobn 0",
    closedMsg,
  ],
  writeBatch: [(c) => c.writeBatch(batch(null, null)), "2", closedWrite],
  "writeBatch to somebody": [(c) => c.writeBatch(batch(null, there)), CONNECTED, closedWrite],
};

describe("a UDPConn without a peer", () => {
  table(UDPConn, alone, connStates(UDPConn), unconnected);
  undisturbed(alone, unconnected);
});

describe("a UDPConn with a peer", () => {
  table(UDPConn, dialed, connStates(UDPConn), connected);
  undisturbed(dialed, connected);
});
