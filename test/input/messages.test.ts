// Arguments of the packet sockets that make no sense: an error with a code that says what was expected, before any
// system call is made.

import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  Buffers,
  dialIP,
  dialUDP,
  dialUnix,
  Flags,
  HardwareAddr,
  IP,
  IPAddr,
  LimitedReader,
  listenIP,
  listenUDP,
  listenUnix,
  listenUnixgram,
  pipe,
  UDPAddr,
  UnixAddr,
  type UDPConn,
  UnixConn,
} from "rawconn";
import { rejection } from "../support/outcome.js";
import { unixgram, unixPair } from "../support/unix.js";
import { watch } from "../support/syscalls.js";

const TYPE = "ERR_INVALID_ARG_TYPE";
const none = new Uint8Array(0);
const p = () => new Uint8Array(4);
const notBytes = [
  undefined,
  null,
  5,
  "text",
  {},
  [1, 2],
  new Uint16Array(2),
  Object.create(Uint8Array.prototype),
];
const notBytesOrText = notBytes.filter((value) => value !== "text");
const notAddr = [5, "127.0.0.1:1", {}, [], Symbol("addr"), true];

async function refuses(call: (value: never) => unknown, values: unknown[], code = TYPE): Promise<void> {
  for (const value of values) {
    using calls = watch();
    const error = await rejection<Error & { code: string }>(
      Promise.resolve().then(() => call(value as never)),
    );
    const said = inspect(value);
    expect({ said, code: error.code }).toEqual({ said, code });
    expect(error.message).toMatch(/^Expected .+ but received /);
    expect(calls.calls).toEqual([]);
  }
}

describe("a UDPConn refuses", () => {
  const to = new UDPAddr({ ip: "127.0.0.1", port: 9 });

  it.each([
    ["bytes of readFrom", (c, v) => c.readFrom(v), notBytes],
    ["bytes of readMsg", (c, v) => c.readMsg(v, none), notBytes],
    ["control data of readMsg", (c, v) => c.readMsg(p(), v), notBytes],
    ["bytes of writeTo", (c, v) => c.writeTo(v, to), notBytesOrText],
    ["an address of writeTo", (c, v) => c.writeTo("x", v), notAddr],
    ["bytes of writeMsg", (c, v) => c.writeMsg(v, none, to), notBytesOrText],
    ["control data of writeMsg", (c, v) => c.writeMsg("x", v, to), notBytes],
    ["an address of writeMsg", (c, v) => c.writeMsg("x", none, v), notAddr],
  ] as [string, (conn: UDPConn, value: never) => unknown, unknown[]][])("%s", async (_, call, values) => {
    using conn = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    await refuses((value) => call(conn, value), values);
  });
});

const unixRows: [string, (conn: UnixConn, value: never) => unknown, unknown[]][] = [
  ["bytes of readFrom", (c, v) => c.readFrom(v), notBytes],
  ["bytes of readMsgUnix", (c, v) => c.readMsgUnix(v, p()), notBytes],
  ["control data of readMsgUnix", (c, v) => c.readMsgUnix(p(), v), notBytes],
  ["control data of readMsgUnix without bytes", (c, v) => c.readMsgUnix(none, v), notBytes],
  ["bytes of writeMsgUnix", (c, v) => c.writeMsgUnix(v, p(), null), notBytesOrText],
  ["control data of writeMsgUnix", (c, v) => c.writeMsgUnix("x", v, null), notBytes],
  ["control data of writeMsgUnix without bytes", (c, v) => c.writeMsgUnix("", v, null), notBytes],
  ["an address of writeMsgUnix", (c, v) => c.writeMsgUnix("x", none, v), notAddr],
];

describe("a UnixConn refuses", () => {
  it.each(unixRows)("%s, where it is a stream", async (_, call, values) => {
    using ends = await unixPair("unix");
    await refuses((value) => call(ends.client, value), values);
  });

  it.each(unixRows)("%s, where it takes datagrams", async (_, call, values) => {
    using conn = await unixgram();
    await refuses((value) => call(conn, value), values);
  });
});

