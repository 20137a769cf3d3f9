// What no kernel moves is copied here, from any reader to any writer; and a reader may be limited.

import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Buffers, dial, LimitedReader, listen, listenPacket, pipe, type Reader, TCPConn } from "rawconn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, readFull, turn } from "../poll/pair.js";
import { rejection, thrown } from "../support/outcome.js";
import { emptyPipes } from "../support/pipes.js";
import { watch } from "../support/syscalls.js";
import { ends, hash, noise, readAll, send } from "./ends.js";

afterAll(emptyPipes);

/** Gives these, one a read, cut to the room there is, and ends. */
function giving(...texts: (string | Error)[]): Reader & { reads: number } {
  return {
    reads: 0,
    async read(p) {
      const text = texts[this.reads++];
      if (text === undefined) return null;
      if (text instanceof Error) throw text;
      return Buffer.from(text).copy(p);
    },
  };
}

describe("readFrom", () => {
  it("any reader copies up to the end", async () => {
    using conns = await ends("tcp");
    using calls = watch();
    expect(await conns.near.readFrom(giving("one", "", "three"))).toBe(8);
    expect(calls.count("splice") + calls.count("sendfile")).toBe(0);
    expect((await readFull(conns.far, 8)).toString()).toBe("onethree");
  });

  it("a list of slices, half of a pipe, a limited limited reader", async () => {
    using conns = await ends("tcp");
    const buffers = new Buffers([Buffer.from("one"), Buffer.from("two")]);
    const slices: Reader = { read: async (p) => buffers.read(p) };
    expect(await conns.near.readFrom(slices)).toBe(6);
    const [near, far] = pipe();
    const copying = conns.near.readFrom(new LimitedReader(near, 5));
    await far.write("three");
    expect(await copying).toBe(5);
    near.close();
    far.close();
    const inner = new LimitedReader(giving("four", "five"), 6);
    expect(await conns.near.readFrom(new LimitedReader(inner, 100))).toBe(6);
    expect(inner.n).toBe(0);
    expect((await readFull(conns.far, 17)).toString()).toBe("onetwothreefourfi");
  });

  it("packets and records copies them one by one", async () => {
    using conns = await ends("tcp");
    using calls = watch();
    const udp = await listenPacket("udp4", "127.0.0.1:0");
    const to = await dial("udp4", udp.localAddr!.toString());
    const copying = rejection(conns.near.readFrom(udp));
    for (const text of ["one", "", "three"]) await to.write(text);
    expect((await readFull(conns.far, 8)).toString()).toBe("onethree");
    udp.close();
    to.close();
    expect(await copying).toMatchObject({ op: "readfrom", code: "ERR_CLOSED", n: 8 });

    using listener = await listen("unixpacket", `@rawconn-copy-${process.pid}`);
    using near = await dial("unixpacket", listener.addr!.toString());
    using far = await listener.accept();
    for (const text of ["four", "five"]) await near.write(text);
    near.closeWrite();
    expect(await conns.near.readFrom(far)).toBe(8);
    expect((await readFull(conns.far, 8)).toString()).toBe("fourfive");
    expect(calls.count("splice")).toBe(0);
  });

  it("a reader that fails tells what went before, and why", async () => {
    using conns = await ends("tcp");
    const failure = new Error("torn");
    const error = await rejection(conns.near.readFrom(giving("one", "two", failure)));
    expect(error).toMatchObject({ name: "OpError", op: "readfrom", n: 6, cause: failure });
    expect(error.message).toMatch(/^readfrom tcp .*->.*: torn$/);
    expect((await readFull(conns.far, 6)).toString()).toBe("onetwo");
  });

  it.each([undefined, null, "torn"])("a reader that fails with %s fails all the same", async (what) => {
    using conns = await ends("tcp");
    const error = await rejection(conns.near.readFrom({ read: () => Promise.reject(what) }));
    expect(error).toMatchObject({ name: "OpError", op: "readfrom", n: 0 });
  });

  it("into a full connection runs into its deadline: what went is exact, and it goes on", async () => {
    using conns = await ends("tcp");
    const { near, far } = conns;
    near.setWriteDeadline(Date.now() + 30);
    const endless = { read: async (p: Uint8Array) => noise(p.length).copy(p) };
    const error = await rejection(near.readFrom(endless));
    const addresses = `${near.localAddr!.toString()}->${near.remoteAddr!.toString()}`;
    // The write has a story of its own.
    expect(error.message).toBe(`readfrom tcp ${addresses}: write tcp ${addresses}: i/o timeout`);
    expect(error.code).toBe("ERR_DEADLINE");
    near.setWriteDeadline(null);
    const writing = near.write("after").then(() => near.closeWrite());
    const got = await readAll(far);
    await writing;
    expect(got.length).toBe(error.n! + 5);
    expect(got.toString("latin1", error.n)).toBe("after");
  });

  it("of a closed or a zero connection fails", async () => {
    using conns = await ends("tcp");
    conns.near.close();
    expect(await codeOf(conns.near.readFrom(giving("x")))).toBe("ERR_CLOSED");
    expect(await codeOf(new TCPConn().readFrom(giving("x")))).toBe("EINVAL");
    expect(await codeOf(new TCPConn().writeTo({ write: async (p) => p.length }))).toBe("EINVAL");
    expect(await codeOf(conns.far.readFrom(new TCPConn()))).toBe("EINVAL");
  });

  it("takes no less than a reader, and writeTo no less than a writer", async () => {
    using conns = await ends("tcp");
    for (const wrong of [null, undefined, {}, 5, { read: 1 }, { write: 1 }]) {
      expect(await codeOf(conns.near.readFrom(wrong as never))).toBe("ERR_INVALID_ARG_TYPE");
      expect(await codeOf(conns.near.writeTo(wrong as never))).toBe("ERR_INVALID_ARG_TYPE");
    }
  });
});

