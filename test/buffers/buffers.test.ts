// A list of slices, consumed as it is written or read.

import { Buffers, dial, listen, listenPacket, pipe, type UDPConn } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { taking } from "../poll/bursts.js";
import { codeOf, drain, fill, outcome, pair, readFull } from "../poll/pair.js";
import { rejection, thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const list = (...texts: string[]) => new Buffers(texts.map(bytes));
const left = (buffers: Buffers) => [...buffers].map((piece) => Buffer.from(piece).toString());

describe("a list of slices", () => {
  it("is made of anything iterable, and of bytes alone", () => {
    expect(left(new Buffers(new Set([bytes("a"), Buffer.from("b")])))).toEqual(["a", "b"]);
    expect(new Buffers([]).length).toBe(0);
    for (const wrong of [null, undefined, 5, {}, ["text"], [null], [new Uint16Array(1)]]) {
      const error = thrown(() => new Buffers(wrong as never));
      expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    }
  });

  it("does not follow the list it was made of, and does not copy bytes", () => {
    const [first, second] = [bytes("a"), bytes("b")];
    const given = [first, second];
    const buffers = new Buffers(given);
    given.pop();
    first[0] = 0x7a;
    expect(left(buffers)).toEqual(["z", "b"]);
  });
});

describe("read", () => {
  it("moves bytes across slices, and ends", () => {
    const buffers = list("one", "", "three");
    const p = new Uint8Array(4);
    expect(buffers.read(p)).toBe(4);
    expect(Buffer.from(p).toString()).toBe("onet");
    expect(left(buffers)).toEqual(["hree"]);
    expect([buffers.read(p), buffers.read(p), buffers.read(p)]).toEqual([4, null, null]);
  });

  it("tells of fewer bytes than there was room for", () => {
    expect(list("one").read(new Uint8Array(8))).toBe(3);
    expect(list("", "").read(new Uint8Array(8))).toBe(null);
  });

  it("of nothing says that there is more, unless there is not", () => {
    const buffers = list("", "a");
    expect(buffers.read(new Uint8Array(0))).toBe(0);
    expect(left(buffers)).toEqual(["a"]);
    expect(list().read(new Uint8Array(0))).toBe(null);
  });

  it("leaves the caller's arrays as they were", () => {
    const first = bytes("one");
    const buffers = new Buffers([first]);
    buffers.read(new Uint8Array(2));
    expect([first.length, Buffer.from(first).toString()]).toEqual([3, "one"]);
    expect(left(buffers)).toEqual(["e"]);
  });

  it("takes bytes to read into, and nothing else", () => {
    expect(thrown(() => list("a").read("b" as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});

describe("writeTo a connection", () => {
  it("sends all in one call, and leaves nothing", async () => {
    using ends = await pair();
    using calls = watch();
    const buffers = list("one", "", "three");
    expect(await buffers.writeTo(ends.near)).toBe(8);
    expect([calls.count("writev"), calls.count("send")]).toEqual([1, 0]);
    expect(buffers.length).toBe(0);
    expect((await readFull(ends.far, 8)).toString()).toBe("onethree");
    expect(await buffers.writeTo(ends.near)).toBe(0);
  });

  it.each([1023, 1024, 1025, 3000])("sends %i small slices in one call", async (count) => {
    using ends = await pair();
    using calls = watch();
    const all = Buffer.from(Array.from({ length: count }, (_, i) => i * 7));
    const buffers = new Buffers(Array.from(all, (_, i) => all.subarray(i, i + 1)));
    expect(await buffers.writeTo(ends.near)).toBe(count);
    expect(calls.count("writev")).toBe(1);
    expect((await readFull(ends.far, count)).equals(all)).toBe(true);
  });

  it.each([1024, 1025, 2100])("sends %i slices that are too large to be copied together", async (count) => {
    using ends = await pair();
    const size = 1100;
    const all = Buffer.from(Array.from({ length: count * size }, (_, i) => i * 7));
    const buffers = new Buffers(
      Array.from({ length: count }, (_, i) => all.subarray(i * size, (i + 1) * size)),
    );
    const [sent, got] = await Promise.all([buffers.writeTo(ends.near), readFull(ends.far, all.length)]);
    expect(sent).toBe(all.length);
    expect(got.equals(all)).toBe(true);
  });

  it("larger than the kernel has room for waits", async () => {
    using ends = await pair();
    const slices = Array.from({ length: 30 }, (_, i) => Buffer.alloc(300_000 + i, i));
    const writing = new Buffers(slices).writeTo(ends.near);
    const whole = Buffer.concat(slices);
    expect((await readFull(ends.far, whole.length)).equals(whole)).toBe(true);
    expect(await writing).toBe(whole.length);
  });

  it.each([
    [0, ["one", "", "three", "!"]],
    [1, ["ne", "", "three", "!"]],
    // Slices without bytes go with those before them.
    [3, ["three", "!"]],
    [5, ["ree", "!"]],
    [8, ["!"]],
  ])("that fails after %i bytes leaves the rest", async (total, rest) => {
    using ends = await pair();
    using _ = taking({ total, fails: ["ECONNRESET"] });
    const buffers = list("one", "", "three", "!");
    const error = await rejection(buffers.writeTo(ends.near));
    expect(error).toMatchObject({ name: "OpError", op: "writev", code: "ECONNRESET", n: total });
    expect(left(buffers)).toEqual(rest);
  });

  it("that runs into its deadline leaves the rest, which can be sent later", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    near.setWriteDeadline(Date.now() + 10);
    const buffers = list("one", "two");
    expect(await outcome(buffers.writeTo(near))).toMatchObject({ error: { code: "ERR_DEADLINE", n: 0 } });
    near.setWriteDeadline(null);
    await readFull(far, filled);
    expect(await buffers.writeTo(near)).toBe(6);
    expect((await readFull(far, 6)).toString()).toBe("onetwo");
  });

  it("names the pieces that were wrong before anything is sent", async () => {
    using ends = await pair();
    expect(await codeOf(ends.near.writev([bytes("a"), "b" as never]))).toBe("ERR_INVALID_ARG_TYPE");
    expect(await codeOf(ends.near.writev("ab" as never))).toBe("ERR_INVALID_ARG_TYPE");
    // oxlint-disable-next-line no-sparse-arrays
    expect(await codeOf(ends.near.writev([bytes("a"), , bytes("b")] as never))).toBe("ERR_INVALID_ARG_TYPE");
    ends.near.close();
    expect(await outcome(list("a").writeTo(ends.near))).toMatchObject({
      error: { name: "OpError", op: "writev", code: "ERR_CLOSED", n: 0 },
    });
    expect(await drain(ends.far)).toBe(0);
  });

  it("of a hundred and fifty thousand slices takes no time to speak of, nor does reading them", async () => {
    const many = () => new Buffers(Array.from({ length: 150_000 }, () => new Uint8Array(1)));
    const start = performance.now();
    const [written, read] = [many(), many()];
    await written.writeTo({ write: (p) => Promise.resolve(p.length) });
    for (const p = new Uint8Array(4096); read.read(p) !== null;);
    // A list that is moved with each slice takes many times as long.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("writev", () => {
  it("is not disturbed by what becomes of the list meanwhile", async () => {
    using ends = await pair();
    const filled = fill(ends.near);
    const pieces = ["one", "two"].map(bytes);
    const writing = ends.near.writev(pieces);
    pieces.length = 0;
    await readFull(ends.far, filled);
    expect(await writing).toBe(6);
    expect((await readFull(ends.far, 6)).toString()).toBe("onetwo");
  });

  it("of a piece that is taken away fails with the number that went; of one that went already it goes on", async () => {
    using ends = await pair();
    const { near, far } = ends;
    for (const [gone, ended] of [[0, { value: 6 }] as const, [1, { error: { n: 4 } }] as const]) {
      const pieces = ["one", "two"].map(bytes);
      let writing!: ReturnType<typeof outcome>;
      {
        using _ = taking({ total: 4, fails: ["EAGAIN"] });
        writing = outcome(near.writev(pieces));
      }
      structuredClone(pieces[gone].buffer, { transfer: [pieces[gone].buffer] });
      // The kernel is filled up and emptied again, which wakes the writer.
      const filled = fill(near);
      await readFull(far, 4 + filled);
      expect(await writing).toMatchObject(ended);
      if ("value" in ended) await readFull(far, 2);
    }
  });

  it("of a piece that grows sends what it was", async () => {
    using ends = await pair();
    const { near, far } = ends;
    type Growing = ArrayBuffer & { resize(length: number): void };
    type Maker = new (length: number, options: { maxByteLength: number }) => Growing;
    const buffer = new (ArrayBuffer as unknown as Maker)(3, { maxByteLength: 9 });
    const filled = fill(near);
    const piece = new Uint8Array(buffer);
    piece.set(bytes("one"));
    const writing = near.writev([piece, bytes("two")]);
    buffer.resize(9);
    await readFull(far, filled);
    expect(await writing).toBe(6);
    expect((await readFull(far, 6)).toString()).toBe("onetwo");
  });

  it("goes on beyond two GiB of one piece", async () => {
    using ends = await pair();
    const far = 2 ** 31 + 8;
    // Memory that nobody writes to is not there until somebody does.
    const huge = new Uint8Array(far + 8);
    huge.set(bytes("the rest"), far);
    const { near } = ends;
    const calls: number[] = [];
    near.syscallConn().control((fd) => calls.push(binding.writev(fd, [bytes("x"), huge], 1, far)));
    expect(calls).toEqual([8]);
    expect((await readFull(ends.far, 8)).toString()).toBe("the rest");
  });
});

describe("writeTo another writer", () => {
  it("writes one slice after the other", async () => {
    const [near, far] = pipe();
    const writing = list("one", "two").writeTo(near);
    const p = new Uint8Array(8);
    expect([await far.read(p), await far.read(p)]).toEqual([3, 3]);
    expect(await writing).toBe(6);
    near.close();
    far.close();
  });

  it("stops at a failure, and leaves what did not go", async () => {
    const failure = Object.assign(new Error("full"), { n: 2 });
    const buffers = list("one", "three", "!");
    const written: number[] = [];
    const write = (p: Uint8Array) =>
      written.push(p.length) === 2 ? Promise.reject(failure) : Promise.resolve(p.length);
    expect(await rejection<Error>(buffers.writeTo({ write }))).toBe(failure);
    expect(left(buffers)).toEqual(["ree", "!"]);
    expect(written).toEqual([3, 5]);
  });

  it.each([undefined, null, "text", new Error("no number")])(
    "that rejects with %s passes it on",
    async (what) => {
      const buffers = list("one");
      const ended = await buffers.writeTo({ write: () => Promise.reject(what) }).catch((error) => [error]);
      expect(ended).toEqual([what]);
      expect(left(buffers)).toEqual(["one"]);
    },
  );

  it("takes no less than a writer", async () => {
    for (const wrong of [null, undefined, {}, { write: 1 }])
      expect(await codeOf(list("a").writeTo(wrong as never))).toBe("ERR_INVALID_ARG_TYPE");
  });
});

describe("writeTo a packet endpoint", () => {
  /** A connected endpoint and its peer. */
  async function endpoints(): Promise<{ near: UDPConn; far: UDPConn } & Disposable> {
    const far = await listenPacket("udp4", "127.0.0.1:0");
    const near = await dial("udp4", far.localAddr!.toString());
    return { near, far, [Symbol.dispose]: () => (near.close(), far.close()) };
  }

  it("sends one packet", async () => {
    using ends = await endpoints();
    expect(await list("one", "", "three").writeTo(ends.near)).toBe(8);
    expect(await list("next").writeTo(ends.near)).toBe(4);
    const p = Buffer.alloc(32);
    expect((await ends.far.readFrom(p)).n).toBe(8);
    expect(p.toString("utf8", 0, 8)).toBe("onethree");
    expect((await ends.far.readFrom(p)).n).toBe(4);
  });

  it("sends one packet of more slices than a call takes, too", async () => {
    using ends = await endpoints();
    const all = Buffer.from(Array.from({ length: 1500 }, (_, i) => i * 7));
    const buffers = new Buffers(Array.from(all, (_, i) => all.subarray(i, i + 1)));
    expect(await buffers.writeTo(ends.near)).toBe(1500);
    expect(buffers.length).toBe(0);
    const p = Buffer.alloc(2000);
    expect((await ends.far.readFrom(p)).n).toBe(1500);
    expect(p.subarray(0, 1500).equals(all)).toBe(true);
  });

  it("that is too long for a packet keeps the list", async () => {
    using ends = await endpoints();
    const buffers = new Buffers([new Uint8Array(40_000), new Uint8Array(40_000)]);
    const error = await rejection(buffers.writeTo(ends.near));
    expect(error).toMatchObject({ op: "writev", code: "EMSGSIZE", syscall: "writev", n: 0 });
    expect(buffers.length).toBe(2);
  });

  it("of records: one of all slices", async () => {
    using listener = await listen("unixpacket", `@rawconn-buffers-${process.pid}`);
    using near = await dial("unixpacket", listener.addr!.toString());
    using far = await listener.accept();
    expect(await list("one", "two").writeTo(near)).toBe(6);
    expect(await list("3").writeTo(near)).toBe(1);
    expect(await far.read(new Uint8Array(16))).toBe(6);
  });
});
