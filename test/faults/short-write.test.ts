// A kernel that takes a little at a time: every byte goes, in order, or the caller learns exactly how many went.

import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { codeOf, drain, fdOf, fill, outcome, pair, readFull, sendNow, turn } from "../poll/pair.js";
import { withFault } from "./inject.js";

type Send = typeof binding.send;
type WriteV = typeof binding.writev;

/** Takes one byte a call of several pieces. */
const oneOfMany =
  (real: WriteV): WriteV =>
  (fd, pieces, first, offset) =>
    real(fd, [pieces[first].subarray(offset, offset + 1)], 0, 0);

/** Takes `length` bytes a call; every so many calls it takes none for now. */
function small(length: number, pauseEvery = Infinity): (real: Send) => Send {
  let calls = 0;
  return (real) => (fd, p, offset) =>
    ++calls % pauseEvery === 0 ? -errno("EAGAIN") : real(fd, p.subarray(0, offset + length), offset);
}

/** Takes one byte a call, so many times, and then returns this. */
function smallThen(times: number, result: number): (real: Send) => Send {
  let calls = 0;
  return (real) => (fd, p, offset) =>
    calls++ < times ? real(fd, p.subarray(0, offset + 1), offset) : result;
}

describe("a write of which the kernel takes", () => {
  it("one byte at a time goes whole, and in order", async () => {
    using ends = await pair();
    const sent = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i * 7));
    await withFault({ send: small(1) }, async () => {
      expect(await ends.near.write(sent)).toBe(sent.length);
    });
    expect((await readFull(ends.far, sent.length)).equals(sent)).toBe(true);
  });

  it("one byte at a time, in a row with others, never mixes with them", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    const writes = ["aaaa", "bbbb", "cccc"].map((text) => near.write(text));
    await withFault({ send: small(1), writev: oneOfMany }, async () => {
      await readFull(far, filled);
      expect(await Promise.all(writes)).toEqual([4, 4, 4]);
    });
    expect((await readFull(far, 12)).toString()).toBe("aaaabbbbcccc");
  });

  it("some bytes and then an error tells how many", async () => {
    using ends = await pair();
    await withFault({ send: smallThen(5, -errno("ECONNRESET")) }, async () => {
      expect(await outcome(ends.near.write("0123456789"))).toMatchObject({
        error: { name: "OpError", code: "ECONNRESET", op: "write", syscall: "write", n: 5 },
      });
    });
    ends.near.closeWrite();
    expect(await drain(ends.far)).toBe(5);
  });

  it("some bytes and then none at all is an error too, not a loop without end", async () => {
    using ends = await pair();
    await withFault({ send: smallThen(3, 0) }, async () => {
      expect(await outcome(ends.near.write("0123456789"))).toMatchObject({
        error: { code: "ERR_UNEXPECTED_EOF", n: 3 },
      });
    });
  });

  it("some bytes before its deadline tells how many", async () => {
    using ends = await pair();
    ends.near.setWriteDeadline(Date.now() + 20);
    await withFault({ send: smallThen(4, -errno("EAGAIN")) }, async () => {
      expect(await outcome(ends.near.write("0123456789"))).toMatchObject({
        error: { code: "ERR_DEADLINE", n: 4 },
      });
    });
    expect((await readFull(ends.far, 4)).toString()).toBe("0123");
  });

  it("some bytes before it is closed tells how many", async () => {
    using ends = await pair();
    await withFault({ send: smallThen(4, -errno("EAGAIN")) }, async () => {
      const writing = outcome(ends.near.write("0123456789"));
      await turn();
      ends.near.close();
      expect(await writing).toMatchObject({ error: { code: "ERR_CLOSED", n: 4 } });
    });
    expect(await drain(ends.far)).toBe(4);
  });
});

describe("bytes that are taken away while they are written", () => {
  /** A write that waits after four bytes, for `then` to happen. */
  async function interrupted(p: Uint8Array, then: () => void): Promise<unknown> {
    using ends = await pair();
    let writing!: ReturnType<typeof outcome>;
    await withFault({ send: smallThen(4, -errno("EAGAIN")) }, async () => {
      writing = outcome(ends.near.write(p));
      await turn();
    });
    then();
    // The kernel is filled up and emptied again: that wakes the writer.
    fill(ends.near);
    const big = new Uint8Array(1 << 20);
    while (binding.recv(fdOf(ends.far).fd, big) > 0);
    const ended = await writing;
    expect(await ends.near.write("next")).toBe(4);
    return ended;
  }

  it("by a transfer end the write before another system call, with the number that went", async () => {
    const p = Buffer.from(new ArrayBuffer(100));
    const ended = await interrupted(p, () => structuredClone(p.buffer, { transfer: [p.buffer] }));
    expect(ended).toMatchObject({ error: { code: "ERR_BUFFER_DETACHED", n: 4 } });
  });

  it("by a resize end it likewise", async () => {
    const buffer = resizable(100);
    const ended = await interrupted(new Uint8Array(buffer), () => buffer.resize(50));
    expect(ended).toMatchObject({ error: { code: "ERR_BUFFER_DETACHED", n: 4 } });
  });
});

// Newer than the types that this project is compiled with.
function resizable(length: number): ArrayBuffer & { resize(length: number): void } {
  type Resizable = new (
    length: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(length: number): void };
  return new (ArrayBuffer as unknown as Resizable)(length, { maxByteLength: length });
}

describe("bytes that are taken away while they are read into", () => {
  it("end the read, and what arrives is left for the next one", async () => {
    using ends = await pair();
    const p = new Uint8Array(100);
    const reading = codeOf(ends.near.read(p));
    await turn();
    structuredClone(p.buffer, { transfer: [p.buffer] });
    sendNow(ends.far, "bytes");
    expect(await reading).toBe("ERR_BUFFER_DETACHED");
    expect((await readFull(ends.near, 5)).toString()).toBe("bytes");
  });
});
