// How a stream of bytes ends, and what stays usable when only half of it has.

import { describe, expect, it } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import { watched, withFault } from "../faults/inject.js";
import { codeOf, drain, fdOf, fill, outcome, type Pair, pair, readFull, sendNow, turn } from "./pair.js";

const text = (p: Uint8Array, n: number | null) => Buffer.from(p.subarray(0, n ?? 0)).toString();
const room = () => new Uint8Array(64);

// A signal here would mean that a send was made without MSG_NOSIGNAL: Node ignores it unless somebody listens.
let pipeSignals = 0;
process.on("SIGPIPE", () => pipeSignals++);

describe("nothing", () => {
  it("is read at once, whatever the stream holds", async () => {
    using ends = await pair();
    const { near, far } = ends;
    expect(await near.read(new Uint8Array(0))).toBe(0);
    sendNow(far, "x");
    expect(await near.read(new Uint8Array(0))).toBe(0);
    expect((await readFull(near, 1)).toString()).toBe("x");
    far.closeWrite();
    expect(await near.read(room())).toBe(null);
    expect(await near.read(new Uint8Array(0))).toBe(0);
  });

  it("is read at once although another read waits, and from a closed stream not at all", async () => {
    using ends = await pair();
    const waiting = outcome(ends.near.read(room()));
    expect(await ends.near.read(new Uint8Array(0))).toBe(0);
    ends.near.close();
    expect(await codeOf(ends.near.read(new Uint8Array(0)))).toBe("ERR_CLOSED");
    expect((await waiting) as unknown).toMatchObject({ error: { code: "ERR_CLOSED" } });
  });

  it("is written at once, and the peer sees none of it", async () => {
    using ends = await pair();
    expect(await ends.near.write(new Uint8Array(0))).toBe(0);
    expect(await ends.near.write("")).toBe(0);
    sendNow(ends.near, "x");
    expect(text(await readFull(ends.far, 1), 1)).toBe("x");
    ends.near.close();
    expect(await codeOf(ends.near.write(""))).toBe("ERR_CLOSED");
  });
});

describe("the peer's FIN", () => {
  it.each(["before anything waits", "while a read waits"])("%s comes after its data", async (when) => {
    using ends = await pair();
    const { near, far } = ends;
    const p = new Uint8Array(3);
    const first = when === "while a read waits" ? near.read(p) : null;
    sendNow(far, "hello");
    far.closeWrite();
    const n = await (first ?? near.read(p));
    expect(text(p, n)).toBe("hel");
    expect(text(p, await near.read(p))).toBe("lo");
    expect([await near.read(p), await near.read(p)]).toEqual([null, null]);
  });

  it("leaves the other direction open", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const reading = near.read(room());
    far.closeWrite();
    expect(await reading).toBe(null);
    expect(await near.write("still here")).toBe(10);
    expect((await readFull(far, 10)).toString()).toBe("still here");
    expect(await codeOf(far.write("x"))).toBe("EPIPE");
  });

  it("comes after all that a small buffer takes many reads for", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const total = fill(far);
    far.closeWrite();
    expect(await drain(near, 1000)).toBe(total);
  });

  it("does not end a write that waits", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    const writing = near.write(new Uint8Array(1 << 20));
    far.closeWrite();
    expect(await near.read(room())).toBe(null);
    const draining = drain(far);
    expect(await writing).toBe(1 << 20);
    near.closeWrite();
    expect(await draining).toBe(filled + (1 << 20));
  });
});

describe("shutting one side", () => {
  it("for writing ends the peer's reads and one's own writes, and nothing else", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const reading = near.read(room());
    near.closeWrite();
    expect(await far.read(room())).toBe(null);
    expect(await codeOf(near.write("x"))).toBe("EPIPE");
    sendNow(far, "data");
    expect(await reading).toBe(4);
    near.closeWrite();
  });

  it("for reading ends the read that waits", async () => {
    using ends = await pair();
    const reading = ends.near.read(room());
    ends.near.closeRead();
    expect(await reading).toBe(null);
    expect(await ends.near.write("x")).toBe(1);
  });
});

