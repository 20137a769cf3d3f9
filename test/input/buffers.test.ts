// Bytes that are none, are gone, or change while an operation needs them.

import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { TCPConn } from "rawconn";
import { outcomeAfter, rejection, turn } from "../support/outcome.js";
import { blockedWrite, drain, pair } from "../support/pair.js";
import { watch } from "../support/syscalls.js";

type Bad = [name: string, make: () => unknown, code: string];

/** An ArrayBuffer that can grow and shrink. */
interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}

function resizable(length: number, maxByteLength: number): Resizable {
  return Reflect.construct(ArrayBuffer, [length, { maxByteLength }]) as Resizable;
}

/** A page of WebAssembly memory. By way of its name, since the types know it of browsers alone. */
function wasmPage(shared: boolean): ArrayBuffer {
  const { Memory } = Reflect.get(globalThis, "WebAssembly") as {
    Memory: new (limits: object) => { buffer: ArrayBuffer };
  };
  return new Memory({ initial: 1, maximum: 1, shared }).buffer;
}

/** Takes the memory away from a view, as a transfer to a worker does; who has it now. */
function detach(view: Uint8Array): Uint8Array {
  const { byteOffset, byteLength } = view;
  const buffer = structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function detached(length = 8): Uint8Array {
  const view = new Uint8Array(length);
  detach(view);
  return view;
}

/** A view whose end lies outside its buffer. */
function cutOff(): Uint8Array {
  const buffer = resizable(64, 64);
  const view = new Uint8Array(buffer, 32, 32);
  buffer.resize(16);
  return view;
}

const TYPE = "ERR_INVALID_ARG_TYPE";
const bad: Bad[] = [
  ["undefined", () => undefined, TYPE],
  ["null", () => null, TYPE],
  ["a number", () => 5, TYPE],
  ["a bigint", () => 5n, TYPE],
  ["a symbol", () => Symbol("p"), TYPE],
  ["a function", () => () => 1, TYPE],
  ["an object", () => ({ byteLength: 4, length: 4 }), TYPE],
  ["an array", () => [1, 2, 3], TYPE],
  ["an ArrayBuffer", () => new ArrayBuffer(4), TYPE],
  ["a SharedArrayBuffer", () => new SharedArrayBuffer(4), TYPE],
  ["a DataView", () => new DataView(new ArrayBuffer(4)), TYPE],
  ["an Int8Array", () => new Int8Array(4), TYPE],
  ["a Uint16Array", () => new Uint16Array(4), TYPE],
  ["a Uint8ClampedArray", () => new Uint8ClampedArray(4), TYPE],
  ["a Float64Array", () => new Float64Array(4), TYPE],
  ["what only inherits from Uint8Array", () => Object.create(Uint8Array.prototype) as unknown, TYPE],
  ["a Proxy of a Uint8Array", () => new Proxy(new Uint8Array(4), {}), TYPE],
  [
    "another array dressed as a Uint8Array",
    () => Object.setPrototypeOf(new Uint16Array(4), Uint8Array.prototype) as unknown,
    TYPE,
  ],
  ["detached memory", () => detached(), "ERR_BUFFER_DETACHED"],
  ["detached memory of no bytes", () => detached(0), "ERR_BUFFER_DETACHED"],
  ["a view that its buffer no longer covers", () => cutOff(), "ERR_BUFFER_DETACHED"],
];

describe("a read or write refuses, before any system call,", () => {
  it.each(bad)("%s", async (_, make, code) => {
    using ends = await pair();
    await ends.server.write("waiting");
    await turn();
    using calls = watch();
    for (const method of ["read", "write"] as const) {
      const error = await rejection<Error>(ends.client[method](make() as Uint8Array));
      expect(error).toMatchObject({ name: "TypeError", code });
      expect(error.message).toMatch(/\bp\b|a Uint8Array/);
    }
    expect(calls.calls).toEqual([]);
  });

  it("a string as the room for a read, though not as what to write", async () => {
    using ends = await pair();
    expect(await rejection(ends.client.read("room" as unknown as Uint8Array))).toMatchObject({ code: TYPE });
    expect(await ends.client.write("room")).toBe(4);
  });

  it("a bad argument of a closed connection, as of an open one", async () => {
    using ends = await pair();
    ends.client.close();
    expect(await rejection(ends.client.read(5 as unknown as Uint8Array))).toMatchObject({ code: TYPE });
    expect(await rejection(ends.client.write(5 as unknown as Uint8Array))).toMatchObject({ code: TYPE });
  });
});

describe("a read or write takes", () => {
  it.each<[string, () => Uint8Array]>([
    ["a Buffer", () => Buffer.from("abcd")],
    ["a part of a larger buffer", () => new Uint8Array(16).fill(97).subarray(4, 8)],
    ["an array with a class of its own", () => new (class extends Uint8Array {})([97, 98, 99, 100])],
    ["an array of resizable memory", () => new Uint8Array(resizable(4, 64)).fill(97)],
    ["shared memory", () => new Uint8Array(new SharedArrayBuffer(4)).fill(97)],
    [
      "shared memory of another realm",
      () => new Uint8Array(runInNewContext("new SharedArrayBuffer(4)") as ArrayBuffer).fill(97),
    ],
    ["an array of another realm", () => runInNewContext("new Uint8Array(4).fill(97)") as Uint8Array],
    ["shared WebAssembly memory", () => new Uint8Array(wasmPage(true), 65532).fill(97)],
    ["WebAssembly memory", () => new Uint8Array(wasmPage(false), 0, 4).fill(97)],
  ])("%s", async (_, make) => {
    using ends = await pair();
    const sent = make();
    const room = make().fill(0);
    expect(await ends.client.write(sent)).toBe(4);
    expect(await ends.server.read(room)).toBe(4);
    expect([...room]).toEqual([...sent]);
  });

  it("no more than the view, whatever lies around it", async () => {
    using ends = await pair();
    const all = new Uint8Array(12);
    await ends.server.write("abcdefgh");
    expect(await ends.client.read(all.subarray(4, 8))).toBe(4);
    expect(Buffer.from(all).toString("latin1")).toBe("\0\0\0\0abcd\0\0\0\0");
  });
});

/** A read that waits, with its memory taken away in the meantime. */
async function readInto(conn: TCPConn, p: Uint8Array, takeAway: () => void): Promise<Error> {
  const reading = rejection<Error>(conn.read(p));
  await turn();
  takeAway();
  return reading;
}

describe("a read that waits", () => {
  it("does not write into memory that was transferred, and loses no byte", async () => {
    using ends = await pair();
    const p = new Uint8Array(8);
    let taken!: Uint8Array;
    const failing = readInto(ends.client, p, () => (taken = detach(p)));
    await turn();
    await ends.server.write("abc");
    expect(await failing).toMatchObject({ name: "TypeError", code: "ERR_BUFFER_DETACHED" });
    expect([...taken]).toEqual(Array(8).fill(0));
    expect(await ends.client.read(new Uint8Array(8))).toBe(3);
  });

  it("does not write past memory that shrank under its view", async () => {
    using ends = await pair();
    const buffer = resizable(64, 64);
    const failing = readInto(ends.client, new Uint8Array(buffer, 16, 32), () => buffer.resize(20));
    await turn();
    await ends.server.write("abc");
    expect(await failing).toMatchObject({ code: "ERR_BUFFER_DETACHED" });
    expect([...new Uint8Array(buffer)]).toEqual(Array(20).fill(0));
    expect(await ends.client.read(new Uint8Array(8))).toBe(3);
  });

  it("reads what still fits into memory that shrank with its view, and into memory that grew", async () => {
    for (const [length, room] of [
      [2, 2],
      [64, 6],
    ]) {
      using ends = await pair();
      const buffer = resizable(8, 64);
      const p = new Uint8Array(buffer);
      const reading = ends.client.read(p);
      await turn();
      buffer.resize(length);
      await ends.server.write("abcdef");
      expect(await reading).toBe(room);
      expect(Buffer.from(buffer, 0, room).toString()).toBe("abcdef".slice(0, room));
    }
  });

  it("in line fails alone: the one before it and the one after it are served", async () => {
    using ends = await pair();
    const [first, second, third] = [1, 1, 1].map((length) => new Uint8Array(length));
    const reads = [first, second, third].map((p) =>
      ends.client.read(p).catch((error: { code: string }) => error.code),
    );
    await turn();
    detach(second);
    await ends.server.write("ab");
    expect(await Promise.all(reads)).toEqual([1, "ERR_BUFFER_DETACHED", 1]);
    expect([first[0], third[0]]).toEqual([97, 98]);
  });

  it("keeps waiting when memory is transferred and nothing comes; closing ends it", async () => {
    using ends = await pair();
    const p = new Uint8Array(8);
    const reading = ends.client.read(p);
    await turn();
    detach(p);
    expect(await outcomeAfter(20, reading)).toBe("pending");
    ends.client.close();
    expect(await rejection(reading)).toMatchObject({ code: "ERR_CLOSED" });
  });
});

describe("a write that waits", () => {
  it("fails when its memory is transferred half-way, and tells how much went", async () => {
    using ends = await pair();
    const p = new Uint8Array(32 << 20).fill(97);
    const writing = rejection(ends.client.write(p));
    await turn();
    detach(p);
    const drained = drain(ends.server);
    const error = await writing;
    expect(error).toMatchObject({ name: "TypeError", code: "ERR_BUFFER_DETACHED" });
    ends.client.closeWrite();
    expect(error.n).toBe(await drained);
  });

  it("in line fails when its memory is transferred before its turn, and sends nothing", async () => {
    using ends = await pair();
    const { writing } = await blockedWrite(ends.client);
    const p = new Uint8Array(8);
    const failing = rejection(ends.client.write(p));
    const last = ends.client.write("last");
    detach(p);
    const draining = drain(ends.server);
    const before = await writing;
    expect(await last).toBe(4);
    ends.client.close();
    expect(await draining).toBeGreaterThanOrEqual(before + 4);
    expect((await draining) % (1 << 20)).toBe(4);
    expect(await failing).toMatchObject({ code: "ERR_BUFFER_DETACHED", n: 0 });
  });

  it("sends as many bytes as it was given, although its memory grows", async () => {
    using ends = await pair();
    const size = 8 << 20;
    const buffer = resizable(size, 2 * size);
    const writing = ends.client.write(new Uint8Array(buffer));
    await turn();
    buffer.resize(2 * size);
    const draining = drain(ends.server);
    expect(await writing).toBe(size);
    ends.client.closeWrite();
    expect(await draining).toBe(size);
  });
});
