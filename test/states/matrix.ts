// Every method in every state of a handle: what it does, or the very error it ends in. The tables stand beside this file.

import { expect, it } from "vitest";
import type { Addr, Conn, Handle, Listener } from "rawconn";
import { outcomeAfter, turn } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";

/** `ok`, `waits`, a value's text, or `CODE: message` with names in the place of addresses. */
export type Cell = string;

/** What comes of a method: where the handle is open, where it is not, and in states where it is otherwise. */
export type Row<T> = [call: (handle: T) => unknown, open: Cell, closed: Cell, others?: Record<string, Cell>];

/** One line a method. What stands behind a blank tells two lines of one method apart. */
export type Matrix<T> = Record<string, Row<T>>;

/** Brings a fresh handle into a state, and makes the call there. */
export type State<T> = (handle: T, call: (handle: T) => unknown) => unknown;

/** A fresh handle, and whom to call what: an address that begins like another stands before it. */
export interface Stage<T> extends Disposable {
  handle: T;
  names: [what: unknown, name: string][];
}

export const EINVAL = "EINVAL: invalid argument";

/** The states of a table: the zero value, those in which a handle is open, and those in which it is not. */
export interface States<T> {
  zero?: State<T>;
  open: Record<string, State<T>>;
  closed: Record<string, State<T>>;
}

export const fresh = <T>(handle: T, call: (handle: T) => unknown) => call(handle);

/** Closed, and in the middle of closing: while its descriptor is lent to a callback, it is no longer open. */
export const ended = <T extends Handle>(): Record<string, State<T>> => ({
  closed: (handle, call) => {
    handle.close();
    return call(handle);
  },
  closing: (handle, call) =>
    handle.syscallConn().control(() => {
      handle.close();
      return call(handle);
    }),
});

/** Begins something that waits, and then makes the call. */
export function pending<T>(begin: (handle: T) => Promise<unknown>): State<T> {
  return async (handle, call) => {
    begin(handle).catch(() => {});
    await turn();
    return call(handle);
  };
}

/** The state of a connection whose writing side is shut. */
export const halfClosed = <T extends { closeWrite(): void }>(): Record<string, State<T>> => ({
  "half-closed": (handle, call) => {
    handle.closeWrite();
    return call(handle);
  },
});

/** The states of a connection. */
export function connStates<T extends Conn>(
  zero: new () => T,
  more: Record<string, State<T>> = {},
): States<T> {
  return {
    zero: (_, call) => call(new zero()),
    open: { fresh, "read pending": pending((c) => c.read(new Uint8Array(8))), ...more },
    closed: ended(),
  };
}

/** The states of a listener. */
export function listenerStates<T extends Listener<unknown>>(zero: new () => T): States<T> {
  return {
    zero: (_, call) => call(new zero()),
    open: { fresh, "accept pending": pending((l) => l.accept()) },
    closed: ended(),
  };
}

/** How an operation on what is closed ends; `where` is the addresses that it tells. */
export const closedAs = (net: string, where: string) => (op: string) =>
  `ERR_CLOSED: ${op} ${net} ${where}: use of closed network connection`;

const ZERO_OK = { "zero value": "ok" };

/** What all handles do alike. */
export function handleRows(file: Cell, close: Cell): Matrix<Handle> {
  return {
    file: [(h) => h.file().close(), "ok", file],
    syscallConn: [(h) => void h.syscallConn(), "ok", "ok"],
    close: [(h) => h.close(), "ok", close],
    ref: [(h) => h.ref(), "ok", "ok"],
    unref: [(h) => h.unref(), "ok", "ok"],
    "Symbol.dispose": [(h) => h[Symbol.dispose](), "ok", "ok", ZERO_OK],
    "Symbol.asyncDispose": [(h) => h[Symbol.asyncDispose](), "ok", "ok", ZERO_OK],
  };
}

/** What all connections do alike; `there` is null for one without a peer. */
export function connRows(net: string, here: string, there: string | null): Matrix<Conn> {
  const closed = closedAs(net, there === null ? here : `${here}->${there}`);
  const set = closedAs(net, here)("set");
  const zero = { "zero value": "null" };
  return {
    ...handleRows(closed("file"), closed("close")),
    read: [(c) => c.read(new Uint8Array(8)), "waits", closed("read")],
    "read of nothing": [(c) => c.read(new Uint8Array(0)), "0", closed("read")],
    setDeadline: [(c) => c.setDeadline(null), "ok", set],
    setReadDeadline: [(c) => c.setReadDeadline(null), "ok", set],
    setWriteDeadline: [(c) => c.setWriteDeadline(null), "ok", set],
    setReadBuffer: [(c) => c.setReadBuffer(8192), "ok", set],
    setWriteBuffer: [(c) => c.setWriteBuffer(8192), "ok", set],
    localAddr: [(c) => c.localAddr, here, here, zero],
    remoteAddr: [(c) => c.remoteAddr, there ?? "null", there ?? "null", zero],
  };
}

/** What all listeners do alike. */
export function listenerRows(net: string, here: string): Matrix<Listener<unknown>> {
  const closed = closedAs(net, here);
  return {
    ...handleRows(closed("file"), closed("close")),
    accept: [(l) => l.accept(), "waits", closed("accept")],
    setDeadline: [(l) => l.setDeadline(null), "ok", "ERR_CLOSED: use of closed network connection"],
    addr: [(l) => l.addr, here, here, { "zero value": "null" }],
    "Symbol.asyncIterator": [(l) => l[Symbol.asyncIterator]().next(), "waits", "ok"],
  };
}

