// What the waist does with arguments that make no sense: minus EBADF for a number that is no descriptor, a TypeError
// with a code for a wrong type, and nothing is touched before.

import { describe, expect, it } from "vitest";
import { binding, constant, type NativePoller } from "#lib/internal/binding.js";
import { type Call, loopback, minus, streamSocket, withFile } from "./raw.js";

const CLOSED = 1 << 29;
const header = () => new Uint8Array(144);
const byte = () => new Uint8Array(1);

/** The block of a batch: one source, one row, no control data. The words are those of native/batch.h. */
function batch(): Uint8Array {
  const block = new Uint8Array(48 + 144 + 256 + 16);
  new Int32Array(block.buffer).set([0, 1, 1, 1, 0, 1]);
  return block;
}

/** Arguments that every function takes; where it is a descriptor, one that nobody has. */
const ARGUMENTS: Record<Call, readonly unknown[]> = {
  socket: [constant("AF_INET"), constant("SOCK_STREAM"), 0],
  bind: [CLOSED, loopback()],
  connect: [CLOSED, loopback()],
  listen: [CLOSED, 1],
  accept: [CLOSED, new Uint8Array(16)],
  shutdown: [CLOSED, constant("SHUT_RD")],
  close: [CLOSED],
  getsockname: [CLOSED, new Uint8Array(16)],
  getpeername: [CLOSED, new Uint8Array(16)],
  recv: [CLOSED, byte()],
  send: [CLOSED, byte(), 0],
  writev: [CLOSED, [byte()], 0, 0],
  pipe: [new Uint8Array(8)],
  splice: [CLOSED, CLOSED, 1],
  sendfile: [CLOSED, CLOSED, -1, 1],
  adopt: [CLOSED],
  release: [-1],
  dup: [CLOSED],
  fcntl: [CLOSED, constant("F_GETFD"), 0],
  recvmsg: [CLOSED, byte(), header(), 0],
  sendmsg: [CLOSED, byte(), header(), 0],
  recvmmsg: [CLOSED, byte(), batch(), 0],
  sendmmsg: [CLOSED, byte(), batch(), 0],
  getsockopt: [CLOSED, constant("SOL_SOCKET"), constant("SO_TYPE"), new Uint8Array(4)],
  setsockopt: [CLOSED, constant("SOL_SOCKET"), constant("SO_KEEPALIVE"), new Uint8Array(4)],
  setsockopt_fprog: [CLOSED, constant("SOL_SOCKET"), constant("SO_TYPE"), new Uint8Array(8)],
  if_nametoindex: ["lo"],
  if_indextoname: [1, new Uint8Array(16)],
  clock_gettime: [constant("CLOCK_REALTIME")],
};
const CALLS = Object.keys(ARGUMENTS) as Call[];

/** Calls a function of the waist with whatever a test has in mind. */
function call(name: Call, args: readonly unknown[]): unknown {
  return (binding[name] as (...args: unknown[]) => unknown)(...args);
}

/** What is no argument of the kind that stands here. */
function wrong(right: unknown): unknown[] {
  const others: unknown[] = [undefined, null, {}, [1], Symbol("1"), () => 1, 1n, true];
  if (typeof right === "number") return [...others, "1", byte()];
  if (typeof right === "string") return [...others, 1, byte()];
  return [
    ...others,
    1,
    "1",
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(8)),
    new Int8Array(8),
    new Float64Array(8),
  ];
}

