// Where reads and writes meet: nothing is kept in between, nothing is lost, nobody is passed by.

import { describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import { outcomeAfter, turn } from "../support/outcome.js";

const text = (p: Uint8Array, n: number | null = p.length) => Buffer.from(p.subarray(0, n!)).toString();

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  promise.then(
    () => (is = true),
    () => (is = true),
  );
  await turn();
  return is;
}

it("carries bytes both ways, each to the other end", async () => {
  const [a, b] = pipe();
  const [toB, toA] = [new Uint8Array(8), new Uint8Array(8)];
  const all = [b.read(toB), a.read(toA), a.write("there"), b.write("back")];
  expect(await Promise.all(all)).toEqual([5, 4, 5, 4]);
  expect([text(toB, 5), text(toA, 4)]).toEqual(["there", "back"]);
});

it("has addresses that say pipe, at both ends and after close", () => {
  const [a, b] = pipe();
  a.close();
  for (const addr of [a.localAddr, a.remoteAddr, b.localAddr, b.remoteAddr]) {
    expect(addr.network).toBe("pipe");
    expect(addr.toString()).toBe("pipe");
    expect(Object.isFrozen(addr)).toBe(true);
  }
});

describe("a write", () => {
  it("waits until reads took every byte, not only the first", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(4);
    const writing = a.write("0123456789");
    for (const part of ["0123", "4567"]) {
      expect(await settled(writing)).toBe(false);
      expect(await b.read(p)).toBe(4);
      expect(text(p)).toBe(part);
    }
    expect(await settled(writing)).toBe(false);
    expect(await b.read(p)).toBe(2);
    expect(text(p, 2)).toBe("89");
    expect(await writing).toBe(10);
  });

  it("of nothing waits for one read, which resolves 0", async () => {
    const [a, b] = pipe();
    for (const nothing of ["", new Uint8Array(0)]) {
      const writing = a.write(nothing);
      expect(await settled(writing)).toBe(false);
      expect(await b.read(new Uint8Array(4))).toBe(0);
      expect(await writing).toBe(0);
    }
    const reads = [b.read(new Uint8Array(4)), b.read(new Uint8Array(4))];
    expect(await a.write("")).toBe(0);
    expect(await reads[0]).toBe(0);
    expect(await settled(reads[1])).toBe(false);
    await a.write("x");
    expect(await reads[1]).toBe(1);
  });

  it("takes a string as UTF-8, and counts bytes", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(16);
    const reading = b.read(p);
    expect(await a.write("h\u00e9\u20ac")).toBe(6);
    expect(text(p, await reading)).toBe("h\u00e9\u20ac");
  });

  it("copies its bytes when they are read, and not before", async () => {
    const [a, b] = pipe();
    const sent = Uint8Array.of(1, 2);
    const room = new Uint8Array(1);
    const writing = a.write(sent);
    await b.read(room);
    sent[1] = 9;
    const read = room[0];
    await b.read(room);
    expect([read, room[0]]).toEqual([1, 9]);
    await writing;
  });

  it("does not share memory with the read that took it", async () => {
    const [a, b] = pipe();
    const [sent, room] = [Uint8Array.of(1, 2), new Uint8Array(2)];
    await Promise.all([a.write(sent), b.read(room)]);
    sent.fill(7);
    expect([...room]).toEqual([1, 2]);
  });

  it("goes from one half of a buffer into the other, even where they overlap", async () => {
    const [a, b] = pipe();
    const all = Uint8Array.of(1, 2, 3, 4);
    await Promise.all([a.write(all.subarray(0, 3)), b.read(all.subarray(1))]);
    expect([...all]).toEqual([1, 1, 2, 3]);
  });
});