describe("writeTo", () => {
  it("any writer copies up to the end", async () => {
    using conns = await ends("tcp");
    const parts: string[] = [];
    const writing = conns.far.writeTo({
      write: async (p) => parts.push(Buffer.from(p).toString()) && p.length,
    });
    await send(conns.near, Buffer.from("onetwo"));
    expect(await writing).toBe(6);
    expect(parts.join("")).toBe("onetwo");
  });

  it("a writer that fails tells what went before, and why", async () => {
    using conns = await ends("tcp");
    const failure = Object.assign(new Error("full"), { n: 2 });
    const writes: number[] = [];
    const write = (p: Uint8Array) =>
      writes.push(p.length) === 1 ? Promise.resolve(p.length) : Promise.reject(failure);
    const copying = rejection(conns.far.writeTo({ write }));
    await conns.near.write("one");
    while (writes.length === 0) await turn();
    await conns.near.write("two");
    expect(await copying).toMatchObject({ op: "writeto", n: 5, cause: failure });
  });

  it("of a connection whose deadline comes tells what went before", async () => {
    using conns = await ends("tcp");
    conns.far.setReadDeadline(Date.now() + 10);
    await conns.near.write("one");
    const error = await rejection(conns.far.writeTo({ write: async (p) => p.length }));
    expect(error).toMatchObject({ op: "writeto", code: "ERR_DEADLINE", n: 3 });
    expect(error.message).toMatch(/^writeto tcp .*: read tcp .*: i\/o timeout$/);
  });

  it("packets sends what comes as packets", async () => {
    using conns = await ends("tcp");
    const udp = await listenPacket("udp4", "127.0.0.1:0");
    const to = await dial("udp4", udp.localAddr!.toString());
    await send(conns.near, Buffer.from("one"));
    expect(await conns.far.writeTo(to)).toBe(3);
    expect((await udp.readFrom(new Uint8Array(16))).n).toBe(3);
    udp.close();
    to.close();
  });
});

describe("a limited reader", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rawconn-"));
    await writeFile(join(folder, "file"), "onetwothree");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("reads no more than it may, and counts", async () => {
    const source = giving("one", "two", "three");
    const reader = new LimitedReader(source, 5);
    const p = Buffer.alloc(16);
    const reads: (number | null)[] = [];
    const lengths: number[] = [];
    const { read } = source;
    source.read = function (room) {
      lengths.push(room.length);
      return read.call(this, room);
    };
    for (let i = 0; i < 2; i++) reads.push(await reader.read(p));
    expect([reads, lengths, reader.n]).toEqual([[3, 2], [5, 2], 0]);
    expect([await reader.read(p), source.reads]).toEqual([null, 2]);
  });

  it("ends with its source before the limit, and keeps what is left", async () => {
    const reader = new LimitedReader(giving("one"), 5);
    const p = Buffer.alloc(16);
    expect([await reader.read(p), await reader.read(p), reader.n]).toEqual([3, null, 2]);
  });

  it("of a file reads the file", async () => {
    const file = await open(join(folder, "file"));
    const reader = new LimitedReader(file, 8);
    const p = Buffer.alloc(6);
    expect([await reader.read(p), p.toString(), reader.n]).toEqual([6, "onetwo", 2]);
    expect(await reader.read(new Uint8Array(0))).toBe(0);
    expect([await reader.read(p), p.toString(), await reader.read(p)]).toEqual([2, "thetwo", null]);
    await file.close();
  });

  it("of a limited reader of a file can be copied from", async () => {
    using conns = await ends("tcp");
    const file = await open(join(folder, "file"));
    const inner = new LimitedReader(file, 6);
    expect(await conns.near.readFrom(new LimitedReader(inner, 4))).toBe(4);
    expect([inner.n, (await readFull(conns.far, 4)).toString()]).toEqual([2, "onet"]);
    await file.close();
  });

  it("below zero has nothing left", async () => {
    const reader = new LimitedReader(giving("one"), 5);
    reader.n = -1;
    expect(await reader.read(new Uint8Array(4))).toBe(null);
    using conns = await ends("tcp");
    expect(await conns.near.readFrom(reader)).toBe(0);
  });

  it("takes a reader and a number of bytes", () => {
    for (const wrong of [null, undefined, {}, { read: 1 }])
      expect(thrown(() => new LimitedReader(wrong, 1))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 53])
      expect(thrown(() => new LimitedReader(giving(), wrong))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    expect(thrown(() => new LimitedReader(giving(), "1" as never))).toMatchObject({
      code: "ERR_INVALID_ARG_TYPE",
    });
  });
});

// A transfer of the size that others fall over, sized down: 64 MiB through a list of slices, and back by the plain loop.
it(
  "64 MiB go through Buffers one way and a plain copy the other, unchanged",
  { timeout: 60_000 },
  async () => {
    using conns = await ends("tcp");
    const bytes = noise(64 << 20);
    const slices = Array.from({ length: 1100 }, (_, i) => bytes.subarray(i * 61_009, (i + 1) * 61_009));
    const echoing = conns.far.writeTo({ write: (p) => conns.far.write(p) });
    const reading = readFull(conns.near, bytes.length);
    expect(await new Buffers(slices).writeTo(conns.near)).toBe(bytes.length);
    conns.near.closeWrite();
    expect(hash(await reading)).toBe(hash(bytes));
    expect(await echoing).toBe(bytes.length);
  },
);