/** Every cell of a table as the arguments of a test. */
function cellsOf<T>(matrix: Matrix<T>, { zero, open, closed }: States<T>) {
  const columns: [state: string, enter: State<T>, cell: (row: Row<T>) => Cell][] = [
    ...(zero === undefined ? [] : [["zero value", zero, () => EINVAL] as [string, State<T>, () => Cell]]),
    ...Object.entries(open).map(([state, enter]) => [state, enter, (row: Row<T>) => row[1]] as never),
    ...Object.entries(closed).map(([state, enter]) => [state, enter, (row: Row<T>) => row[2]] as never),
  ];
  const known = new Set(columns.map(([state]) => state));
  for (const [method, row] of Object.entries(matrix)) {
    for (const state of Object.keys(row[3] ?? {}))
      if (!known.has(state)) throw new Error(`${method} has a cell for "${state}", which is no state here`);
  }
  return columns.flatMap(([state, enter, cell]) =>
    Object.entries(matrix).map(
      ([method, row]) => [state, method, row[3]?.[state] ?? cell(row), { enter, call: row[0] }] as const,
    ),
  );
}

/** Declares a test for each cell, and one that no public member is missing. */
export function table<T>(
  type: { prototype: object },
  stageOf: () => Promise<Stage<T>>,
  states: States<T>,
  matrix: Matrix<T>,
): void {
  it.each(cellsOf(matrix, states))("%s: %s: %s", async (_state, _method, cell, { enter, call }) => {
    using stage = await stageOf();
    // In a box, since a state that takes its time would be waited for together with what the call began.
    const box = (await enter(stage.handle, (handle) => boxed(() => call(handle)))) as () => unknown;
    expect(await observe(stage, box)).toBe(cell);
  });

  it("has no member that the table leaves out", () => {
    const lines = new Set(Object.keys(matrix).map((line) => line.split(" ", 1)[0]));
    const missing = membersOf(type).filter((name) => !lines.has(name) && !internal.has(name));
    expect(missing).toEqual([]);
    expect([...lines].filter((name) => !membersOf(type).includes(name))).toEqual([]);
  });
}

/** What came of a call that is made now, to be had later. */
function boxed(call: () => unknown): () => unknown {
  try {
    const result = call();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

// What ends a read that waits, or takes its turn before it.
const ending = /^(close|closeRead|Symbol\.dispose|Symbol\.asyncDispose|read.*|writeTo|unref)( |$)/;

/** Declares a test that a read waits on while all other methods are called. `send` is to end it. */
export function undisturbed<T extends Conn>(
  stageOf: () => Promise<Stage<T> & { send: () => Promise<unknown> }>,
  matrix: Matrix<T>,
): void {
  it("waits on undisturbed while other methods are called", async () => {
    using stage = await stageOf();
    const reading = stage.handle.read(new Uint8Array(64));
    for (const [line, [call]] of Object.entries(matrix)) {
      if (!ending.test(line)) await observe(stage, () => call(stage.handle));
    }
    expect(await outcomeAfter(20, reading)).toBe("pending");
    await stage.send();
    expect(await reading).toBeGreaterThan(0);
  });
}

/** Runs a method, and says what came of it. */
async function observe<T>({ names }: Stage<T>, call: () => unknown): Promise<Cell> {
  const named = (text: string) =>
    names.reduce((said, [what, name]) => said.replaceAll(String(what), name), text);
  try {
    const result = call();
    return tell(result instanceof Promise ? await outcomeAfter(10, result) : result, named);
  } catch (error) {
    return tell(error, named);
  }
}

function tell(value: unknown, named: (text: string) => string): Cell {
  if (value instanceof Error) return `${(value as { code?: string }).code}: ${named(value.message)}`;
  if (value === "pending") return "waits";
  if (value === null || ["boolean", "number"].includes(typeof value)) return String(value);
  const told = (value ?? {}) as Partial<Addr> & { n?: number; oobn?: number };
  if (told.network !== undefined) return named(told.toString!());
  if (told.n !== undefined) return told.oobn === undefined ? `n ${told.n}` : `n ${told.n}, oobn ${told.oobn}`;
  return "ok";
}

const symbols = new Map<symbol, string>([
  [Symbol.dispose, "Symbol.dispose"],
  [Symbol.asyncDispose, "Symbol.asyncDispose"],
  [Symbol.asyncIterator, "Symbol.asyncIterator"],
]);

// Protected, or marked as internal: nothing that a user sees.
const internal = new Set(
  (
    "constructor fd bound peer deadline opened " +
    "receiveFrom receive transmitTo transmit receiveBatch transmitBatch refused checkTarget ownKind"
  ).split(" "),
);

/** The members of a class and of those it extends. */
function membersOf(type: { prototype: object }): string[] {
  const names: string[] = [];
  for (let p: object = type.prototype; p !== Object.prototype; p = Object.getPrototypeOf(p) as object) {
    names.push(
      ...Reflect.ownKeys(p).map((key) => (typeof key === "symbol" ? (symbols.get(key) ?? String(key)) : key)),
    );
  }
  return [...new Set(names)];
}

/** A stage that closes what it is told to. */
export function stageOf<T, X extends object>(
  handle: T,
  names: [unknown, string][],
  ends: Disposable[],
  more: X = {} as X,
): Stage<T> & X {
  return { handle, names, ...more, [Symbol.dispose]: () => disposeOf(...ends) };
}
