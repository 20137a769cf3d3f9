import { describe, expect, it } from "vitest";
import {
  ErrTooLong,
  type IOReader,
  scanBytes,
  scanLines,
  Scanner,
  type ScannerOptions,
  scanWords,
  type SplitFunc,
} from "rawconn/io";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { Script, type Step, text, trouble } from "./scripted.js";

/** All tokens, byte for byte, three ways at once: they have to agree. */
async function tokens(steps: Step[], options?: ScannerOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const token of new Scanner(new Script(...steps), options)) found.push(token);
  const viewed: string[] = [];
  const views = new Scanner(new Script(...steps), options);
  while (await views.scan()) viewed.push(Buffer.from(views.bytes()).toString());
  const tried: string[] = [];
  const s = new Scanner(new Script(...steps), options);
  while (await s.scan())
    do tried.push(s.text());
    while (s.tryScan());
  expect([viewed, tried]).toEqual([found, found]);
  return found;
}

describe("the lines of a stream", () => {
  it.each<[string, string[]]>([
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\r\nb\n\n\r\nc\r", ["a", "b", "", "", "c"]],
    ["\n", [""]],
    ["\r", [""]],
    ["a\rb\n", ["a\rb"]],
    ["grün\n日本\nx\n", ["grün", "日本", "x"]],
    ["a\nb\nc\nd\nü\ne\nf\n", ["a", "b", "c", "d", "ü", "e", "f"]],
  ])("of %j are as Go has them", async (input, expected) => {
    expect(await tokens([input])).toEqual(expected);
    const bytes = [...Buffer.from(input)].map((byte) => Uint8Array.of(byte));
    expect(await tokens(bytes)).toEqual(expected);
  });

  it("are the same over several pieces, however many lie in one", async () => {
    const all = Array.from({ length: 3000 }, (_, i) => `line ${i}${"x".repeat(i % 50)}`);
    expect(await tokens([all.join("\n")])).toEqual(all);
    expect(await tokens(all.map((line) => `${line}\r\n`))).toEqual(all);
    expect(await tokens([`${all.join("\n")}\nü\n${all.join("\n")}`], { max: 1 << 18 })).toEqual([
      ...all,
      "ü",
      ...all,
    ]);
  });

  it("may be as long as the cap, their ends included", async () => {
    expect(await tokens(["0123456\nab"], { max: 8 })).toEqual(["0123456", "ab"]);
    const s = new Scanner(new Script("ab\n01234567\ncd\n"), { max: 8 });
    expect([await s.scan(), s.text()]).toEqual([true, "ab"]);
    expect(await rejection(s.scan())).toBe(ErrTooLong);
    expect(await rejection(s.scan())).toBe(ErrTooLong);
    expect(thrown(() => s.tryScan())).toBe(ErrTooLong);
  });

  it("may be 64 KiB less one byte long unless said otherwise", async () => {
    const longest = "x".repeat(65_535);
    expect(await tokens([`${longest}\nshort`])).toEqual([longest, "short"]);
    const s = new Scanner(new Script(`${longest}x\n`));
    expect(await rejection(s.scan())).toMatchObject({ code: "ERR_TOO_LONG" });
  });

  it("cannot be made to take more memory than the cap by a peer that never ends one", async () => {
    let most = 0;
    const endless: IOReader = {
      read: async (p) => {
        most = Math.max(most, p.buffer.byteLength);
        return p.fill(120).length;
      },
    };
    expect(await rejection(new Scanner(endless, { max: 10_000 }).scan())).toBe(ErrTooLong);
    expect(most).toBe(10_000);
  });

  it("go on after an error of the stream, and lose nothing", async () => {
    const s = new Scanner(new Script("ab", trouble(), "c\nd", trouble(), "\n"));
    expect(await rejection(s.scan())).toMatchObject({ code: "ETROUBLE" });
    expect([await s.scan(), s.text()]).toEqual([true, "abc"]);
    expect(await rejection(s.scan())).toMatchObject({ code: "ETROUBLE" });
    expect([await s.scan(), s.text(), await s.scan(), await s.scan()]).toEqual([true, "d", false, false]);
    expect([s.text(), s.bytes().length]).toEqual(["", 0]);
  });

  it("come from a real socket as they come, through deadlines and to the end", async () => {
    using ends = await pair();
    const s = new Scanner(ends.client);
    await ends.server.write("one\ntw");
    expect([await s.scan(), s.text(), s.tryScan()]).toEqual([true, "one", false]);
    ends.client.setReadDeadline(Date.now() + 20);
    expect(await rejection(s.scan())).toMatchObject({ code: "ERR_DEADLINE" });
    ends.client.setReadDeadline(null);
    const waiting = s.scan();
    expect(await outcomeAfter(10, waiting)).toBe("pending");
    expect(s.tryScan()).toBe(false);
    await ends.server.write("o\nthree");
    ends.server.close();
    expect([await waiting, s.text()]).toEqual([true, "two"]);
    expect([await s.scan(), s.text(), await s.scan()]).toEqual([true, "three", false]);
  });

  it("are given in order to calls that do not wait for each other", async () => {
    using ends = await pair();
    const s = new Scanner(ends.client);
    const both = [s.scan().then(() => s.text()), s.scan().then(() => s.text())];
    await ends.server.write("one\n");
    await ends.server.write("two\n");
    expect(await Promise.all(both)).toEqual(["one", "two"]);
  });

  it("can be left in the middle of a loop", async () => {
    const s = new Scanner(new Script("a\nb\nc\n"));
    for await (const line of s) if (line === "a") break;
    for await (const line of s) {
      expect(line).toBe("b");
      break;
    }
    expect([await s.scan(), s.text()]).toEqual([true, "c"]);
  });

  it("reject in a loop when the stream fails", async () => {
    const seen: string[] = [];
    const loop = async () => {
      for await (const line of new Scanner(new Script("a\nb", trouble()))) seen.push(line);
    };
    expect(await rejection(loop())).toMatchObject({ code: "ETROUBLE" });
    expect(seen).toEqual(["a"]);
  });
});

