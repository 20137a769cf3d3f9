// Arguments that make no sense: a TypeError or RangeError with a code that says what was expected, before anything
// is touched. That nothing was is proved by counting the calls of the waist.

import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type Addr,
  dial,
  Dialer,
  type DialerFields,
  dialTCP,
  dialTimeout,
  IPAddr,
  listen,
  ListenConfig,
  type ListenConfigFields,
  listenTCP,
  RawConn,
  TCPAddr,
  type TCPConn,
  type TCPListener,
} from "rawconn";
import { outcomeAfter, rejection } from "../support/outcome.js";
import { connected, fdOf, pair } from "../support/pair.js";
import { watch } from "../support/syscalls.js";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

/** Calls with a value of any type where the types ask for a certain one. */
type Loose = (value: never) => unknown;
type Row = [name: string, call: Loose, code: string, ...values: unknown[]];

const notString = [undefined, null, 5, {}, [], Symbol("tcp"), 5n, true];
const notNumber = [undefined, null, "5", {}, [], Symbol("5"), 5n, true];
const notBoolean = [undefined, null, 0, 1, "true", {}, Symbol("true")];
const notObject = [null, 5, "x", Symbol("x"), true, 5n];
const notFunction = [null, 5, "x", {}, [], true];
const there = new TCPAddr({ ip: "127.0.0.1", port: 1 });

/** What a call came to: thrown or rejected, either is an answer. */
async function failureOf(call: Loose, value: unknown): Promise<Error & { code?: string }> {
  return rejection<Error>(Promise.resolve().then(() => call(value as never)));
}

async function refuses(call: Loose, code: string, values: unknown[]): Promise<void> {
  for (const value of values) {
    using calls = watch();
    const error = await failureOf(call, value);
    const said = inspect(value);
    expect({ said, code: error.code }).toEqual({ said, code });
    expect(error).toBeInstanceOf(code === RANGE ? RangeError : TypeError);
    expect(error.message).toMatch(/^Expected .+ but received /);
    expect(calls.calls).toEqual([]);
  }
}

/** One test a row and value. */
function table(rows: Row[]): void {
  it.each(rows)("%s", (_, call, code, ...values) => refuses(call, code, values));
}

describe("dialing refuses", () => {
  table([
    ["a network that is no string", (v) => dial(v, "127.0.0.1:1"), TYPE, ...notString],
    ["a network with NUL", (v) => dial(v, "127.0.0.1:1"), VALUE, "tcp\0"],
    ["an address that is no string", (v) => dial("tcp", v), TYPE, ...notString, there],
    ["an address with NUL", (v) => dial("tcp", v), VALUE, "127.0.0.1:1\0", "\0"],
    ["a network of dialTimeout", (v) => dialTimeout(v, "127.0.0.1:1", 5), TYPE, ...notString],
    ["a timeout of dialTimeout", (v) => dialTimeout("tcp", "127.0.0.1:1", v), TYPE, ...notNumber.slice(2)],
    ["a timeout of dialTimeout that is NaN", (v) => dialTimeout("tcp", "127.0.0.1:1", v), RANGE, NaN],
    ["options that are no object", (v) => dial("tcp", "127.0.0.1:1", v), TYPE, ...notObject],
    [
      "a signal that is none",
      (v) => dial("tcp", "127.0.0.1:1", { signal: v }),
      TYPE,
      5,
      "x",
      {},
      new EventTarget(),
    ],
    ["a network of dialTCP", (v) => dialTCP(v, null, there), TYPE, ...notString],
    [
      "a local address of dialTCP",
      (v) => dialTCP("tcp", v, there),
      TYPE,
      undefined,
      "127.0.0.1:0",
      {},
      5,
      new IPAddr(),
    ],
    [
      "a remote address of dialTCP",
      (v) => dialTCP("tcp", null, v),
      TYPE,
      undefined,
      "127.0.0.1:1",
      {},
      5,
      new IPAddr(),
    ],
    ["options of dialTCP", (v) => dialTCP("tcp", null, there, v), TYPE, ...notObject],
    ["a signal of dialTCP", (v) => dialTCP("tcp", null, there, { signal: v }), TYPE, 5, "x", {}],
  ]);
});

describe("listening refuses", () => {
  table([
    ["a network that is no string", (v) => listen(v, "127.0.0.1:0"), TYPE, ...notString],
    ["a network with NUL", (v) => listen(v, "127.0.0.1:0"), VALUE, "tcp\0"],
    ["an address that is no string", (v) => listen("tcp", v), TYPE, ...notString, there],
    ["an address with NUL", (v) => listen("tcp", v), VALUE, "127.0.0.1:0\0"],
    [
      "options that are no object",
      (v) => new ListenConfig().listen("tcp", "127.0.0.1:0", v),
      TYPE,
      ...notObject,
    ],
    [
      "a signal that is none",
      (v) => new ListenConfig().listen("tcp", "127.0.0.1:0", { signal: v }),
      TYPE,
      5,
      "x",
      {},
    ],
    ["a network of listenTCP", (v) => listenTCP(v, null), TYPE, ...notString],
    [
      "an address of listenTCP",
      (v) => listenTCP("tcp", v),
      TYPE,
      undefined,
      "127.0.0.1:0",
      {},
      5,
      new IPAddr(),
    ],
  ]);
});

