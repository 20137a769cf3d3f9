// Bytes that are none, are gone, or change while an operation waits.

import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import { outcomeAfter, rejection, turn } from "../support/outcome.js";

/** An ArrayBuffer that can grow and shrink. */
interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}

function resizable(length: number, maxByteLength: number): Resizable {
  return Reflect.construct(ArrayBuffer, [length, { maxByteLength }]) as Resizable;
}

/** Takes the memory away from a view, as a transfer to a worker does; who has it now. */
function detach(view: Uint8Array): Uint8Array {
  const { byteOffset, byteLength } = view;
  const buffer = structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function detached(): Uint8Array {
  const view = new Uint8Array(8);
  detach(view);
  return view;
}

const TYPE = "ERR_INVALID_ARG_TYPE";
const GONE = { name: "TypeError", code: "ERR_BUFFER_DETACHED" };
const bad: [name: string, make: () => unknown, code: string][] = [
  ["undefined", () => undefined, TYPE],
  ["null", () => null, TYPE],
  ["a number", () => 5, TYPE],
  ["an object", () => ({ byteLength: 4, length: 4, buffer: new ArrayBuffer(4) }), TYPE],
  ["an array", () => [1, 2, 3], TYPE],
  ["an ArrayBuffer", () => new ArrayBuffer(4), TYPE],
  ["a DataView", () => new DataView(new ArrayBuffer(4)), TYPE],
  ["a Uint16Array", () => new Uint16Array(4), TYPE],
  ["what pretends to be a Uint8Array", () => Object.create(Uint8Array.prototype), TYPE],
  ["detached memory", detached, GONE.code],
];

describe("a read or a write rejects, and touches nothing, given", () => {
  it.each(bad)("%s", async (_, make, code) => {
    const [a, b] = pipe();
    const reading = b.read(new Uint8Array(4));
    expect(await rejection(a.write(make() as Uint8Array))).toMatchObject({ name: "TypeError", code });
    expect(await outcomeAfter(0, reading)).toBe("pending");
    const writing = a.write("abcdef");
    expect(await reading).toBe(4);
    expect(await rejection(b.read(make() as Uint8Array))).toMatchObject({ name: "TypeError", code });
    expect(await b.read(new Uint8Array(4))).toBe(2);
    expect(await writing).toBe(6);
  });

  it("and a string is nothing to read into", async () => {
    const [a] = pipe();
    expect(await rejection(a.read("abcd" as unknown as Uint8Array))).toMatchObject({ code: TYPE });
  });

  it("says so even when the pipe is closed", async () => {
    const [a] = pipe();
    a.close();
    expect(await rejection(a.read(5 as unknown as Uint8Array))).toMatchObject({ code: TYPE });
    expect(await rejection(a.write(5 as unknown as Uint8Array))).toMatchObject({ code: TYPE });
  });
});

describe("a read or a write takes", () => {
  it.each<[string, () => Uint8Array]>([
    ["a Buffer", () => Buffer.alloc(4, 97)],
    ["a part of a larger buffer", () => new Uint8Array(16).fill(97).subarray(4, 8)],
    ["an array with a class of its own", () => new (class extends Uint8Array {})([97, 98, 99, 100])],
    ["an array of resizable memory", () => new Uint8Array(resizable(4, 64)).fill(97)],
    ["shared memory", () => new Uint8Array(new SharedArrayBuffer(4)).fill(97)],
    ["an array of another realm", () => runInNewContext("new Uint8Array(4).fill(97)") as Uint8Array],
  ])("%s", async (_, make) => {
    const [a, b] = pipe();
    const sent = make();
    const room = make().fill(0);
    expect(await Promise.all([a.write(sent), b.read(room)])).toEqual([4, 4]);
    expect([...room]).toEqual([...sent]);
  });

  it("an array whose class lies about itself, without harm to those in line", async () => {
    const [a, b] = pipe();
    class Liar extends Uint8Array {
      override get length(): number {
        return 1000;
      }
      override set(): void {
        throw new Error("set");
      }
      override subarray(): never {
        throw new Error("subarray");
      }
    }
    const room = new Uint8Array(8);
    const reads = [b.read(new Liar(2)), b.read(room)];
    expect(await a.write(new Liar(3).fill(5))).toBe(3);
    expect(await Promise.all(reads)).toEqual([2, 1]);
    expect(room[0]).toBe(5);
  });
});

describe("a read that waits", () => {
  it("does not write into memory that was transferred, and loses no byte", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(8);
    const failing = rejection(b.read(p));
    const taken = detach(p);
    const writing = a.write("abc");
    expect(await failing).toMatchObject(GONE);
    expect([...taken]).toEqual(Array(8).fill(0));
    expect(await b.read(new Uint8Array(8))).toBe(3);
    expect(await writing).toBe(3);
  });

  it("does not write into memory that shrank under its view, and loses no byte", async () => {
    for (const follows of [false, true]) {
      const [a, b] = pipe();
      const buffer = resizable(64, 64);
      const p = follows ? new Uint8Array(buffer, 16) : new Uint8Array(buffer, 16, 32);
      const failing = rejection(b.read(p));
      buffer.resize(20);
      const writing = a.write("abc");
      expect(await failing).toMatchObject(GONE);
      expect([...new Uint8Array(buffer)]).toEqual(Array(20).fill(0));
      expect(await b.read(new Uint8Array(8))).toBe(3);
      await writing;
    }
  });

  it("reads no more than it asked for into memory that grew", async () => {
    const [a, b] = pipe();
    const buffer = resizable(4, 64);
    const reading = b.read(new Uint8Array(buffer));
    buffer.resize(64);
    const writing = a.write("abcdef");
    expect(await reading).toBe(4);
    expect(await b.read(new Uint8Array(8))).toBe(2);
    expect(await writing).toBe(6);
  });

  it("without room fails alone when its memory is transferred, or ends before it", async () => {
    const [a, b] = pipe();
    const buffer = resizable(16, 16);
    const [empty, outside] = [new Uint8Array(0), new Uint8Array(buffer, 8, 0)];
    const failing = [rejection(b.read(empty)), rejection(b.read(outside))];
    detach(empty);
    buffer.resize(4);
    const reading = b.read(new Uint8Array(8));
    expect(await a.write("abc")).toBe(3);
    expect(await reading).toBe(3);
    for (const failed of failing) expect(await failed).toMatchObject(GONE);
  });

  it("in line fails alone: the one before it and the one after it are served", async () => {
    const [a, b] = pipe();
    const rooms = [1, 1, 1].map((length) => new Uint8Array(length));
    const reads = rooms.map((p) => b.read(p).catch((error: { code: string }) => error.code));
    detach(rooms[1]);
    await a.write("ab");
    expect(await Promise.all(reads)).toEqual([1, GONE.code, 1]);
    expect([rooms[0][0], rooms[2][0]]).toEqual([97, 98]);
  });

  it("keeps waiting when its memory is gone and nothing comes", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(8);
    const reading = b.read(p);
    detach(p);
    expect(await outcomeAfter(10, reading)).toBe("pending");
    a.close();
    expect(await reading).toBeNull();
  });
});

