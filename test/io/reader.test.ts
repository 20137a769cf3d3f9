import { once } from "node:events";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import { ErrBufferFull, type IOReader, type PartialError, Reader } from "rawconn/io";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { Script, Sink, text, trouble } from "./scripted.js";

const SMALL = { size: 16 };

/** A line as text, with a star where it goes on. */
async function line(r: Reader): Promise<string | null> {
  const got = await r.readLine();
  return got === null ? null : text(got.line) + (got.isPrefix ? "*" : "");
}

async function lines(r: Reader): Promise<string[]> {
  const found: string[] = [];
  for (let one; (one = await line(r)) !== null;) found.push(one);
  return found;
}

describe("a Reader", () => {
  it("reads the stream in large pieces and gives out small ones", async () => {
    const source = new Script("hello world");
    const r = new Reader(source);
    const p = new Uint8Array(5);
    expect(await r.read(p)).toBe(5);
    expect(text(p)).toBe("hello");
    expect(r.buffered).toBe(6);
    expect(await r.readByte()).toBe(32);
    expect(await r.read(p)).toBe(5);
    expect(source.reads).toBe(1);
    expect([await r.read(p), await r.readByte(), await r.read(p)]).toEqual([null, null, null]);
  });

  it("reads once per call, and goes past the buffer with an array of its size", async () => {
    const r = new Reader(new Script("abc", "0123456789abcdefghij"), SMALL);
    const p = new Uint8Array(20);
    expect(await r.read(p)).toBe(3);
    expect(await r.read(p)).toBe(20);
    expect(r.buffered).toBe(0);
  });

  it("finds lines in what a read of a few bytes has brought, and not where others were before", async () => {
    const r = new Reader(new Script("ab\ncd\nef\n", "x\ny\n\nz\n"));
    for (const expected of ["ab\n", "cd\n", "ef\n"]) expect(await r.readString("\n")).toBe(expected);
    expect(await r.read(new Uint8Array(1))).toBe(1);
    for (const expected of ["\n", "y\n", "\n", "z\n", null]) expect(await r.readString("\n")).toBe(expected);
  });

  it("reads 0 into an empty array without touching the stream", async () => {
    const source = new Script("abc");
    const r = new Reader(source);
    expect(await r.read(new Uint8Array(0))).toBe(0);
    expect(source.reads).toBe(0);
  });

  it("has a size of 4096, and of 16 at least", () => {
    expect(
      [undefined, { size: 5 }, { size: 100 }].map((options) => new Reader(new Script(), options).size),
    ).toEqual([4096, 16, 100]);
  });

  it("keeps an error for whoever asks, loses no byte by it, and goes on", async () => {
    const r = new Reader(new Script("ab", trouble(), "c\nd", trouble()));
    expect(await rejection(r.readString("\n"))).toMatchObject({ code: "ETROUBLE" });
    expect(r.buffered).toBe(2);
    expect(await r.readString("\n")).toBe("abc\n");
    expect(await rejection(r.readBytes(10))).toMatchObject({ code: "ETROUBLE" });
    expect(text(await r.readBytes(10))).toBe("d");
    expect(await r.readBytes(10)).toBeNull();
  });

  it("keeps half a line over a deadline of a real socket", async () => {
    using ends = await pair();
    const r = new Reader(ends.client);
    await ends.server.write("half a ");
    ends.client.setReadDeadline(Date.now() + 20);
    expect(await rejection(r.readString("\n"))).toMatchObject({ code: "ERR_DEADLINE" });
    ends.client.setReadDeadline(null);
    await ends.server.write("line\n");
    expect(await r.readString("\n")).toBe("half a line\n");
  });

  it("fails what waits when the connection is closed, and gives what it has all the same", async () => {
    using ends = await pair();
    const r = new Reader(ends.client);
    await ends.server.write("ab");
    expect(await r.readByte()).toBe(97);
    const waiting = rejection(r.readString("\n"));
    ends.client.close();
    expect(await waiting).toMatchObject({ code: "ERR_CLOSED" });
    expect(await r.readByte()).toBe(98);
    expect(await rejection(r.readByte())).toMatchObject({ code: "ERR_CLOSED" });
  });

  it("lets no rejection pass unseen that nobody waits for", async () => {
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    try {
      const r = new Reader(new Script(trouble(), "a\n"));
      const unseen = once(process, "unhandledRejection");
      void r.readLine();
      expect(await r.readString("\n")).toBe("a\n");
      expect((await unseen)[0]).toMatchObject({ code: "ETROUBLE" });
    } finally {
      for (const one of listeners) process.on("unhandledRejection", one);
    }
  });

  it("serves calls in order, whatever they wait for", async () => {
    const [a, b] = pipe();
    const r = new Reader(b);
    const p = new Uint8Array(2);
    const calls = [
      r.readString("\n"),
      r.readByte(),
      r.discard(2),
      r.read(p).then(() => text(p)),
      r.readString("\n"),
    ];
    expect([r.tryReadByte(), r.tryReadLine(), r.tryReadString("\n"), r.tryReadSlice(10)]).toEqual(
      Array(4).fill(null),
    );
    await a.write("one\n");
    await a.write("2xx");
    await a.write("pp");
    await a.write("last\n");
    expect(await Promise.all(calls)).toEqual(["one\n", 50, 2, "pp", "last\n"]);
  });

  it("gives up on a stream that gives nothing a hundred times in a row", async () => {
    const empty: IOReader = { read: async () => 0 };
    const r = new Reader(empty);
    for (const call of [() => r.readByte(), () => r.peek(1), () => r.readLine(), () => r.discard(1)])
      expect(await rejection(call())).toMatchObject({ code: "ERR_NO_PROGRESS" });
    expect(await r.read(new Uint8Array(1))).toBe(0);
  });

  it.each([-1, 4097, 1.5, undefined])("refuses %s from a stream as a number of bytes", async (n) => {
    const r = new Reader({ read: async () => n as number });
    expect(await rejection(r.readByte())).toMatchObject({ code: "ERR_BAD_READ_COUNT" });
    expect(await rejection(r.read(new Uint8Array(1)))).toMatchObject({ code: "ERR_BAD_READ_COUNT" });
    expect(r.buffered).toBe(0);
  });

  it.each<[string, () => unknown]>([
    ["no reader", () => new Reader({} as IOReader)],
    ["no size", () => new Reader(new Script(), { size: "1" as unknown as number })],
    ["a size of none", () => new Reader(new Script(), { size: 0 })],
    ["no options", () => new Reader(new Script(), null as unknown as undefined)],
    ["two characters", () => new Reader(new Script()).tryReadString("ab")],
    ["no character", () => new Reader(new Script()).tryReadSlice("")],
    ["more than a byte", () => new Reader(new Script()).tryReadSlice(256)],
    ["a character that is no byte", () => new Reader(new Script()).tryReadSlice("é")],
  ])("refuses %s", (_, call) => {
    expect(thrown(call).code).toMatch(/^ERR_(INVALID_ARG_(TYPE|VALUE)|OUT_OF_RANGE)$/);
  });

  it.each<[string, (r: Reader) => Promise<unknown>]>([
    ["read", (r) => r.read("a" as unknown as Uint8Array)],
    ["peek", (r) => r.peek(-1)],
    ["discard", (r) => r.discard(-1)],
    ["readString", (r) => r.readString("ab")],
    ["readBytes", (r) => r.readBytes(-1)],
    ["readSlice", (r) => r.readSlice(1.5)],
    ["writeTo", (r) => r.writeTo({} as Sink)],
  ])("rejects %s of an argument that makes no sense, and reads nothing", async (_, call) => {
    const source = new Script("abc");
    expect((await rejection(call(new Reader(source)))).code).toMatch(
      /^ERR_(INVALID_ARG_(TYPE|VALUE)|OUT_OF_RANGE)$/,
    );
    expect(source.reads).toBe(0);
  });
});