describe("a peer that is gone", () => {
  it("is EPIPE to writers, each time, and the end to readers", async () => {
    using ends = await pair();
    const { near, far } = ends;
    far.close();
    // The first bytes are answered with a reset.
    await near.write("x");
    for (let again = 0; again < 2; again++) {
      expect(await outcome(near.write("x"))).toMatchObject({
        error: { code: "EPIPE", n: 0, syscall: "write" },
      });
      expect(await near.read(room())).toBe(null);
    }
  });

  it.each(["before anything waits", "while a read waits"])(
    "by a reset %s: what it sent is read, then ECONNRESET once, then the end",
    async (when) => {
      using ends = await pair();
      const { near, far } = ends;
      const p = room();
      const first = when === "while a read waits" ? near.read(p) : null;
      sendNow(far, "prefix");
      far.setLinger(0);
      far.close();
      expect(text(p, await (first ?? near.read(p)))).toBe("prefix");
      expect(await outcome(near.read(p))).toMatchObject({ error: { code: "ECONNRESET", syscall: "read" } });
      expect([await near.read(p), await near.read(p)]).toEqual([null, null]);
      expect(await codeOf(near.write("x"))).toBe("EPIPE");
    },
  );

  it("by a reset fails the write that waits, which tells how many bytes went", async () => {
    using ends = await pair();
    const { near, far } = ends;
    near.setWriteBuffer(1 << 16);
    fill(near);
    let went = 0;
    const count = watched<typeof binding.send>((n, fd) => {
      if (n > 0 && fd === fdOf(near).fd) went += n;
    });
    await withFault({ send: count }, async () => {
      const writing = outcome(near.write(new Uint8Array(64 << 20)));
      // The peer reads for a while, so that some of the write goes out.
      await readFull(far, 8 << 20);
      far.setLinger(0);
      far.close();
      expect(await writing).toMatchObject({ error: { code: "ECONNRESET", n: went, op: "write" } });
    });
    expect(went).toBeGreaterThan(0);
    expect(await near.read(room())).toBe(null);
  });

  it("by a reset wakes both sides that wait, and just one of them is told why", async () => {
    using ends = await pair();
    const { near, far } = ends;
    fill(near);
    const waiting = Promise.all([outcome(near.read(room())), outcome(near.write("x"))]);
    far.setLinger(0);
    far.close();
    const codes = (await waiting).map((ended) => ("error" in ended ? ended.error.code : ended.value));
    expect(codes.filter((code) => code === "ECONNRESET")).toHaveLength(1);
    expect(codes.filter((code) => code === "EPIPE" || code === null)).toHaveLength(1);
  });
});

describe("urgent data", () => {
  const MSG_OOB = constant("MSG_OOB");

  function sendUrgent({ far }: Pair, byte: string): void {
    expect(binding.sendmsg(fdOf(far).fd, Buffer.from(byte), new Uint8Array(144), MSG_OOB)).toBe(1);
  }

  // recv(2) stops at the mark, short of the room there is, although more bytes are there.
  it("does not hold up what comes after it", async () => {
    using ends = await pair();
    const { near, far } = ends;
    near.setReadDeadline(Date.now() + 2000);
    const p = room();
    const reading = near.read(p);
    sendNow(far, "abc");
    sendUrgent(ends, "!");
    sendNow(far, "def");
    let got = text(p, await reading);
    while (got.length < 6) got += text(p, await near.read(p));
    expect(got).toBe("abcdef");
  });
});

describe("many bytes", () => {
  it("go both ways at once, whole and in order", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const sent = Buffer.alloc(8 << 20);
    for (let i = 0; i < sent.length; i += 4) sent.writeUInt32LE(i, i);
    const echo = (async () => {
      const p = new Uint8Array(100_000);
      for (let n; (n = await far.read(p)) !== null;) await far.write(p.slice(0, n));
      far.closeWrite();
    })();
    const writing = near.write(sent).then(() => near.closeWrite());
    const got = await readFull(near, sent.length);
    await Promise.all([echo, writing]);
    expect(got.equals(sent)).toBe(true);
    expect(await near.read(room())).toBe(null);
    await turn();
  });
});

describe("none of this", () => {
  it("raised a signal", () => {
    expect(pipeSignals).toBe(0);
  });
});
