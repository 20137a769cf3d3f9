// Every method in every state of a connection and of a listener: what it does, or the very error it ends in.

import { describe, expect, it } from "vitest";
import { type Reader, TCPAddr, TCPConn, TCPListener, type Writer } from "rawconn";
import { outcomeAfter, turn } from "./support/outcome.js";
import { disposeOf, type Pair, pair } from "./support/pair.js";

/** `ok`, `waits`, a value's text, or `CODE: message` with names in the place of addresses. */
type Cell = string;

const EINVAL = "EINVAL: invalid argument";
const closed = (op: string, where = "CLIENT->LISTENER") =>
  `ERR_CLOSED: ${op} tcp ${where}: use of closed network connection`;
const BROKEN = "EPIPE: write tcp CLIENT->LISTENER: write: broken pipe";

/** Runs a method, and says what came of it. */
async function observe(stage: Pair, call: () => unknown): Promise<Cell> {
  const name = (text: string) =>
    text
      .replaceAll(String(stage.client.localAddr), "CLIENT")
      .replaceAll(String(stage.listener.addr), "LISTENER");
  const tell = (value: unknown): Cell => {
    if (value instanceof Error) return `${(value as { code?: string }).code}: ${name(value.message)}`;
    if (value === "pending") return "waits";
    if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
    return value instanceof TCPAddr ? name(value.toString()) : "ok";
  };
  try {
    const result = call();
    return tell(result instanceof Promise ? await outcomeAfter(20, result) : result);
  } catch (error) {
    return tell(error);
  }
}

const connStates = {
  "zero value": () => new TCPConn(),
  fresh: ({ client }: Pair) => client,
  "read pending": ({ client }: Pair) => {
    client.read(new Uint8Array(1)).catch(() => {});
    return client;
  },
  "half-closed": ({ client }: Pair) => {
    client.closeWrite();
    return client;
  },
  closed: ({ client }: Pair) => {
    client.close();
    return client;
  },
};

type Row<T> = [call: (handle: T) => unknown, ...cells: Cell[]];

const same = (cell: Cell, ...last: Cell[]): Cell[] => [
  EINVAL,
  ...Array<Cell>(4 - last.length).fill(cell),
  ...last,
];
const CLOSED_SET = closed("set", "CLIENT");

// One line a method, one column a state, in the order above.
const nothing: Reader = { read: () => Promise.resolve(null) };
const sink: Writer = { write: (p) => Promise.resolve(p.length) };
const WRITEV_BROKEN = "EPIPE: writev tcp CLIENT->LISTENER: writev: broken pipe";
const WRITE_TO_CLOSED = closed("writeto").replace("use of", "read tcp CLIENT->LISTENER: use of");

const connMatrix: Record<string, Row<TCPConn>> = {
  file: [(c) => c.file().close(), ...same("ok", closed("file"))],
  syscallConn: [(c) => void c.syscallConn(), ...same("ok")],
  writev: [(c) => c.writev([Buffer.from("abc")]), EINVAL, "3", "3", WRITEV_BROKEN, closed("writev")],
  readFrom: [(c) => c.readFrom(nothing), ...same("0")],
  writeTo: [(c) => c.writeTo(sink), ...same("waits", WRITE_TO_CLOSED)],
  read: [(c) => c.read(new Uint8Array(8)), ...same("waits", closed("read"))],
  "read of nothing": [(c) => c.read(new Uint8Array(0)), ...same("0", closed("read"))],
  write: [(c) => c.write("abc"), EINVAL, "3", "3", BROKEN, closed("write")],
  "write of nothing": [(c) => c.write(""), EINVAL, "0", "0", BROKEN, closed("write")],
  close: [(c) => c.close(), ...same("ok", closed("close"))],
  closeRead: [(c) => c.closeRead(), ...same("ok", closed("close"))],
  closeWrite: [(c) => c.closeWrite(), ...same("ok", closed("close"))],
  setDeadline: [(c) => c.setDeadline(null), ...same("ok", CLOSED_SET)],
  setReadDeadline: [(c) => c.setReadDeadline(null), ...same("ok", CLOSED_SET)],
  setWriteDeadline: [(c) => c.setWriteDeadline(null), ...same("ok", CLOSED_SET)],
  setReadBuffer: [(c) => c.setReadBuffer(8192), ...same("ok", CLOSED_SET)],
  setWriteBuffer: [(c) => c.setWriteBuffer(8192), ...same("ok", CLOSED_SET)],
  setNoDelay: [(c) => c.setNoDelay(false), ...same("ok", closed("set"))],
  setLinger: [(c) => c.setLinger(5), ...same("ok", closed("set"))],
  setKeepAlive: [(c) => c.setKeepAlive(true), ...same("ok", closed("set"))],
  setKeepAlivePeriod: [(c) => c.setKeepAlivePeriod(1000), ...same("ok", closed("set"))],
  setKeepAliveConfig: [(c) => c.setKeepAliveConfig({ enable: true }), ...same("ok", closed("set"))],
  multipathTCP: [(c) => c.multipathTCP(), ...same("false", closed("raw-control", "CLIENT"))],
  localAddr: [(c) => c.localAddr, "null", "CLIENT", "CLIENT", "CLIENT", "CLIENT"],
  remoteAddr: [(c) => c.remoteAddr, "null", "LISTENER", "LISTENER", "LISTENER", "LISTENER"],
  ref: [(c) => c.ref(), ...same("ok")],
  unref: [(c) => c.unref(), ...same("ok")],
  "Symbol.dispose": [(c) => c[Symbol.dispose](), "ok", "ok", "ok", "ok", "ok"],
  "Symbol.asyncDispose": [(c) => c[Symbol.asyncDispose](), "ok", "ok", "ok", "ok", "ok"],
};