describe("words", () => {
  it.each<[string, string[]]>([
    ["", []],
    [" ", []],
    ["abc", ["abc"]],
    [" a\tb\n\v c\r\f", ["a", "b", "c"]],
    ["grün\u00a0日本\u3000x\u2028y\u0085z\u1680\u2009\u205f\u202fw", ["grün", "日本", "x", "y", "z", "w"]],
    ["\u200b\u00e9 \u2060", ["\u200b\u00e9", "\u2060"]],
  ])("of %j are as Go has them, however they come", async (input, expected) => {
    expect(await tokens([input], { split: scanWords })).toEqual(expected);
    const bytes = [...Buffer.from(input)].map((byte) => Uint8Array.of(byte));
    expect(await tokens(bytes, { split: scanWords })).toEqual(expected);
  });

  it("do not need room for the space before them", async () => {
    expect(await tokens([" ".repeat(100), "ab"], { split: scanWords, max: 8 })).toEqual(["ab"]);
  });
});

describe("a split function", () => {
  it("may take each byte", async () => {
    expect(await tokens(["abc"], { split: scanBytes })).toEqual(["a", "b", "c"]);
  });

  it("is never shown nothing before the end, and the end once", async () => {
    const shown: [string | null, boolean][] = [];
    const split: SplitFunc = (data, atEOF) => {
      shown.push([text(data), atEOF]);
      return atEOF ? null : { advance: data.length, token: null };
    };
    const s = new Scanner(new Script("ab", "", "c"), { split });
    expect(await s.scan()).toBe(false);
    expect(shown).toEqual([
      ["ab", false],
      ["c", false],
      ["", true],
    ]);
  });

  it("may give tokens of its own making, and name the last", async () => {
    const split: SplitFunc = (data) => {
      const token = Buffer.from(`<${text(data.subarray(0, 1))}>`);
      return { advance: 1, token, final: data[0] === 99 };
    };
    expect(await tokens(["abcde"], { split })).toEqual(["<a>", "<b>", "<c>"]);
  });

  it("may end the scan without a token", async () => {
    const split: SplitFunc = (data) =>
      data[0] === 99 ? { advance: 0, token: null, final: true } : { advance: 1, token: data.subarray(0, 1) };
    expect(await tokens(["abcde"], { split })).toEqual(["a", "b"]);
  });

  it.each<[number, string]>([
    [-1, "ERR_NEGATIVE_ADVANCE"],
    [NaN, "ERR_NEGATIVE_ADVANCE"],
    [4, "ERR_ADVANCE_TOO_FAR"],
  ])("that advances by %s ends the scan for good", async (advance, code) => {
    const s = new Scanner(new Script("abc"), { split: (data) => ({ advance, token: data }) });
    expect(await rejection(s.scan())).toMatchObject({ code });
    expect(await rejection(s.scan())).toMatchObject({ code });
  });

  it("that throws does so, too", async () => {
    const own = new Error("its own");
    const s = new Scanner(new Script("abc"), {
      split: () => {
        throw own;
      },
    });
    expect(await rejection<Error>(s.scan())).toBe(own);
    expect(await rejection<Error>(s.scan())).toBe(own);
  });

  it("cannot go on for ever at the end", async () => {
    const s = new Scanner(new Script(), { split: (data) => ({ advance: 0, token: data }) });
    let count = 0;
    const loop = async () => {
      while (await s.scan()) count++;
    };
    expect(await rejection(loop())).toMatchObject({ code: "ERR_NO_PROGRESS" });
    expect(count).toBe(100);
  });
});

describe("a Scanner", () => {
  it.each<[string, () => unknown]>([
    ["no reader", () => new Scanner({} as IOReader)],
    ["no options", () => new Scanner(new Script(), null as unknown as ScannerOptions)],
    ["a cap of none", () => new Scanner(new Script(), { max: 0 })],
    ["what is no function", () => new Scanner(new Script(), { split: "lines" as unknown as SplitFunc })],
  ])("refuses %s", (_, call) => {
    expect(thrown(call).code).toMatch(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/);
  });

  it("gives up on a reader that gives nothing, or lies", async () => {
    let reads = 0;
    const idle = new Scanner({ read: async () => (reads++, 0) });
    // For good, as any error of its own.
    for (let i = 0; i < 2; i++)
      expect(await rejection(idle.scan())).toMatchObject({ code: "ERR_NO_PROGRESS" });
    expect(reads).toBe(100);
    expect(await rejection(new Scanner({ read: async () => -1 }).scan())).toMatchObject({
      code: "ERR_BAD_READ_COUNT",
    });
  });

  it("splits by lines unless told otherwise", async () => {
    expect(await tokens(["a b\nc"])).toEqual(await tokens(["a b\nc"], { split: scanLines }));
    const own: SplitFunc = (data, atEOF) => scanLines(data, atEOF);
    expect(await tokens(["a b\r\n\nc"], { split: own })).toEqual(["a b", "", "c"]);
  });
});
