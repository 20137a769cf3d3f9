import { describe } from "vitest";
import { pipe, type PipeConn } from "rawconn";
import { type Matrix, pending, type Stage, stageOf, type State, table } from "./matrix.js";

const p = () => new Uint8Array(8);
const nothing = new Uint8Array(0);

describe("an end of a pipe", () => {
  // There is no descriptor that could be the zero value of one.
  const CLOSED = "ERR_CLOSED_PIPE: io: read/write on closed pipe";
  const peers = new WeakMap<PipeConn, PipeConn>();

  async function stage(): Promise<Stage<PipeConn>> {
    const [near, far] = pipe();
    peers.set(near, far);
    return stageOf(near, [], [near, far]);
  }

  const close: State<PipeConn> = (c, call) => {
    c.close();
    return call(c);
  };
  const closeOther: State<PipeConn> = (c, call) => {
    peers.get(c)!.close();
    return call(c);
  };
  const states = {
    open: {
      fresh: (c: PipeConn, call: (c: PipeConn) => unknown) => call(c),
      "read pending": pending<PipeConn>((c) => c.read(p())),
      "write pending": pending<PipeConn>((c) => c.write("x")),
    },
    closed: { closed: close, "the other end closed": closeOther },
  };
  const end = { "the other end closed": "null" };

  const matrix: Matrix<PipeConn> = {
    read: [(c) => c.read(p()), "waits", CLOSED, end],
    "read of nothing": [(c) => c.read(nothing), "waits", CLOSED, end],
    write: [(c) => c.write("abc"), "waits", CLOSED],
    "write of nothing": [(c) => c.write(""), "waits", CLOSED],
    close: [(c) => c.close(), "ok", "ok"],
    setDeadline: [(c) => c.setDeadline(null), "ok", CLOSED],
    setReadDeadline: [(c) => c.setReadDeadline(null), "ok", CLOSED],
    setWriteDeadline: [(c) => c.setWriteDeadline(null), "ok", CLOSED],
    localAddr: [(c) => c.localAddr, "pipe", "pipe"],
    remoteAddr: [(c) => c.remoteAddr, "pipe", "pipe"],
    ref: [(c) => c.ref(), "ok", "ok"],
    unref: [(c) => c.unref(), "ok", "ok"],
    "Symbol.dispose": [(c) => c[Symbol.dispose](), "ok", "ok"],
    "Symbol.asyncDispose": [(c) => c[Symbol.asyncDispose](), "ok", "ok"],
  };

  table(Object.getPrototypeOf(pipe()[0]).constructor as { prototype: object }, stage, states, matrix);
});
