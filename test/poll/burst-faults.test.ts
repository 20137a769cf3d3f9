// Something goes wrong in the middle of a gathered call: each write still tells exactly how many of its bytes went.

import { describe, expect, it } from "vitest";
import { poller } from "#lib/internal/poll/poller.js";
import { failingAlways, withFault } from "../faults/inject.js";
import { rejection } from "../support/outcome.js";
import { type Appetite, burst, isHeld, taking, warmUp } from "./bursts.js";
import { codeOf, drain, fdOf, pair, readFull, turn } from "./pair.js";

/** What the four writes come to, and what arrives until the near end shuts. */
async function four(appetite: Appetite, then?: "close" | "deadline") {
  using ends = await pair();
  const { near, far } = ends;
  await warmUp(near, far);
  if (then === "deadline") near.setWriteDeadline(Date.now() + 20);
  using _ = taking(appetite);
  const writes = burst(near, "aaaa", "bbbb", "", "cccc");
  await turn();
  if (then === "close") near.close();
  const ended = await writes;
  if (then !== "close") near.closeWrite();
  return { writes: ended, arrived: await drain(far) };
}

/** Each with its share of the bytes that the kernel took, and the code that ended it. */
const shares = (bytes: number, code: string) =>
  [0, 4, 8, 8].map((before, i) => {
    const length = i === 2 ? 0 : 4;
    const n = Math.max(0, Math.min(length, bytes - before));
    return n === length && bytes >= before ? String(n) : `${code} after ${n}`;
  });

describe("of four writes in one call the kernel takes", () => {
  it("all, a byte at a time", async () => {
    expect(await four({ perCall: 1 })).toEqual({ writes: ["4", "4", "0", "4"], arrived: 12 });
  });

  it.each([0, 1, 3, 4, 5, 7, 9, 11])("%i bytes, until the deadline", async (total) => {
    const { writes, arrived } = await four({ total, fails: ["EAGAIN"] }, "deadline");
    expect(writes).toEqual(shares(total, "ERR_DEADLINE"));
    expect(arrived).toBe(total);
  });

  it.each([0, 2, 4, 6, 10])("%i bytes, until it is closed", async (total) => {
    const { writes, arrived } = await four({ total, fails: ["EAGAIN"] }, "close");
    expect(writes).toEqual(shares(total, "ERR_CLOSED"));
    expect(arrived).toBe(total);
  });

  it("six bytes, and then the peer resets", async () => {
    const writes = ["4", "ECONNRESET after 2", "EPIPE after 0", "EPIPE after 0"];
    expect(await four({ total: 6, fails: ["ECONNRESET", "EPIPE"] })).toEqual({ writes, arrived: 6 });
  });

  it("none, since the peer is gone: each learns it by itself", async () => {
    using ends = await pair();
    const { near, far } = ends;
    await warmUp(near, far);
    far.setLinger(0);
    far.close();
    await turn();
    expect(await burst(near, "a", "b", "c")).toEqual([
      "ECONNRESET after 0",
      "EPIPE after 0",
      "EPIPE after 0",
    ]);
  });

  it("none at all and says nothing: an error, not a loop without end", async () => {
    const { writes } = await four({ perCall: 0 });
    expect(writes).toEqual([4, 4, 0, 4].map((n) => (n === 0 ? "0" : "ERR_UNEXPECTED_EOF after 0")));
  });
});

describe("bytes that are taken away before a burst goes", () => {
  const detach = (p: Uint8Array<ArrayBuffer>) => structuredClone(p.buffer, { transfer: [p.buffer] });

  it.each([0, 1, 2])("of write %i fail that one, and the others go", async (which) => {
    using ends = await pair();
    await warmUp(ends.near, ends.far);
    const bytes = ["aa", "bb", "cc"].map((each) => new Uint8Array(Buffer.from(each)));
    const writes = bytes.map((p) => ends.near.write(p));
    expect(isHeld(ends.near)).toBe(true);
    detach(bytes[which]);
    const error = await rejection(writes[which]);
    expect(error).toMatchObject({ name: "TypeError", code: "ERR_BUFFER_DETACHED", n: 0 });
    const others = writes.filter((_, i) => i !== which);
    expect(await Promise.all(others)).toEqual([2, 2]);
    const expected = ["aa", "bb", "cc"].filter((_, i) => i !== which).join("");
    expect((await readFull(ends.far, 4)).toString()).toBe(expected);
  });

  it("are not missed by those that went already", async () => {
    using ends = await pair();
    const { near, far } = ends;
    await warmUp(near, far);
    const [first, second] = [new Uint8Array(4), new Uint8Array(4)];
    using _ = taking({ total: 4, fails: ["EAGAIN"] });
    const writes = [near.write(first), near.write(second)];
    await writes[0];
    detach(first);
    near.setWriteDeadline(1);
    expect(await codeOf(writes[1])).toBe("ERR_DEADLINE");
  });
});

describe("a burst that cannot be waited for", () => {
  it("fails as a whole, with the number that went, and the next one goes", async () => {
    using ends = await pair();
    const { near, far } = ends;
    // Only what was never watched has to be: a fresh connection, and an accepted one was never dialed.
    await warmUp(far, near);
    const writes = await withFault({ add: failingAlways("ENOSPC") }, async () => {
      using _ = taking({ total: 3, fails: ["EAGAIN"] });
      const ended = burst(far, "aa", "bb", "cc");
      await turn();
      return await ended;
    });
    expect(writes).toEqual(["2", "ENOSPC after 1", "ENOSPC after 0"]);
    expect(poller.waiting[fdOf(far).slot * 2 + 1]).toBe(null);
    expect(await burst(far, "dd", "ee")).toEqual(["2", "2"]);
    expect((await readFull(near, 7)).toString()).toBe("aabddee");
  });
});
