import { describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import { ErrUnexpectedEOF, type IOReader, PartialError, readAtLeast, readFull } from "rawconn/io";
import { rejection } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { Script, text, trouble } from "./scripted.js";

const reading = (value: number | null | undefined): IOReader => ({ read: async () => value as number });

describe("readFull", () => {
  it("reads until the array is full, and leaves the rest", async () => {
    const r = new Script("ab", "", "c", "defg");
    const p = new Uint8Array(5);
    expect(await readFull(r, p)).toBe(5);
    expect(text(p)).toBe("abcde");
    expect(await readFull(r, p.subarray(0, 2))).toBe(2);
    expect(text(p)).toBe("fgcde");
  });

  it("resolves null at the end of the stream, and 0 without a read for an empty array", async () => {
    const r = new Script();
    expect(await readFull(r, new Uint8Array(4))).toBeNull();
    expect(r.reads).toBe(1);
    expect(await readFull(r, new Uint8Array(0))).toBe(0);
    expect(r.reads).toBe(1);
  });

  it("tells how many bytes there were when the stream ends in the middle", async () => {
    const p = new Uint8Array(5);
    const error = await rejection<PartialError>(readFull(new Script("ab", "c"), p));
    expect(error).toBeInstanceOf(PartialError);
    expect(error).toMatchObject({ code: "ERR_UNEXPECTED_EOF", n: 3, cause: ErrUnexpectedEOF });
    expect(text(p)).toBe("abc\0\0");
  });

  it("passes an error on: bare before the first byte, with the number of bytes after", async () => {
    const bare = trouble();
    expect(await rejection<Error>(readFull(new Script(bare), new Uint8Array(4)))).toBe(bare);
    const later = await rejection<PartialError>(readFull(new Script("ab", trouble()), new Uint8Array(4)));
    expect(later).toMatchObject({ name: "PartialError", message: "trouble", code: "ETROUBLE", n: 2 });
  });

  it("goes on over a real socket after a deadline that passed", async () => {
    using ends = await pair();
    const p = new Uint8Array(6);
    await ends.server.write("abc");
    ends.client.setReadDeadline(Date.now() + 20);
    const error = await rejection<PartialError>(readFull(ends.client, p));
    expect(error).toMatchObject({ code: "ERR_DEADLINE", n: 3 });
    expect(error.timeout()).toBe(true);
    expect(error.temporary()).toBe(true);
    ends.client.setReadDeadline(null);
    await ends.server.write("def");
    expect(await readFull(ends.client, p.subarray(error.n))).toBe(3);
    expect(text(p)).toBe("abcdef");
  });

  it("fails when the conn is closed meanwhile", async () => {
    const [a] = pipe();
    const failing = rejection(readFull(a, new Uint8Array(4)));
    a.close();
    expect(await failing).toMatchObject({ code: "ERR_CLOSED_PIPE" });
  });
});

describe("readAtLeast", () => {
  it("takes more than it must, if more comes at once", async () => {
    const p = new Uint8Array(8);
    expect(await readAtLeast(new Script("ab", "cdef", "gh"), p, 3)).toBe(6);
    expect(text(p)).toBe("abcdef\0\0");
  });

  it("reads nothing when it must read nothing", async () => {
    const r = new Script("ab");
    expect(await readAtLeast(r, new Uint8Array(8), 0)).toBe(0);
    expect(r.reads).toBe(0);
  });

  it("refuses an array that is too short, before it reads", async () => {
    const r = new Script("abcd");
    expect(await rejection(readAtLeast(r, new Uint8Array(2), 3))).toMatchObject({ code: "ERR_SHORT_BUFFER" });
    expect(r.reads).toBe(0);
  });

  it("gives up on a reader that gives nothing a hundred times in a row", async () => {
    const r = new Script("a", ...Array<string>(99).fill(""), "b", ...Array<string>(100).fill(""), "c");
    const error = await rejection<PartialError>(readAtLeast(r, new Uint8Array(8), 3));
    expect(error).toMatchObject({ code: "ERR_NO_PROGRESS", n: 2 });
    expect(r.reads).toBe(201);
  });

  it.each([-1, 5, 1.5, NaN, undefined])("refuses %s as a number of bytes", async (value) => {
    const failing = readAtLeast(reading(value), new Uint8Array(4), 4);
    expect(await rejection(failing)).toMatchObject({ code: "ERR_BAD_READ_COUNT" });
  });

  it.each<[unknown, unknown, unknown, string]>([
    [null, new Uint8Array(1), 1, "ERR_INVALID_ARG_TYPE"],
    [{}, new Uint8Array(1), 1, "ERR_INVALID_ARG_TYPE"],
    [reading(1), "a", 1, "ERR_INVALID_ARG_TYPE"],
    [reading(1), new Uint8Array(1), -1, "ERR_OUT_OF_RANGE"],
    [reading(1), new Uint8Array(1), "1", "ERR_INVALID_ARG_TYPE"],
  ])("refuses arguments that make no sense: %s, %s, %s", async (r, p, min, code) => {
    const failing = readAtLeast(r as IOReader, p as Uint8Array, min as number);
    expect(await rejection(failing)).toMatchObject({ code });
  });
});
