import { afterAll, describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import { type IOWriter, PartialError, Reader, Writer } from "rawconn/io";
import { rejection, thrown, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { emptyPipes } from "../support/pipes.js";
import { Script, Sink, text, trouble } from "./scripted.js";

afterAll(emptyPipes);

const small = (w: IOWriter) => new Writer(w, { size: 16 });

describe("a Writer", () => {
  it("collects pieces until it is flushed", async () => {
    const sink = new Sink();
    const w = small(sink);
    expect(await w.write("abc")).toBe(3);
    expect(await w.write(Buffer.from("de"))).toBe(2);
    await w.writeByte(102);
    expect([w.buffered, w.available, w.size, sink.writes]).toEqual([6, 10, 16, []]);
    await w.flush();
    expect([w.buffered, w.available, sink.writes]).toEqual([0, 16, ["abcdef"]]);
    await w.flush();
    expect(sink.writes).toHaveLength(1);
  });

  it("copies what it takes: the caller's array is free at once", async () => {
    const sink = new Sink();
    const w = small(sink);
    const p = Buffer.from("abc");
    void w.write(p);
    p.fill(0);
    await w.flush();
    expect(sink.text).toBe("abc");
  });

  it("copies what fits no more, or has to wait for a flush, as well", async () => {
    const [a, b] = pipe();
    const w = small(a);
    const p = Buffer.alloc(16);
    const letters = ["a", "b", "c", "d", "e", "f"];
    for (const letter of letters) void w.write(p.fill(letter));
    const flushed = w.flush().then(() => a.close());
    expect(await new Reader(b).readString("\n")).toBe(letters.map((letter) => letter.repeat(16)).join(""));
    await flushed;
  });

  it("fills its buffer before it writes, and lets a long piece past it", async () => {
    const sink = new Sink();
    const w = small(sink);
    await w.write("0123456789");
    expect(await w.write("abcdefghij")).toBe(10);
    expect([sink.writes, w.buffered]).toEqual([["0123456789abcdef"], 4]);
    await w.flush();
    expect(await w.write("x".repeat(40))).toBe(40);
    expect([sink.writes.at(-1), w.buffered]).toEqual(["x".repeat(40), 0]);
    expect(await w.write("y".repeat(16))).toBe(16);
    expect(w.buffered).toBe(16);
    await w.writeByte(122);
    expect([sink.writes.at(-1), w.buffered]).toEqual(["y".repeat(16), 1]);
  });

  it("writes strings as UTF-8, whether or not they fit", async () => {
    const sink = new Sink();
    const w = small(sink);
    expect(await w.write("grün")).toBe(5);
    expect(await w.write("ününü")).toBe(8);
    expect(await w.write("日本語")).toBe(9);
    await w.flush();
    expect(Buffer.from(sink.text, "latin1").toString()).toBe("grünününü日本語");
  });

  it("keeps the order of pieces that nobody waits for", async () => {
    const [a, b] = pipe();
    const w = small(a);
    const pieces = Array.from({ length: 40 }, (_, i) => `${i},`);
    for (const piece of pieces) void w.write(piece);
    const flushed = w.flush().then(() => a.close());
    const r = new Reader(b);
    let got = "";
    for (let part; (part = await r.readString(",")) !== null;) got += part;
    await flushed;
    expect(got).toBe(pieces.join(""));
  });

  it("keeps an error for all that comes after, and says how much of a piece it took", async () => {
    const w = small(new Sink(20));
    await w.write("0123456789");
    const error = await rejection<PartialError>(w.write("x".repeat(30)));
    expect(error).toBeInstanceOf(PartialError);
    expect(error).toMatchObject({ code: "ENOSPC", n: 10 });
    for (const call of [
      () => w.write("a"),
      () => w.writeByte(1),
      () => w.flush(),
      () => w.readFrom(new Script("a")),
    ])
      expect(await rejection(call())).toMatchObject({ code: "ENOSPC" });
  });

  it("keeps what a failed flush did not write, as Go does", async () => {
    const w = small(new Sink(3));
    await w.write("abcdefgh");
    expect(await rejection(w.flush())).toMatchObject({ code: "ENOSPC", n: 3 });
    expect([w.buffered, w.available]).toEqual([5, 11]);
  });

  it("does not end the process by an error of a piece that nobody waits for", async () => {
    const w = small(new Sink(0));
    void w.write("x".repeat(40));
    void w.write("y");
    await turn();
    await turn();
    expect(await rejection(w.flush())).toMatchObject({ code: "ENOSPC" });
  });

  it("takes a writer at its word, and no shorter one", async () => {
    const w = small({ write: async (p) => p.length - 1 });
    await w.write("abc");
    expect(await rejection(w.flush())).toMatchObject({ code: "ERR_SHORT_WRITE" });
    expect(w.buffered).toBe(1);
  });

  it("fails over a real socket as that does", async () => {
    using ends = await pair();
    const w = new Writer(ends.client);
    await w.write("never sent");
    ends.client.close();
    expect(await rejection(w.flush())).toMatchObject({ op: "write", code: "ERR_CLOSED" });
    expect(await rejection(w.write("x"))).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("can be a deadline's victim half-way, and tells", async () => {
    const [a, b] = pipe();
    const w = small(a);
    await w.write("abcdef");
    const flushing = rejection(w.flush());
    await b.read(new Uint8Array(2));
    a.setWriteDeadline(Date.now() - 1);
    expect(await flushing).toMatchObject({ code: "ERR_DEADLINE", n: 2 });
    expect(w.buffered).toBe(4);
  });

  it.each<[string, () => unknown]>([
    ["no writer", () => new Writer({} as IOWriter)],
    ["a size of none", () => new Writer(new Sink(), { size: 0 })],
  ])("refuses %s", (_, call) => {
    expect(thrown(call).code).toMatch(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/);
  });

  it("rejects what are no bytes, without an error to keep", async () => {
    const sink = new Sink();
    const w = small(sink);
    expect(await rejection(w.write(5 as unknown as string))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    expect(await rejection(w.writeByte(256))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    expect(await rejection(w.readFrom({} as Script))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    await w.write("ok");
    await w.flush();
    expect(sink.text).toBe("ok");
  });
});

describe("readFrom", () => {
  it("takes all that a reader gives, and writes it when full", async () => {
    const sink = new Sink();
    const w = small(sink);
    await w.write("0123");
    expect(await w.readFrom(new Script("456789abcdefghij", "", "k"))).toBe(17);
    expect([sink.writes, w.buffered]).toEqual([["0123456789abcdef"], 5]);
  });

  it("flushes at the end when that filled it exactly", async () => {
    const sink = new Sink();
    const w = small(sink);
    expect(await w.readFrom(new Script("0123456789abcdef"))).toBe(16);
    expect([sink.writes, w.buffered]).toEqual([["0123456789abcdef"], 0]);
  });

  it("lets a socket under an empty buffer do it", async () => {
    using from = await pair();
    using to = await pair();
    await from.client.write("abc");
    from.client.closeWrite();
    const w = new Writer(to.client);
    expect(await w.readFrom(from.server)).toBe(3);
    expect(w.buffered).toBe(0);
    const p = new Uint8Array(8);
    expect(text(p.subarray(0, (await to.server.read(p))!))).toBe("abc");
  });

  it("keeps no error of the reader for the writer", async () => {
    const sink = new Sink();
    const w = small(sink);
    expect(await rejection(w.readFrom(new Script("ab", trouble())))).toMatchObject({
      code: "ETROUBLE",
      n: 2,
    });
    await w.flush();
    expect(sink.text).toBe("ab");
    const empty = { read: async () => 0 };
    expect(await rejection(w.readFrom(empty))).toMatchObject({ code: "ERR_NO_PROGRESS" });
  });
});