describe("a write that waits", () => {
  it("fails when its memory is transferred half-way, tells how much went, and lets the next one go", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(8).fill(97);
    const failing = rejection(a.write(p));
    const next = a.write("next");
    expect(await b.read(new Uint8Array(3))).toBe(3);
    detach(p);
    const room = new Uint8Array(8);
    expect(await b.read(room)).toBe(4);
    expect(Buffer.from(room.subarray(0, 4)).toString()).toBe("next");
    expect(await failing).toMatchObject({ ...GONE, n: 3 });
    expect(await next).toBe(4);
  });

  it("of no bytes fails when its memory is transferred, and the read waits on", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(0);
    const failing = rejection(a.write(p));
    detach(p);
    const reading = b.read(new Uint8Array(8));
    expect(await failing).toMatchObject({ ...GONE, n: 0 });
    await a.write("x");
    expect(await reading).toBe(1);
  });

  it("fails when its memory shrinks before its turn, and the read waits on", async () => {
    const [a, b] = pipe();
    const buffer = resizable(8, 8);
    const failing = rejection(a.write(new Uint8Array(buffer)));
    buffer.resize(4);
    const reading = b.read(new Uint8Array(8));
    expect(await failing).toMatchObject({ ...GONE, n: 0 });
    await turn();
    await a.write("x");
    expect(await reading).toBe(1);
  });

  it("sends as many bytes as it was given, although its memory grows", async () => {
    const [a, b] = pipe();
    const buffer = resizable(4, 64);
    const writing = a.write(new Uint8Array(buffer));
    buffer.resize(64);
    expect(await b.read(new Uint8Array(64))).toBe(4);
    expect(await writing).toBe(4);
  });
});
