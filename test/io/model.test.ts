// Whatever is asked of a Reader, in whatever pieces the stream comes: as a model has it, which is a string and a place in it.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { FrameReader, FrameWriter, Reader, Scanner, scanWords, Writer } from "rawconn/io";
import { Script, Sink, text } from "./scripted.js";

const SIZE = 16;

// Few different bytes, so that delimiters and ends of lines are met often.
const input = fc.array(fc.constantFrom("a", "b", "\n", "\r\n", "\r", ",", "é", "x".repeat(20)), {
  maxLength: 40,
});
const cuts = fc.array(fc.nat(9), { maxLength: 60 });

/** The bytes in pieces of so many; the rest in one. */
function pieces(bytes: Buffer, lengths: number[]): Script {
  const steps: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) steps.push(bytes.subarray(at, (at += length)));
  return new Script(...steps, bytes.subarray(at));
}

class Model {
  constructor(public left: string) {}

  take(n: number): string | null {
    const taken = this.left.slice(0, n);
    this.left = this.left.slice(n);
    return taken === "" && n > 0 ? null : taken;
  }

  until(delim: string, cap = Infinity): string | null {
    const found = this.left.indexOf(delim);
    return this.take(Math.min(cap, found < 0 ? Math.max(1, this.left.length) : found + 1));
  }

  line(): string | null {
    const slice = this.until("\n", SIZE);
    if (slice === null || slice.endsWith("\n")) return slice && slice.replace(/\r?\n$/, "");
    const back = slice.length === SIZE && slice.endsWith("\r") ? "\r" : "";
    this.left = back + this.left;
    return slice.slice(0, slice.length - back.length);
  }
}

type Call = [name: string, ours: (r: Reader) => Promise<unknown>, model: (m: Model) => unknown];
const decoded = (s: string | null) => (s === null ? null : Buffer.from(s, "latin1").toString());
const calls: Call[] = [
  ["readByte", async (r) => r.readByte(), (m) => m.take(1)?.charCodeAt(0) ?? null],
  ["readString", async (r) => r.readString("\n"), (m) => decoded(m.until("\n"))],
  ["readBytes", async (r) => text(await r.readBytes(",")), (m) => m.until(",")],
  ["readLine", async (r) => text((await r.readLine())?.line ?? null), (m) => m.line()],
  ["discard", async (r) => r.discard(5), (m) => m.take(5)?.length ?? null],
  ["peek", async (r) => text(await r.peek(7)), (m) => m.left.slice(0, 7) || null],
  ["nothing", async (r) => text(await r.peek(0)), () => ""],
  [
    "tryReadByte",
    async (r) => (r.buffered > 0 ? r.tryReadByte() : r.readByte()),
    (m) => m.take(1)?.charCodeAt(0) ?? null,
  ],
];

it("a Reader does as its model", async () => {
  const chosen = fc.array(fc.nat(calls.length - 1), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(input, cuts, chosen, async (parts, lengths, order) => {
      const bytes = Buffer.from(parts.join(""));
      const r = new Reader(pieces(bytes, lengths), { size: SIZE });
      const model = new Model(bytes.toString("latin1"));
      for (const index of order) {
        const [name, ours, theirs] = calls[index];
        expect([name, await ours(r)]).toEqual([name, theirs(model)]);
      }
      const rest = new Sink();
      await r.writeTo(rest);
      expect(rest.text).toBe(model.left);
    }),
    { numRuns: 500 },
  );
});

it("a Scanner finds what a split of the whole text finds", async () => {
  await fc.assert(
    fc.asyncProperty(input, cuts, async (parts, lengths) => {
      const whole = parts.join("");
      const lines: string[] = [];
      for await (const line of new Scanner(pieces(Buffer.from(whole), lengths))) lines.push(line);
      const expected = whole.split("\n").map((line) => line.replace(/\r$/, ""));
      if (whole === "" || whole.endsWith("\n")) expected.pop();
      expect(lines).toEqual(expected);
      const words: string[] = [];
      const scanner = new Scanner(pieces(Buffer.from(whole), lengths), { split: scanWords });
      for await (const word of scanner) words.push(word);
      expect(words).toEqual(whole.split(/\s+/).filter((word) => word !== ""));
    }),
    { numRuns: 500 },
  );
});

it("a Writer writes what it is given, in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }))),
      async (all) => {
        const sink = new Sink();
        const w = new Writer(sink, { size: SIZE });
        // Some are waited for, and some are not.
        for (const [i, piece] of all.entries()) {
          const writing = w.write(piece);
          if (i % 3 === 0) await writing;
        }
        await w.flush();
        expect(sink.text).toBe(Buffer.concat(all.map((piece) => Buffer.from(piece))).toString("latin1"));
      },
    ),
    { numRuns: 300 },
  );
});

it("a frame comes out as it went in", async () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 60 }));
  await fc.assert(
    fc.asyncProperty(
      frames,
      cuts,
      fc.constantFrom(1, 2, 4),
      fc.boolean(),
      async (all, lengths, prefix, littleEndian) => {
        const options = { prefix: prefix as 1, littleEndian };
        const sink = new Sink();
        const w = new FrameWriter(sink, options);
        for (const frame of all) await w.write(frame);
        const got: string[] = [];
        const source = new Reader(pieces(Buffer.from(sink.text, "latin1"), lengths), { size: SIZE });
        for await (const frame of new FrameReader(source, options)) got.push(text(frame)!);
        expect(got).toEqual(all.map(text));
      },
    ),
    { numRuns: 300 },
  );
});
