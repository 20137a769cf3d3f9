import { createHash, randomBytes } from "node:crypto";
import { open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import {
  copy,
  copyBuffer,
  copyN,
  type IOReader,
  type IOWriter,
  LimitedReader,
  type PartialError,
  Reader,
  readFull,
  Writer,
} from "rawconn/io";
import type { binding } from "#lib/internal/binding.js";
import { withFault } from "../faults/inject.js";
import { rejection } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { unixPair } from "../support/unix.js";
import { emptyPipes } from "../support/pipes.js";
import { Script, Sink, text, trouble } from "./scripted.js";

afterAll(emptyPipes);

const big = randomBytes(1 << 20);
const hash = (p: Uint8Array) => createHash("sha256").update(p).digest("hex");

/** Reads to the end. */
async function all(r: IOReader): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const p = new Uint8Array(1 << 16);
  for (let n; (n = await r.read(p)) !== null;) pieces.push(Buffer.from(p.subarray(0, n)));
  return Buffer.concat(pieces);
}

/** How many calls of splice there are while `body` runs. */
async function splices(body: () => Promise<void>): Promise<number> {
  let count = 0;
  const counted = {
    splice:
      (real: typeof binding.splice): typeof binding.splice =>
      (...args) => {
        count++;
        return real(...args);
      },
  };
  await withFault(counted, body).catch((error: Error) => {
    if (!error.message.startsWith("nothing called")) throw error;
  });
  return count;
}

describe("copy", () => {
  it("copies until the source ends, piece by piece", async () => {
    const sink = new Sink();
    expect(await copy(sink, new Script("ab", "", "cde"))).toBe(5);
    expect(sink.writes).toEqual(["ab", "cde"]);
  });

  it("keeps the bytes of two TCP sockets inside the kernel, either way round", async () => {
    using from = await pair();
    using to = await pair();
    const count = await splices(async () => {
      const received = all(to.server);
      const sent = from.client.write(big).then(() => from.client.closeWrite());
      expect(await copy(to.client, from.server)).toBe(big.length);
      to.client.closeWrite();
      await sent;
      expect(hash(await received)).toBe(hash(big));
    });
    expect(count).toBeGreaterThan(0);
  });

  it("and those of a Unix socket and a TCP socket", async () => {
    using from = await unixPair("unix");
    using to = await pair();
    const count = await splices(async () => {
      await from.client.write("from unix");
      from.client.closeWrite();
      expect(await copy(to.client, from.server)).toBe(9);
      await to.server.write("to unix");
      to.server.closeWrite();
      expect(await copy(from.server, to.client)).toBe(7);
      from.server.closeWrite();
      expect(text(await all(from.client))).toBe("to unix");
    });
    expect(count).toBeGreaterThan(0);
  });

  it("does not take the readFrom of a packet socket for that of a copy", async () => {
    using ends = await unixPair("unix");
    expect(await copy(ends.client, new Script("abc"))).toBe(3);
    const p = new Uint8Array(3);
    expect(await readFull(ends.server, p)).toBe(3);
    expect(text(p)).toBe("abc");
  });

  it("copies a file to a writer that knows nothing of files", async () => {
    const path = join(tmpdir(), `rawconn-copy-${process.pid}`);
    await writeFile(path, "from a file");
    try {
      await using file = await open(path);
      const sink = new Sink();
      expect(await copy(sink, file)).toBe(11);
      expect(sink.text).toBe("from a file");
    } finally {
      await rm(path);
    }
  });

  it("reads the buffer of a Reader first, and goes on inside the kernel", async () => {
    using from = await pair();
    using to = await pair();
    await from.client.write("head\nbody");
    const r = new Reader(from.server);
    expect(await r.readString("\n")).toBe("head\n");
    const count = await splices(async () => {
      const copying = copy(to.client, r);
      await from.client.write(" and more");
      from.client.closeWrite();
      expect(await copying).toBe(13);
    });
    expect(count).toBeGreaterThan(0);
    to.client.closeWrite();
    expect(text(await all(to.server))).toBe("body and more");
  });

  it("flushes nothing of a Writer by itself", async () => {
    const sink = new Sink();
    const w = new Writer(sink, { size: 16 });
    expect(await copy(w, new Script("abc", "def"))).toBe(6);
    expect(sink.writes).toEqual([]);
    await w.flush();
    expect(sink.writes).toEqual(["abcdef"]);
  });

  it("tells how many bytes went when either end fails", async () => {
    const source = new Script("abcd", "ef", trouble());
    expect(await rejection<PartialError>(copy(new Sink(), source))).toMatchObject({ code: "ETROUBLE", n: 6 });
    const full = copy(new Sink(5), new Script("abcd", "ef"));
    expect(await rejection<PartialError>(full)).toMatchObject({ code: "ENOSPC", n: 5 });
    const bare = trouble();
    expect(await rejection<Error>(copy(new Sink(), new Script(bare)))).toBe(bare);
  });

  it("tells so of a socket whose peer is gone", async () => {
    using to = await pair();
    to.client.closeWrite();
    expect(await rejection(copy(to.client, new Script("abcd")))).toMatchObject({
      op: "readfrom",
      code: "EPIPE",
    });
  });

  it("gives up on a writer that takes less than it is given", async () => {
    const short: IOWriter = { write: async (p) => p.length - 1 };
    expect(await rejection<PartialError>(copy(short, new Script("abcd")))).toMatchObject({
      code: "ERR_SHORT_WRITE",
      n: 3,
    });
  });

  it("gives up on a reader without an end and without bytes", async () => {
    const empty: IOReader = { read: async () => 0 };
    expect(await rejection(copy(new Sink(), empty))).toMatchObject({ code: "ERR_NO_PROGRESS" });
  });

  it("does so as well when a TCPConn copies", async () => {
    using ends = await pair();
    await ends.client.write("abcd");
    const short: IOWriter = { write: async (p) => p.length - 1 };
    expect(await rejection(copy(short, ends.server))).toMatchObject({
      op: "writeto",
      code: "ERR_SHORT_WRITE",
      n: 3,
    });
    const readers: [string, IOReader["read"]][] = [
      ["ERR_NO_PROGRESS", async () => 0],
      ["ERR_BAD_READ_COUNT", async (p) => p.length + 1],
      ["ERR_BAD_READ_COUNT", async () => -1],
    ];
    for (const [code, read] of readers)
      expect(await rejection(copy(ends.server, { read }))).toMatchObject({ op: "readfrom", code, n: 0 });
  });

  it("ends with the deadline or the close of a pipe, with the bytes that went", async () => {
    const [a, b] = pipe();
    const sink = new Sink();
    const copying = rejection<PartialError>(copy(sink, b));
    await a.write("abc");
    b.setReadDeadline(Date.now() - 1);
    expect(await copying).toMatchObject({ code: "ERR_DEADLINE", n: 3 });
    b.setReadDeadline(null);
    const again = copy(sink, b);
    await a.write("def");
    a.close();
    expect(await again).toBe(3);
    expect(sink.text).toBe("abcdef");
  });

  it.each([
    ["no writer", {}, new Script()],
    ["no reader", new Sink(), {}],
    ["null", null, null],
  ])("refuses %s", async (_, dst, src) => {
    const failing = copy(dst as unknown as IOWriter, src as unknown as IOReader);
    expect(await rejection(failing)).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  });
});