describe("peek", () => {
  it("shows bytes that stay to be read", async () => {
    const r = new Reader(new Script("ab", "cd"));
    expect(text(await r.peek(3))).toBe("abc");
    expect(text(await r.peek(1))).toBe("a");
    expect(text(await r.peek(0))).toBe("");
    expect(r.buffered).toBe(4);
  });

  it("shows less at the end of the stream, and null when there is nothing", async () => {
    const r = new Reader(new Script("ab"));
    expect(text(await r.peek(3))).toBe("ab");
    expect(await r.discard(2)).toBe(2);
    expect(await r.peek(1)).toBeNull();
    expect(text(await r.peek(0))).toBe("");
  });

  it("says that the buffer is full, and shows what is in it, when asked for more than its size", async () => {
    const r = new Reader(new Script("0123456789", "abcdefghij"), SMALL);
    const error = await rejection<PartialError>(r.peek(17));
    expect(error).toMatchObject({ code: "ERR_BUFFER_FULL", cause: ErrBufferFull, n: 16 });
    expect(text(error.partial!)).toBe("0123456789abcdef");
    expect(text(await r.peek(16))).toBe("0123456789abcdef");
    expect(await rejection(new Reader(new Script(), SMALL).peek(17))).toBe(ErrBufferFull);
  });
});

