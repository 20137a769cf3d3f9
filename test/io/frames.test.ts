import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type FrameOptions,
  FrameReader,
  FrameWriter,
  type IOReader,
  type IOWriter,
  Reader,
} from "rawconn/io";
import { rejection, thrown } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { Script, Sink, text, trouble } from "./scripted.js";

const layouts: [FrameOptions, string][] = [
  [{}, "\0\0\x01\x02"],
  [{ prefix: 4, littleEndian: true }, "\x02\x01\0\0"],
  [{ prefix: 2 }, "\x01\x02"],
  [{ prefix: 2, littleEndian: true }, "\x02\x01"],
];

const bytes = (s: string) => Buffer.from(s, "latin1");

describe("a frame", () => {
  it.each(layouts)("of %j is its length and its bytes", async (options, header) => {
    const sink = new Sink();
    const message = "m".repeat(0x102);
    expect(await new FrameWriter(sink, options).write(message)).toBe(0x102);
    expect(sink.writes).toEqual([header + message]);
    expect(text(await new FrameReader(new Script(bytes(sink.text)), options).read())).toBe(message);
  });

  it("of one byte of length has 255 bytes at most, whatever the cap", async () => {
    const sink = new Sink();
    const w = new FrameWriter(sink, { prefix: 1 });
    await w.write("x".repeat(255));
    expect(sink.text.slice(0, 2)).toBe("\xffx");
    expect(await rejection(w.write("x".repeat(256)))).toMatchObject({ code: "ERR_FRAME_TOO_LONG" });
    expect(sink.writes).toHaveLength(1);
  });

  it("may be empty", async () => {
    const sink = new Sink();
    await new FrameWriter(sink).write("");
    const r = new FrameReader(new Script(bytes(sink.text)));
    expect([text(await r.read()), await r.read()]).toEqual(["", null]);
  });

  it("is whole, however it comes, and from a Reader that has begun it already", async () => {
    const steps = "\x03abc\0\x01d".split("").map(bytes);
    const r = new FrameReader(new Script(...steps), { prefix: 1 });
    expect([text(await r.read()), text(await r.read()), text(await r.read())]).toEqual(["abc", "", "d"]);
    expect(await r.read()).toBeNull();
    const buffered = new Reader(new Script("hello\n\x02ok"));
    await buffered.readString("\n");
    expect(text(await new FrameReader(buffered, { prefix: 1 }).read())).toBe("ok");
  });

  it("goes both ways over real sockets, small and large, many at once", async () => {
    using ends = await pair();
    const sent = [0, 1, 5, 4092, 4093, 70_000, 300_000, 3].map((length) => randomBytes(length));
    const w = new FrameWriter(ends.client);
    const writing = Promise.all(sent.map((frame) => w.write(frame))).then(() => ends.client.closeWrite());
    const got: Buffer[] = [];
    for await (const frame of new FrameReader(ends.server)) got.push(Buffer.from(frame));
    await writing;
    expect(got.map((frame) => frame.toString("hex"))).toEqual(sent.map((frame) => frame.toString("hex")));
  });
});

describe("a FrameReader", () => {
  it("refuses a frame over the cap before it reads any of it, each time it is asked", async () => {
    const source = new Script(bytes("\0\0\0\x05"), "abcde");
    const r = new FrameReader(source, { max: 4 });
    expect(await rejection(r.read())).toMatchObject({ code: "ERR_FRAME_TOO_LONG" });
    expect(await rejection(r.read())).toMatchObject({ code: "ERR_FRAME_TOO_LONG" });
    expect(source.reads).toBe(1);
    expect(text(await new FrameReader(new Script(bytes("\0\0\0\x04abcd")), { max: 4 }).read())).toBe("abcd");
  });

  it("sets no memory aside for what was only announced", async () => {
    let most = 0;
    const steps = [bytes("\xff\xff\xff\xff"), "x".repeat(10)];
    const source = new Script(...steps);
    const watched: IOReader = {
      read: (p) => {
        most = Math.max(most, p.buffer.byteLength);
        return source.read(p);
      },
    };
    const failing = new FrameReader(watched, { max: 2 ** 32 - 1 }).read();
    expect(await rejection(failing)).toMatchObject({ code: "ERR_UNEXPECTED_EOF", n: 14 });
    expect(most).toBe(65_536);
  });

  it.each([
    ["\0\0", 2],
    ["\0\0\0\x03a", 5],
    [`\0\0\x20\0${"a".repeat(5000)}`, 5004],
  ])("tells an end inside a frame from an end between two: %#", async (input, n) => {
    const failing = new FrameReader(new Script(bytes(input))).read();
    expect(await rejection(failing)).toMatchObject({ code: "ERR_UNEXPECTED_EOF", n });
  });

  it.each([
    ["header", [bytes("\0\0"), trouble(), bytes("\0\x02ab")], "ab"],
    ["body", [bytes("\0\0\0\x02a"), trouble(), "b"], "ab"],
    ["long body", [bytes("\0\0\x20\0"), "a".repeat(5000), trouble(), "a".repeat(3192)], "a".repeat(8192)],
  ])("goes on after an error within the %s", async (_, steps, whole) => {
    const r = new FrameReader(new Script(...steps));
    expect(await rejection(r.read())).toMatchObject({ code: "ETROUBLE" });
    expect(text(await r.read())).toBe(whole);
    expect(await r.read()).toBeNull();
  });

  it("gives up on a reader that gives nothing any more, and loses nothing by it", async () => {
    const nothing = Array.from({ length: 100 }, () => "");
    const steps = [bytes("\0\0\x20\0"), "a".repeat(0x1000), ...nothing, "b".repeat(0x1000)];
    const r = new FrameReader(new Script(...steps));
    expect(await rejection(r.read())).toMatchObject({ code: "ERR_NO_PROGRESS" });
    expect(text(await r.read())).toBe("a".repeat(0x1000) + "b".repeat(0x1000));
  });

  it("serves reads in order", async () => {
    using ends = await pair();
    const r = new FrameReader(ends.client, { prefix: 1 });
    const reads = [r.read().then(text), r.read().then(text)];
    await ends.server.write("\x03one");
    await ends.server.write("\x03two");
    expect(await Promise.all(reads)).toEqual(["one", "two"]);
  });

  it.each<[string, () => unknown]>([
    ["no reader", () => new FrameReader({} as IOReader)],
    ["no writer", () => new FrameWriter({} as IOWriter)],
    ["a length of 3 bytes", () => new FrameReader(new Script(), { prefix: 3 as 4 })],
    ["no order", () => new FrameReader(new Script(), { littleEndian: 1 as unknown as boolean })],
    ["a cap below zero", () => new FrameReader(new Script(), { max: -1 })],
    ["no options", () => new FrameReader(new Script(), null as unknown as FrameOptions)],
  ])("refuses %s", (_, call) => {
    expect(thrown(call).code).toMatch(/^ERR_(INVALID_ARG_(TYPE|VALUE)|OUT_OF_RANGE)$/);
  });

  it("is told of a stream that fails by its writer", async () => {
    const w = new FrameWriter(new Sink(3));
    expect(await rejection(w.write("abc"))).toMatchObject({ code: "ENOSPC", n: 3 });
    expect(await rejection(w.write(5 as unknown as string))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});
