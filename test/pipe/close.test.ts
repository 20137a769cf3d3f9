// What every method comes to when either end is closed, before or while it waits.

import { describe, expect, it } from "vitest";
import { ErrClosedPipe, isClosed, isTimeout, NetError, pipe, type PipeConn } from "rawconn";
import { rejection, thrown, turn } from "../support/outcome.js";

const TEXT = "io: read/write on closed pipe";
const p = () => new Uint8Array(4);

/** An end, and what was done to which end of its pipe. */
const closings: [name: string, close: (self: PipeConn, other: PipeConn) => void][] = [
  ["this end", (self) => self.close()],
  ["the other end", (_, other) => other.close()],
  [
    "both ends, this one first",
    (self, other) => {
      self.close();
      other.close();
    },
  ],
  [
    "both ends, the other one first",
    (self, other) => {
      other.close();
      self.close();
    },
  ],
];

/** The error of a write: the sentinel's code and text, and how many bytes went. */
async function expectClosedWrite(writing: Promise<number>, n: number): Promise<void> {
  const error = await rejection<NetError>(writing);
  expect(error).toBeInstanceOf(NetError);
  expect(error).toMatchObject({ code: "ERR_CLOSED_PIPE", message: TEXT, n, cause: ErrClosedPipe });
  expect([isTimeout(error), isClosed(error), error.temporary()]).toEqual([false, false, false]);
}

/** Reads end well when only the other end is closed. */
async function expectRead(reading: Promise<number | null>, own: boolean): Promise<void> {
  if (own) expect(await rejection(reading)).toBe(ErrClosedPipe);
  else expect(await reading).toBeNull();
}

describe.each(closings)("with %s closed", (name, close) => {
  const own = name !== "the other end";

  it("a read and a write that waited are over", async () => {
    const [a, b] = pipe();
    const reads = [a.read(p()), a.read(new Uint8Array(0))];
    const writes = [a.write("x"), a.write("")];
    for (const operation of [...reads, ...writes]) operation.catch(() => {});
    await turn();
    close(a, b);
    // What waits is told by the first of two closes.
    for (const reading of reads) await expectRead(reading, own && !name.includes("other one first"));
    for (const writing of writes) await expectClosedWrite(writing, 0);
  });

  it("a read and a write that begin end at once", async () => {
    const [a, b] = pipe();
    close(a, b);
    await expectRead(a.read(p()), own);
    await expectRead(a.read(new Uint8Array(0)), own);
    for (const bytes of ["x", "", new Uint8Array(9)]) await expectClosedWrite(a.write(bytes), 0);
  });

  it("no deadline can be set", () => {
    const [a, b] = pipe();
    close(a, b);
    for (const t of [null, Date.now() + 1000, 1]) {
      expect(thrown(() => a.setDeadline(t))).toBe(ErrClosedPipe);
      expect(thrown(() => a.setReadDeadline(t))).toBe(ErrClosedPipe);
      expect(thrown(() => a.setWriteDeadline(t))).toBe(ErrClosedPipe);
    }
  });

  it("closing again, disposing, ref and unref do nothing", async () => {
    const [a, b] = pipe();
    close(a, b);
    expect(a.close()).toBeUndefined();
    a[Symbol.dispose]();
    await a[Symbol.asyncDispose]();
    expect(a.ref().unref()).toBe(a);
    expect(String(a.localAddr)).toBe("pipe");
  });

  it("closed wins over a deadline that has passed", async () => {
    const [a, b] = pipe();
    a.setDeadline(1);
    close(a, b);
    await expectRead(a.read(p()), own);
    await expectClosedWrite(a.write("x"), 0);
  });
});

it.each(["own", "other"])(
  "a write whose %s end is closed half-way tells how many bytes went",
  async (which) => {
    const [a, b] = pipe();
    const writes = [a.write("0123456789"), a.write("next")];
    for (const writing of writes) writing.catch(() => {});
    expect(await b.read(p())).toBe(4);
    expect(await b.read(new Uint8Array(3))).toBe(3);
    (which === "own" ? a : b).close();
    await expectClosedWrite(writes[0], 7);
    await expectClosedWrite(writes[1], 0);
  },
);

it("closing one end ends all that waits, at both ends and in both directions", async () => {
  const [a, b] = pipe();
  const reads = [1, 2, 3].map(() => b.read(p()));
  const writes = [1, 2, 3].map(() => b.write("x").catch((error: Error & { code: string }) => error.code));
  await turn();
  a.close();
  expect(await Promise.all(reads)).toEqual([null, null, null]);
  expect(await Promise.all(writes)).toEqual(Array(3).fill("ERR_CLOSED_PIPE"));
});

it("closing one pipe leaves another alone", async () => {
  const [a, b] = pipe();
  const [c] = pipe();
  const reading = b.read(p());
  c.close();
  await a.write("x");
  expect(await reading).toBe(1);
});

it("leaving a block closes: using, await using", async () => {
  const [a, b] = pipe();
  const [c, d] = pipe();
  {
    using first = a;
    await using second = c;
    void [first, second];
  }
  expect(await b.read(p())).toBeNull();
  expect(await d.read(p())).toBeNull();
});