describe("discard", () => {
  it("skips what is buffered, and what is to come", async () => {
    const r = new Reader(new Script("ab", "cd", "ef"));
    expect(await r.readByte()).toBe(97);
    expect([await r.discard(0), await r.discard(4)]).toEqual([0, 4]);
    expect(await r.readByte()).toBe(102);
    expect(await r.discard(1)).toBeNull();
  });

  it("tells how many there were, at the end and before an error", async () => {
    expect(await new Reader(new Script("ab")).discard(3)).toBe(2);
    const failing = new Reader(new Script("ab", trouble())).discard(3);
    expect(await rejection<PartialError>(failing)).toMatchObject({ code: "ETROUBLE", n: 2 });
  });
});

describe("readSlice, readBytes and readString", () => {
  it("end with the delimiter, and at the end of the stream without", async () => {
    const r = () => new Reader(new Script("a,", "bc", ",d"), SMALL);
    const [s, b, t] = [r(), r(), r()];
    for (const part of ["a,", "bc,", "d", null]) {
      expect(text(await s.readSlice(","))).toBe(part);
      expect(text(await b.readBytes(44))).toBe(part);
      expect(await t.readString(",")).toBe(part);
    }
  });

  it("differ when the buffer is full", async () => {
    const long = "0123456789".repeat(5);
    const s = new Reader(new Script(`${long},x`), SMALL);
    const error = await rejection<PartialError>(s.readSlice(","));
    expect(error).toMatchObject({ code: "ERR_BUFFER_FULL", n: 16 });
    expect(text(error.partial!)).toBe("0123456789012345");
    expect(text(await s.peek(3))).toBe("678");
    const r = new Reader(new Script(`${long},x`, `y${long};z`), SMALL);
    expect(text(await r.readBytes(","))).toBe(`${long},`);
    expect(await r.readString(";")).toBe(`xy${long};`);
    expect(r.size).toBe(16);
    expect(await r.readString(";")).toBe("z");
  });

  it("leave the buffer its size, however much it had to hold for a moment", async () => {
    const r = new Reader(new Script(`${"a".repeat(33)},${"b".repeat(18)}\n`), SMALL);
    await r.readBytes(",");
    expect(r.buffered).toBe(19);
    expect(await rejection(r.peek(17))).toMatchObject({ code: "ERR_BUFFER_FULL", n: 16 });
    expect(r.tryReadLine()).toBeNull();
    expect([await line(r), await line(r)]).toEqual([`${"b".repeat(16)}*`, "bb"]);
  });

  it("give a slice that is a view, and bytes that are not", async () => {
    const r = new Reader(new Script("a,b,0123456789abcdef,"), SMALL);
    const slice = await r.readSlice(",");
    const bytes = await r.readBytes(",");
    expect(slice!.buffer).not.toBe(bytes!.buffer);
    await r.readString(",");
    expect(text(bytes)).toBe("b,");
    expect(text(slice)).not.toBe("a,");
  });

  it("find bytes that are no ASCII, and decode UTF-8 over the end of a piece", async () => {
    const r = new Reader(new Script("gr\xc3", Buffer.from([0xc3]), Buffer.from([0xbc, 10, 0xff, 0xfe, 10])));
    expect(text(await r.peek(4))).toHaveLength(4);
    expect(await r.readString("\n")).toBe("grÃü\n");
    expect(text(await r.readBytes(0xfe))).toBe("\xff\xfe");
    expect(await r.readString("\n")).toBe("\n");
  });

  it("are the same out of a buffer of any size, whatever it holds and wherever the delimiters are", async () => {
    const parts = Array.from(
      { length: 4000 },
      (_, i) => `${"x".repeat((i * 31) % 90)}${i}${i % 7 ? "\n" : ";"}`,
    );
    // Far behind the beginning, and alone.
    parts[3000] = "grün\n";
    const all = Buffer.from(parts.join(""));
    for (const size of [1 << 12, 1 << 16, 1 << 18]) {
      const r = new Reader(new Script(all), { size });
      const found: string[] = [];
      for (const part of parts) {
        const delim = part.at(-1)!;
        found.push(r.tryReadString(delim) ?? (await r.readString(delim))!);
      }
      expect(found).toEqual(parts);
      expect(await r.readString("\n")).toBeNull();
    }
  });

  it("find what stands right behind the 64 KiB that are decoded at once", async () => {
    const lines = [...Array<string>(4095).fill("16 bytes of it.\n"), `${"x".repeat(16)}\n`, "end\n", "\n"];
    const r = new Reader(new Script(lines.join("")), { size: 1 << 17 });
    for (const line of lines) expect(await r.readString("\n")).toBe(line);
  });

  it("refuse what is no delimiter among lines that are text already, and lose nothing", async () => {
    const r = new Reader(new Script("one\n".repeat(100)));
    expect(await r.readString("\n")).toBe("one\n");
    for (const wrong of ["", "e\n", "é"]) {
      expect(thrown(() => r.tryReadString(wrong)).code).toBe("ERR_INVALID_ARG_VALUE");
      expect(await rejection(r.readString(wrong))).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
    }
    expect(r.tryReadString("e")).toBe("one");
    // Whoever waits goes first.
    const waits = r.read(new Uint8Array(0));
    const before = r.readSlice("\n");
    expect(r.tryReadString("\n")).toBeNull();
    expect(await waits).toBe(0);
    expect(text(await before)).toBe("\n");
    expect(r.tryReadString("\n")).toBe("one\n");
  });

  it("are served from the buffer without waiting", async () => {
    const r = new Reader(new Script("a\nb\nc\r\nd"));
    expect(r.tryReadString("\n")).toBeNull();
    expect(await r.readString("\n")).toBe("a\n");
    expect(r.tryReadString("\n")).toBe("b\n");
    expect(text(r.tryReadLine())).toBe("c");
    expect([r.tryReadString("\n"), r.tryReadLine(), r.tryReadSlice(10)]).toEqual([null, null, null]);
    expect([r.tryReadByte(), r.tryReadByte()]).toEqual([100, null]);
  });
});