const field = <F>(make: (fields: F) => unknown, name: string, code: string, ...values: unknown[]): Row => [
  name,
  (value) => make({ [name]: value } as F),
  code,
  ...values,
];
const keepAliveFields = (make: (fields: { keepAliveConfig: object }) => unknown): Row[] => {
  const inside =
    (name: string): Loose =>
    (value) =>
      make({ keepAliveConfig: { [name]: value } });
  return [
    ["keepAliveConfig", (v) => make({ keepAliveConfig: v }), TYPE, 5, "x", true],
    ["keepAliveConfig.enable", inside("enable"), TYPE, null, 1, "true", {}],
    ["keepAliveConfig.idle", inside("idle"), TYPE, null, "5", {}, 5n],
    ["keepAliveConfig.idle, not a number", inside("idle"), RANGE, NaN],
    ["keepAliveConfig.interval", inside("interval"), TYPE, null, "5", {}, 5n],
    ["keepAliveConfig.count", inside("count"), TYPE, null, "5", {}, 5n],
    ["keepAliveConfig.count, no integer", inside("count"), RANGE, NaN, 1.5, Infinity, 2 ** 31],
  ];
};
const dialer = (fields: DialerFields) => new Dialer(fields);
const config = (fields: ListenConfigFields) => new ListenConfig(fields);
const NOBODY = { toString: () => "nobody" } as Addr;

describe("a Dialer refuses the field", () => {
  table([
    ["fields that are no object", (v) => new Dialer(v), TYPE, ...notObject],
    field(dialer, "timeout", TYPE, "5", {}, 5n, true),
    field(dialer, "timeout", RANGE, NaN),
    field(dialer, "deadline", TYPE, "tomorrow", {}, 5n, true),
    field(dialer, "deadline", RANGE, NaN, new Date(NaN)),
    field(dialer, "localAddr", TYPE, 5, "127.0.0.1:0", {}, NOBODY, { network: "tcp" }, true),
    field(dialer, "fallbackDelay", TYPE, "5", {}, 5n),
    field(dialer, "fallbackDelay", RANGE, NaN),
    field(dialer, "keepAlive", TYPE, "5", {}, 5n),
    field(dialer, "keepAlive", RANGE, NaN),
    ...keepAliveFields(dialer),
    field(dialer, "multipathTCP", TYPE, 0, 1, "true", {}),
    field(dialer, "control", TYPE, ...notFunction),
  ]);
});

describe("a Dialer that was changed later refuses to dial with the field", () => {
  const changed =
    (name: keyof DialerFields): Loose =>
    (value) =>
      Object.assign(new Dialer(), { [name]: value }).dial("tcp", "127.0.0.1:1");
  table([
    ["timeout", changed("timeout"), TYPE, "5", {}, 5n],
    ["timeout", changed("timeout"), RANGE, NaN],
    ["deadline", changed("deadline"), TYPE, "tomorrow", {}],
    ["localAddr", changed("localAddr"), TYPE, 5, {}, { network: "tcp" }],
    ["fallbackDelay", changed("fallbackDelay"), TYPE, "5", {}],
    ["keepAlive", changed("keepAlive"), TYPE, "5", {}],
    ["keepAliveConfig", changed("keepAliveConfig"), TYPE, null, 5],
    ["control", changed("control"), TYPE, 5, {}],
  ]);
});

describe("a ListenConfig refuses the field", () => {
  table([
    ["fields that are no object", (v) => new ListenConfig(v), TYPE, ...notObject],
    field(config, "keepAlive", TYPE, "5", {}, 5n),
    field(config, "keepAlive", RANGE, NaN),
    ...keepAliveFields(config),
    field(config, "multipathTCP", TYPE, 0, 1, "true", {}),
    field(config, "control", TYPE, ...notFunction),
  ]);
});

/** The rows of a handle's methods, tried on one that is open. */
function methods<T>(
  make: () => Promise<{ handle: T } & Disposable>,
  rows: [string, (handle: T, value: never) => unknown, string, ...unknown[]][],
): void {
  it.each(rows)("%s", async (_, call, code, ...values) => {
    using stage = await make();
    await refuses((value) => call(stage.handle, value), code, values);
  });
}

const times = [undefined, "tomorrow", {}, [], 5n, true, Symbol("now"), Object.create(Date.prototype)];
const noTimes = [NaN, new Date(NaN)];
const notInt32 = [1.5, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31) - 1];
const notSize = [1.5, NaN, Infinity, -1, 2 ** 31];

async function client(): Promise<{ handle: TCPConn } & Disposable> {
  const ends = await pair();
  return { handle: ends.client, [Symbol.dispose]: () => ends[Symbol.dispose]() };
}