const listenerStates = {
  "zero value": () => new TCPListener(),
  fresh: ({ listener }: Pair) => listener,
  "accept pending": ({ listener }: Pair) => {
    listener.accept().catch(() => {});
    return listener;
  },
  closed: ({ listener }: Pair) => {
    listener.close();
    return listener;
  },
};

const listenerClosed = (op: string) => closed(op, "LISTENER");
const next = (l: TCPListener) => l[Symbol.asyncIterator]().next();

const listenerMatrix: Record<string, Row<TCPListener>> = {
  file: [(l) => l.file().close(), EINVAL, "ok", "ok", listenerClosed("file")],
  syscallConn: [(l) => void l.syscallConn(), EINVAL, "ok", "ok", "ok"],
  accept: [(l) => l.accept(), EINVAL, "waits", "waits", listenerClosed("accept")],
  acceptTCP: [(l) => l.acceptTCP(), EINVAL, "waits", "waits", listenerClosed("accept")],
  close: [(l) => l.close(), EINVAL, "ok", "ok", listenerClosed("close")],
  setDeadline: [
    (l) => l.setDeadline(null),
    EINVAL,
    "ok",
    "ok",
    "ERR_CLOSED: use of closed network connection",
  ],
  addr: [(l) => l.addr, "null", "LISTENER", "LISTENER", "LISTENER"],
  ref: [(l) => l.ref(), EINVAL, "ok", "ok", "ok"],
  unref: [(l) => l.unref(), EINVAL, "ok", "ok", "ok"],
  "Symbol.asyncIterator": [next, EINVAL, "waits", "waits", "ok"],
  "Symbol.dispose": [(l) => l[Symbol.dispose](), "ok", "ok", "ok", "ok"],
  "Symbol.asyncDispose": [(l) => l[Symbol.asyncDispose](), "ok", "ok", "ok", "ok"],
};

/** Every cell of a matrix, as the arguments of a test. */
function cells<T>(matrix: Record<string, Row<T>>, states: Record<string, (stage: Pair) => T>) {
  return Object.entries(matrix).flatMap(([method, [call, ...row]]) =>
    Object.entries(states).map(([state, enter], i) => [state, method, row[i], { enter, call }] as const),
  );
}

const symbols = new Map<symbol, string>([
  [Symbol.dispose, "Symbol.dispose"],
  [Symbol.asyncDispose, "Symbol.asyncDispose"],
  [Symbol.asyncIterator, "Symbol.asyncIterator"],
]);

/** What a user may call: the members of a class and of those it extends, without what is internal. */
function membersOf(type: { prototype: object }): string[] {
  const internal = new Set(["constructor", "fd", "bound", "peer", "deadline", "opened"]);
  const names: string[] = [];
  for (let p: object = type.prototype; p !== Object.prototype; p = Object.getPrototypeOf(p) as object) {
    names.push(
      ...Reflect.ownKeys(p).map((key) => (typeof key === "symbol" ? (symbols.get(key) ?? String(key)) : key)),
    );
  }
  return [...new Set(names)].filter((name) => !internal.has(name)).sort();
}

describe("a TCPConn", () => {
  it.each(cells(connMatrix, connStates))("%s: %s: %s", async (_state, _method, cell, { enter, call }) => {
    using stage = await pair();
    const conn = enter(stage);
    await turn();
    expect(await observe(stage, () => call(conn))).toBe(cell);
  });

  it("has no method that the matrix leaves out", () => {
    const tested = Object.keys(connMatrix).filter((name) => !name.includes(" "));
    expect(membersOf(TCPConn)).toEqual(tested.sort());
  });

  it("waits on undisturbed while other methods are called", async () => {
    using stage = await pair();
    const reading = stage.client.read(new Uint8Array(8));
    const ending = new Set(["close", "closeRead", "Symbol.dispose", "Symbol.asyncDispose", "read", "unref"]);
    for (const [method, [call]] of Object.entries(connMatrix)) {
      if (!ending.has(method)) await observe(stage, () => call(stage.client));
    }
    expect(await outcomeAfter(20, reading)).toBe("pending");
    await stage.server.write("x");
    expect(await reading).toBe(1);
  });
});

describe("a TCPListener", () => {
  it.each(cells(listenerMatrix, listenerStates))(
    "%s: %s: %s",
    async (_state, _method, cell, { enter, call }) => {
      using stage = await pair();
      const listener = enter(stage);
      await turn();
      expect(await observe(stage, () => call(listener))).toBe(cell);
    },
  );

  it("has no method that the matrix leaves out", () => {
    expect(membersOf(TCPListener)).toEqual(Object.keys(listenerMatrix).sort());
  });
});

it("two zero values share nothing, and disposing of them touches no descriptor", () => {
  disposeOf(new TCPConn(), new TCPConn(), new TCPListener());
});