describe("readLine", () => {
  it.each<[string, string[]]>([
    ["a\nb\n", ["a", "b"]],
    ["a\r\n\n\r\nb", ["a", "", "", "b"]],
    ["a\rb\r\r\nc\r", ["a\rb\r", "c\r"]],
    ["\n", [""]],
    ["", []],
    ["0123456789abcdef", ["0123456789abcdef*"]],
    ["0123456789abcde\n", ["0123456789abcde"]],
    ["0123456789abcde\r\nx", ["0123456789abcde*", "", "x"]],
    ["0123456789abcd\r\nx", ["0123456789abcd", "x"]],
    ["0123456789abcdefgh\nx", ["0123456789abcdef*", "gh", "x"]],
  ])("reads %j as Go does", async (input, expected) => {
    expect(await lines(new Reader(new Script(input), SMALL))).toEqual(expected);
    expect(await lines(new Reader(new Script(...input), SMALL))).toEqual(expected);
  });

  it("gives a view, and waits for a line that is not there yet", async () => {
    using ends = await pair();
    const r = new Reader(ends.client);
    const waiting = line(r);
    await ends.server.write("no end");
    expect(await outcomeAfter(10, waiting)).toBe("pending");
    await ends.server.write("ing\r\n");
    expect(await waiting).toBe("no ending");
  });
});

describe("writeTo", () => {
  it("writes what is buffered first, then the rest", async () => {
    const r = new Reader(new Script("a\nbc", "", "de", "f"));
    expect(await r.readString("\n")).toBe("a\n");
    const sink = new Sink();
    expect(await r.writeTo(sink)).toBe(5);
    expect(sink.writes).toEqual(["bc", "de", "f"]);
    expect(await r.writeTo(sink)).toBe(0);
  });

  it("tells how much went, and keeps what did not", async () => {
    const r = new Reader(new Script("abc", "def"));
    expect(await rejection<PartialError>(r.writeTo(new Sink(4)))).toMatchObject({ code: "ENOSPC", n: 4 });
    expect(await r.readString("\n")).toBe("ef");
  });
});