async function listener(): Promise<{ handle: TCPListener } & Disposable> {
  const handle = await listen("tcp", "127.0.0.1:0");
  return { handle, [Symbol.dispose]: () => handle[Symbol.dispose]() };
}

async function rawConn(): Promise<{ handle: RawConn } & Disposable> {
  const ends = await pair();
  return { handle: new RawConn(fdOf(ends.client)), [Symbol.dispose]: () => ends[Symbol.dispose]() };
}

describe("a TCPConn refuses", () => {
  methods(client, [
    ...(["setDeadline", "setReadDeadline", "setWriteDeadline"] as const).flatMap((name) => [
      [name, (c: TCPConn, v: never) => c[name](v), TYPE, ...times] as [
        string,
        (c: TCPConn, v: never) => void,
        string,
      ],
      [name, (c: TCPConn, v: never) => c[name](v), RANGE, ...noTimes] as [
        string,
        (c: TCPConn, v: never) => void,
        string,
      ],
    ]),
    ["setReadBuffer", (c, v) => c.setReadBuffer(v), TYPE, ...notNumber],
    ["setReadBuffer", (c, v) => c.setReadBuffer(v), RANGE, ...notSize],
    ["setWriteBuffer", (c, v) => c.setWriteBuffer(v), TYPE, ...notNumber],
    ["setWriteBuffer", (c, v) => c.setWriteBuffer(v), RANGE, ...notSize],
    ["setNoDelay", (c, v) => c.setNoDelay(v), TYPE, ...notBoolean],
    ["setLinger", (c, v) => c.setLinger(v), TYPE, ...notNumber],
    ["setLinger", (c, v) => c.setLinger(v), RANGE, ...notInt32],
    ["setKeepAlive", (c, v) => c.setKeepAlive(v), TYPE, ...notBoolean],
    ["setKeepAlivePeriod", (c, v) => c.setKeepAlivePeriod(v), TYPE, ...notNumber],
    ["setKeepAlivePeriod", (c, v) => c.setKeepAlivePeriod(v), RANGE, NaN],
    [
      "setKeepAliveConfig",
      (c, v) => c.setKeepAliveConfig(v),
      TYPE,
      undefined,
      ...notObject,
      { enable: 1 },
      { enable: true, idle: "5" },
    ],
    [
      "setKeepAliveConfig",
      (c, v) => c.setKeepAliveConfig(v),
      RANGE,
      { idle: NaN },
      { interval: NaN },
      { count: 1.5 },
    ],
  ]);
});

describe("a TCPListener refuses", () => {
  methods(listener, [
    ["setDeadline", (l, v) => l.setDeadline(v), TYPE, ...times],
    ["setDeadline", (l, v) => l.setDeadline(v), RANGE, ...noTimes],
    ["accept with options that are no object", (l, v) => l.accept(v), TYPE, ...notObject],
    ["accept with a signal that is none", (l, v) => l.accept({ signal: v }), TYPE, 5, "x", {}],
  ]);
});

it("accept tells of bad options by rejecting, as of everything else", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  let accepting: unknown;
  expect(() => (accepting = listener.accept(null as never))).not.toThrow();
  await rejection(accepting as Promise<unknown>);
});

it("a signal that is null is none", async () => {
  const signal = null as never;
  using listener = await listen("tcp", "127.0.0.1:0");
  using ends = await connected(listener, () => dial("tcp", listener.addr!.toString(), { signal }));
  const accepting = listener.accept({ signal });
  expect(await outcomeAfter(20, accepting)).toBe("pending");
  ends.listener.close();
  await rejection(accepting);
});

describe("a RawConn refuses", () => {
  methods(rawConn, [
    ["control", (r, v) => r.control(v), TYPE, undefined, ...notFunction],
    ["a level", (r, v) => r.setsockopt(v, 1, 1), TYPE, ...notNumber],
    ["a level", (r, v) => r.setsockopt(v, 1, 1), RANGE, -2, 1.5, NaN, 2 ** 31],
    ["a name", (r, v) => r.setsockopt(1, v, 1), TYPE, ...notNumber],
    ["a name", (r, v) => r.getsockopt(1, v), RANGE, -2, 1.5, NaN, 2 ** 31],
    [
      "a value",
      (r, v) => r.setsockopt(1, 1, v),
      TYPE,
      undefined,
      null,
      "1",
      {},
      true,
      [1],
      new Uint16Array(1),
      new ArrayBuffer(4),
    ],
    ["a value", (r, v) => r.setsockopt(1, 1, v), RANGE, -(2 ** 31) - 1, 2 ** 32, 1.5, NaN],
  ]);

  it("detached bytes as a value", async () => {
    using stage = await rawConn();
    const value = new Uint8Array(4);
    structuredClone(value.buffer, { transfer: [value.buffer] });
    using calls = watch();
    expect(await failureOf((v) => stage.handle.setsockopt(1, 1, v), value)).toMatchObject({
      code: "ERR_BUFFER_DETACHED",
    });
    expect(calls.calls).toEqual([]);
  });
});