it("a zero value rejects, and throws nothing", async () => {
  const zero = new UnixConn();
  for (const call of [zero.readMsgUnix(none, p()), zero.writeMsgUnix("", p(), null), zero.readFrom(p())])
    expect(await rejection(call)).toMatchObject({ code: "EINVAL" });
});

describe("dialing refuses", () => {
  const addr = new UnixAddr({ name: "@nobody", net: "unixgram" });
  const wrong = [undefined, 5, "/path", {}, new IPAddr()];

  it.each([
    ["a local address of dialUDP", (v) => dialUDP("udp", v, new UDPAddr()), wrong],
    ["a remote address of dialUDP", (v) => dialUDP("udp", null, v), wrong],
    ["a local address of dialIP", (v) => dialIP("ip4:200", v, new IPAddr()), [undefined, 5, "::1", {}, addr]],
    ["a remote address of dialIP", (v) => dialIP("ip4:200", null, v), [undefined, 5, "::1", {}, addr]],
    ["a local address of dialUnix", (v) => dialUnix("unixgram", v, addr), wrong],
    ["a remote address of dialUnix", (v) => dialUnix("unixgram", null, v), wrong],
    ["a remote address of dialUnix that only binds", (v) => dialUnix("unixgram", addr, v), wrong],
  ] as [string, (value: never) => unknown, unknown[]][])("%s", (_, call, values) => refuses(call, values));
});

describe("listening refuses", () => {
  const wrong = [undefined, 5, "/path", {}, new IPAddr()];

  it.each([
    ["an address of listenUDP", (v) => listenUDP("udp", v), wrong],
    ["an address of listenIP", (v) => listenIP("ip4:200", v), [undefined, 5, "::1", {}, new UDPAddr()]],
    ["an address of listenUnix", (v) => listenUnix("unix", v), wrong],
    ["an address of listenUnixgram", (v) => listenUnixgram("unixgram", v), wrong],
  ] as [string, (value: never) => unknown, unknown[]][])("%s", (_, call, values) => refuses(call, values));
});

describe("what holds bytes refuses", () => {
  const detached = () => {
    const view = new Uint8Array(6);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return view;
  };

  it("what is no list of bytes, bytes themselves included", async () => {
    await refuses((v) => new Buffers(v), [undefined, null, 5, {}, [1], new Uint8Array(4), detached()]);
  });

  it("what is no bytes, in a LimitedReader", async () => {
    const reader = new LimitedReader({ read: () => Promise.resolve(null) }, 3);
    await refuses((v) => reader.read(v), notBytes);
  });

  it("what only looks like bytes, in an address", async () => {
    await refuses((v) => IP.from(v), notBytes);
    await refuses((v) => HardwareAddr.from(v), notBytes);
  });

  it("nothing of bytes that were transferred, which are none", () => {
    expect(HardwareAddr.from(detached()).length).toBe(0);
    expect(IP.from(p()).appendText(detached())).toEqual(Uint8Array.from(Buffer.from("0.0.0.0")));
  });

  it("a flag that is no number of one", async () => {
    await refuses((v) => new Flags(1).has(v), [undefined, null, "1", 1n, {}]);
    await refuses((v) => new Flags(1).has(v), [-1, 0.5, NaN, 2 ** 31], "ERR_OUT_OF_RANGE");
  });
});

it("tells all that may be written, and what an address is", async () => {
  const number = 5 as unknown as string;
  const [a, b] = pipe();
  using conn = await listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));
  const text = "127.0.0.1:1" as unknown as UDPAddr;
  const told = (error: unknown) => String(error).replace(/^TypeError: | but received .*/g, "");
  expect(told(await rejection(a.write(number)))).toBe("Expected a string, Uint8Array or Buffer for p");
  expect(told(await rejection(conn.writeTo(number, conn.localAddr!)))).toBe(
    "Expected a string, Uint8Array or Buffer for p",
  );
  expect(told(await rejection(conn.read(number as never)))).toBe("Expected a Uint8Array or Buffer for p");
  expect(told(await rejection(conn.writeTo("x", text)))).toBe(
    "Expected an address such as a UDPAddr for addr",
  );
  a.close();
  b.close();
});