describe("copyBuffer", () => {
  it("goes through the caller's buffer", async () => {
    const sink = new Sink();
    expect(await copyBuffer(sink, new Script("abcde"), new Uint8Array(2))).toBe(5);
    expect(sink.writes).toEqual(["ab", "cd", "e"]);
  });

  it("refuses one without room", async () => {
    const failing = copyBuffer(new Sink(), new Script(), new Uint8Array(0));
    expect(await rejection(failing)).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
  });
});

describe("copyN", () => {
  it("copies so many bytes, and leaves the rest", async () => {
    const sink = new Sink();
    const r = new Script("abc", "def");
    expect(await copyN(sink, r, 4)).toBe(4);
    expect(sink.text).toBe("abcd");
    expect(await copyN(sink, r, 0)).toBe(0);
    expect(await copy(sink, r)).toBe(2);
  });

  it("stays inside the kernel between TCP sockets, and takes no byte too many", async () => {
    using from = await pair();
    using to = await pair();
    await from.client.write("0123456789");
    const count = await splices(async () => {
      expect(await copyN(to.client, from.server, 7)).toBe(7);
    });
    expect(count).toBeGreaterThan(0);
    const p = new Uint8Array(16);
    expect(text(p.subarray(0, (await from.server.read(p))!))).toBe("789");
    expect(text(p.subarray(0, (await to.server.read(p))!))).toBe("0123456");
  });

  it("rejects when the source ends before", async () => {
    const error = await rejection<PartialError>(copyN(new Sink(), new Script("abc"), 4));
    expect(error).toMatchObject({ code: "ERR_UNEXPECTED_EOF", n: 3 });
  });

  it("counts within a limit that was there already", async () => {
    const limited = new LimitedReader(new Script("abcdef"), 5);
    const sink = new Sink();
    expect(await copyN(sink, limited, 3)).toBe(3);
    expect(limited.n).toBe(2);
    expect(await copy(sink, limited)).toBe(2);
    expect(sink.text).toBe("abcde");
  });

  it.each([-1, 1.5, NaN, Infinity, "1"])("refuses %s bytes", async (n) => {
    const failing = copyN(new Sink(), new Script(), n as number);
    expect((await rejection(failing)).code).toMatch(/^ERR_(OUT_OF_RANGE|INVALID_ARG_TYPE)$/);
  });
});