describe("a read", () => {
  it("takes from one write only, however much room it has", async () => {
    const [a, b] = pipe();
    const p = new Uint8Array(8);
    const writing = [a.write("ab"), a.write("cd")];
    expect(await b.read(p)).toBe(2);
    expect(text(p, 2)).toBe("ab");
    expect(await b.read(p)).toBe(2);
    expect(text(p, 2)).toBe("cd");
    await Promise.all(writing);
  });

  it("into nothing waits for a write, and takes nothing off it", async () => {
    const [a, b] = pipe();
    const reading = b.read(new Uint8Array(0));
    expect(await settled(reading)).toBe(false);
    const writing = a.write("x");
    expect(await reading).toBe(0);
    expect(await settled(writing)).toBe(false);
    expect(await b.read(new Uint8Array(4))).toBe(1);
    expect(await writing).toBe(1);
  });

  it("leaves the rest of its room alone", async () => {
    const [a, b] = pipe();
    const all = new Uint8Array(8).fill(7);
    const reading = b.read(all.subarray(2, 6));
    await a.write(Uint8Array.of(1, 2));
    expect(await reading).toBe(2);
    expect([...all]).toEqual([7, 7, 1, 2, 7, 7, 7, 7]);
    // Nor is it written to once it is over.
    expect(await settled(a.write(Uint8Array.of(3)))).toBe(false);
    expect([...all]).toEqual([7, 7, 1, 2, 7, 7, 7, 7]);
    a.close();
  });

  it("does not meet a write of its own end", async () => {
    const [a, b] = pipe();
    const both = [a.read(new Uint8Array(1)), a.write("x")];
    expect(await outcomeAfter(10, Promise.race(both))).toBe("pending");
    await Promise.all([b.write("y"), b.read(new Uint8Array(1)), ...both]);
  });
});

describe("in line", () => {
  it("reads are served in order of arrival", async () => {
    const [a, b] = pipe();
    const rooms = Array.from({ length: 50 }, () => new Uint8Array(1));
    const order: number[] = [];
    const reads = rooms.map(async (room, i) => {
      await b.read(room);
      order.push(i);
    });
    await a.write(Uint8Array.from(rooms.keys()));
    await Promise.all(reads);
    expect(order).toEqual([...rooms.keys()]);
    expect(rooms.map(([byte]) => byte)).toEqual([...rooms.keys()]);
  });

  it("writes go in order of arrival and never mix, a thousand of them", async () => {
    const [a, b] = pipe();
    const COUNT = 1000;
    const length = (i: number) => i % 7;
    const order: number[] = [];
    const writes = Array.from({ length: COUNT }, async (_, i) => {
      expect(await a.write(new Uint8Array(length(i)).fill(i))).toBe(length(i));
      order.push(i);
    });
    void Promise.all(writes).then(() => a.close());
    const received: number[] = [];
    const p = new Uint8Array(5);
    for (let n; (n = await b.read(p)) !== null;) received.push(...p.subarray(0, n));
    expect(received).toEqual(
      Array.from({ length: COUNT }, (_, i) => Array<number>(length(i)).fill(i & 255)).flat(),
    );
    expect(order).toEqual([...Array(COUNT).keys()]);
  });
});

describe("the event loop turns", () => {
  it("while two ends always have something for each other", async () => {
    const [a, b] = pipe();
    let messages = 0;
    const turned = turn().then(() => messages);
    const p = new Uint8Array(1);
    for (; messages < 2000; messages++) await Promise.all([a.write("x"), b.read(p)]);
    expect(await turned).toBeLessThan(1000);
  });

  it("while a long line is served, and again, until it is", async () => {
    const [a, b] = pipe();
    const COUNT = 5000;
    const writes = Array.from({ length: COUNT }, () => a.write("x"));
    const reads = Array.from({ length: COUNT }, () => b.read(new Uint8Array(1)));
    expect(await settled(reads[0])).toBe(true);
    expect(await settled(reads[COUNT - 1])).toBe(false);
    expect(await Promise.all([...writes, ...reads])).toEqual(Array(2 * COUNT).fill(1));
  });
});