describe("the functions of the waist", () => {
  it("are all tried here", () => {
    expect([...CALLS, "Poller", "constants"].sort()).toEqual(Object.keys(binding).sort());
  });

  it.each(CALLS.filter((name) => ARGUMENTS[name][0] === CLOSED))(
    "%s refuses what is no descriptor",
    (name) => {
      for (const fd of [CLOSED, -1, -0x80000000]) {
        expect(call(name, [fd, ...ARGUMENTS[name].slice(1)])).toBe(minus("EBADF"));
      }
    },
  );

  it.each(CALLS)("%s refuses an argument of a wrong type", (name) => {
    const right = ARGUMENTS[name];
    for (const [position, value] of right.entries()) {
      for (const other of wrong(value)) {
        const args = right.with(position, other);
        expect(() => call(name, args), `argument ${position}: ${String(other)}`).toThrow(
          expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
        );
      }
    }
    for (let count = 0; count < right.length; count++) {
      expect(() => call(name, right.slice(0, count)), `${count} arguments`).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
  });

  it("leave a descriptor open whose other argument is wrong", () => {
    using socket = streamSocket();
    expect(() => call("close", [String(socket.fd)])).toThrow(TypeError);
    expect(() => call("shutdown", [socket.fd, "1"])).toThrow(TypeError);
    expect(binding.getsockname(socket.fd, new Uint8Array(16))).toBe(16);
  });
});

describe("a message header", () => {
  const refused = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });

  /** A header with these two lengths in a block of so many bytes. */
  function sized(bytes: number, name: number, control: number): Uint8Array {
    const buffer = new Uint8Array(bytes);
    new Int32Array(buffer.buffer, 0, 2).set([name, control]);
    return buffer;
  }

  it.each([
    ["is too short for its own words", new Uint8Array(0)],
    ["is too short for a name", new Uint8Array(143)],
    ["has a name of negative length", sized(144, -1, 0)],
    ["has a longer name than there is room for", sized(400, 129, 0)],
    ["has control data of negative length", sized(144, 0, -1)],
    ["has more control data than there is room for", sized(144 + 16, 0, 17)],
    ["is not where a word may stand", new Uint8Array(160).subarray(4)],
  ])("that %s is refused", (_what, block) => {
    using socket = streamSocket();
    for (const name of ["recvmsg", "sendmsg"] as const) {
      expect(() => call(name, [socket.fd, byte(), block, 0])).toThrow(refused);
    }
  });

  it("may be as large as its lengths say, to the byte", () => {
    using socket = streamSocket();
    expect(binding.recvmsg(socket.fd, byte(), sized(144 + 16, 128, 16), 0)).toBe(minus("ENOTCONN"));
  });
});

describe("a native Poller", () => {
  const words = constant("POLLER_WORDS");
  const make = (...args: unknown[]) =>
    new (binding.Poller as new (...args: unknown[]) => NativePoller)(...args);
  const callback = () => {};
  // One for all: it stays until the environment ends.
  const poller = make(callback, new Int32Array(words));

  it.each([
    ["nothing", []],
    ["no array", [callback]],
    ["no function", [{}, new Int32Array(words)]],
    ["an array that is too short", [callback, new Int32Array(words - 1)]],
    ["an array of bytes", [callback, new Uint8Array(words * 4)]],
    ["an array of floats", [callback, new Float32Array(words)]],
    ["more than it takes", [callback, new Int32Array(words), 1]],
  ])("is not made of %s", (_what, args) => {
    expect(() => make(...args)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("watches a descriptor once, until it is removed", () => {
    using socket = streamSocket();
    expect(poller.remove(socket.fd)).toBe(minus("ENOENT"));
    expect(poller.modify(socket.fd, 1, 1, 1)).toBe(minus("ENOENT"));
    expect(poller.add(socket.fd, 1, 1, 0)).toBe(0);
    expect(poller.add(socket.fd, 1, 2, 0)).toBe(minus("EEXIST"));
    expect(poller.modify(socket.fd, 1, 1, 1)).toBe(0);
    expect(poller.remove(socket.fd)).toBe(0);
    expect(poller.remove(socket.fd)).toBe(minus("ENOENT"));
  });

  it("watches no file, and nothing that is closed", () => {
    expect(withFile((fd) => poller.add(fd, 1, 1, 0))).toBe(minus("EPERM"));
    expect(poller.add(CLOSED, 1, 1, 0)).toBe(minus("EBADF"));
    expect(poller.remove(-1)).toBe(minus("EBADF"));
  });

  it("arms its timer for any time, and stops it", () => {
    for (const milliseconds of [1e9, 2 ** 31, 8.64e15, Infinity, -1])
      expect(poller.arm(milliseconds)).toBe(0);
  });

  it.each([
    ["add", [1, 1, 1]],
    ["remove", [1]],
    ["arm", [-1]],
  ] as const)("%s refuses an argument of a wrong type", (name, right) => {
    const method = poller[name] as (...args: unknown[]) => unknown;
    for (const position of right.keys()) {
      for (const other of wrong(1)) {
        const args = (right as readonly unknown[]).with(position, other);
        expect(() => method.apply(poller, args), `argument ${position}: ${String(other)}`).toThrow(
          expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
        );
      }
    }
  });

  it("is no method of another object", () => {
    expect(() => poller.add.call({} as NativePoller, 1, 1, 1, 0)).toThrow(TypeError);
    expect(() => poller.ref.call(Object.create(poller) as NativePoller)).toThrow(TypeError);
  });
});
