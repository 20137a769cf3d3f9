import { describe, it } from "vitest";
import { type Reader, TCPConn, TCPListener, type Writer } from "rawconn";
import { disposeOf, pair } from "../support/pair.js";
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

const closed = closedAs("tcp", "CLIENT->LISTENER");
const broken = (op: string, call = op) => ({
  "half-closed": `EPIPE: ${op} tcp CLIENT->LISTENER: ${call}: broken pipe`,
});
const nothing: Reader = { read: () => Promise.resolve(null) };
const sink: Writer = { write: (p) => Promise.resolve(p.length) };
const WRITE_TO_CLOSED = closed("writeto").replace("use of", "read tcp CLIENT->LISTENER: use of");

const conn: Matrix<TCPConn> = {
  ...connRows("tcp", "CLIENT", "LISTENER"),
  write: [(c) => c.write("abc"), "3", closed("write"), broken("write")],
  "write of nothing": [(c) => c.write(""), "0", closed("write"), broken("write")],
  writev: [(c) => c.writev([Buffer.from("abc")]), "3", closed("writev"), broken("writev")],
  readFrom: [(c) => c.readFrom(nothing), "0", "0"],
  writeTo: [(c) => c.writeTo(sink), "waits", WRITE_TO_CLOSED],
  closeRead: [(c) => c.closeRead(), "ok", closed("close")],
  closeWrite: [(c) => c.closeWrite(), "ok", closed("close")],
  setNoDelay: [(c) => c.setNoDelay(false), "ok", closed("set")],
  setLinger: [(c) => c.setLinger(5), "ok", closed("set")],
  setKeepAlive: [(c) => c.setKeepAlive(true), "ok", closed("set")],
  setKeepAlivePeriod: [(c) => c.setKeepAlivePeriod(1000), "ok", closed("set")],
  setKeepAliveConfig: [(c) => c.setKeepAliveConfig({ enable: true }), "ok", closed("set")],
  multipathTCP: [(c) => c.multipathTCP(), "false", closedAs("tcp", "CLIENT")("raw-control")],
};

const listener: Matrix<TCPListener> = {
  ...listenerRows("tcp", "LISTENER"),
  acceptTCP: [(l) => l.acceptTCP(), "waits", closedAs("tcp", "LISTENER")("accept")],
};

async function connStage() {
  const ends = await pair();
  const names: [unknown, string][] = [
    [ends.client.localAddr, "CLIENT"],
    [ends.listener.addr, "LISTENER"],
  ];
  return stageOf(ends.client, names, [ends], { send: () => ends.server.write("x") });
}

async function listenerStage() {
  const ends = await pair();
  return stageOf(ends.listener, [[ends.listener.addr, "LISTENER"]], [ends]);
}

describe("a TCPConn", () => {
  table(TCPConn, connStage, connStates(TCPConn, halfClosed()), conn);
  undisturbed(connStage, conn);
});

describe("a TCPListener", () => table(TCPListener, listenerStage, listenerStates(TCPListener), listener));

it("two zero values share nothing, and disposing of them touches no descriptor", () => {
  disposeOf(new TCPConn(), new TCPConn(), new TCPListener());
});
