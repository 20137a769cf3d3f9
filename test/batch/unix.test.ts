// Batches of Unix datagrams and records: names, ends, descriptors that travel along, queues that are full.

import { describe, expect, it } from "vitest";
import type { UnixConn } from "rawconn";
import { dialUnix, MessageBatch, type UnixAddr } from "rawconn";
import { arrived, closeAll, rights } from "../support/control-data.js";
import { outcomeAfter, rejection } from "../support/outcome.js";
import { freshAddr, unixgram, unixPair } from "../support/unix.js";
import { ways } from "./ways.js";

const make = (messages = 16, oob = 0) => new MessageBatch<UnixAddr>({ messages, size: 256, oob });
const texts = (batch: MessageBatch<UnixAddr>) =>
  Array.from({ length: batch.length }, (_, i) => Buffer.from(batch.data(i)).toString());

describe.each(ways)("Unix datagrams in batches, $name", (way) => {
  it("arrive with the name of their sender", async () => {
    await way.run(async () => {
      using a = await unixgram();
      using b = await unixgram();
      using to = await unixgram();
      for (const [from, what] of [
        [a, ["one", ""]],
        [b, ["two"]],
        [a, ["three"]],
      ] as [UnixConn, string[]][]) {
        const batch = make();
        for (const one of what) batch.push(one, to.localAddr);
        expect(await from.writeBatch(batch)).toBe(what.length);
      }
      const batch = make();
      expect(await to.readBatch(batch)).toBe(4);
      expect(texts(batch)).toEqual(["one", "", "two", "three"]);
      const names = [0, 1, 2, 3].map((i) => String(batch.addr(i)));
      expect(names).toEqual([a, a, b, a].map((conn) => String(conn.localAddr)));
      // The same sender is the same object, unless another one's name came between that is kept in the same place.
      expect(batch.addr(1)).toBe(batch.addr(0));
    });
  });

  it("of nobody name nobody, and cannot be answered", async () => {
    await way.run(async () => {
      using to = await unixgram();
      using from = await dialUnix("unixgram", null, to.localAddr);
      const batch = make();
      batch.push("anonymous");
      await from.writeBatch(batch);
      expect(await to.readBatch(batch)).toBe(1);
      expect(batch.addr(0)).toBe(null);
      expect(await rejection(to.writeBatch(batch))).toMatchObject({ code: "ERR_MISSING_ADDRESS", n: 0 });
    });
  });

  it("take descriptors along, each its own", async () => {
    await way.run(async () => {
      using from = await unixgram();
      using to = await unixgram();
      const batch = make(4, 64);
      batch.push("none", to.localAddr);
      batch.push("two", to.localAddr, rights(0, 1));
      batch.push("one", to.localAddr, rights(2));
      await from.writeBatch(batch);
      const got = make(4, 64);
      expect(await to.readBatch(got)).toBe(3);
      const fds = [0, 1, 2].map((i) => arrived(got.oob(i)));
      closeAll(fds.flat());
      expect(fds.map((list) => list.length)).toEqual([0, 2, 1]);
    });
  });

  it("wait where the queue is full, and all arrive", async () => {
    await way.run(async () => {
      using from = await unixgram();
      using to = await unixgram();
      const batch = make(100);
      for (let i = 0; i < 100; i++) batch.push(`packet ${i}`, to.localAddr);
      const writing = from.writeBatch(batch);
      expect(await outcomeAfter(5, writing)).toBe("pending");
      const got: string[] = [];
      const room = make();
      while (got.length < 100) {
        await to.readBatch(room);
        got.push(...texts(room));
      }
      expect(await writing).toBe(100);
      expect(got).toEqual(Array.from({ length: 100 }, (_, i) => `packet ${i}`));
    });
  });

  it("of a connected socket wait likewise, until a deadline tells how many went", async () => {
    await way.run(async () => {
      using to = await unixgram();
      using from = await dialUnix("unixgram", freshAddr("unixgram"), to.localAddr);
      const batch = make(100);
      for (let i = 0; i < 100; i++) batch.push("x");
      from.setWriteDeadline(Date.now() + 30);
      const { code, n } = await rejection(from.writeBatch(batch));
      expect([code, n! > 0, n! < 100]).toEqual(["ERR_DEADLINE", true, true]);
      let came = 0;
      for (const room = make(); came < n!;) came += (await to.readBatch(room))!;
      expect(came).toBe(n);
    });
  });

  it("are refused where the receiver is gone, those before are not", async () => {
    await way.run(async () => {
      using from = await unixgram();
      using to = await unixgram();
      const gone = await unixgram();
      const batch = make();
      for (const addr of [to.localAddr, gone.localAddr, to.localAddr]) batch.push("x", addr);
      gone.close();
      const error = await rejection(from.writeBatch(batch));
      expect(error).toMatchObject({ code: "ECONNREFUSED", n: 1, addr: gone.localAddr });
      batch.drop(2);
      expect(await from.writeBatch(batch)).toBe(1);
      expect(await to.readBatch(batch)).toBe(2);
    });
  });
});

describe.each(ways)("records in batches, $name", (way) => {
  it("come up to the end, which is told every time", async () => {
    await way.run(async () => {
      using both = await unixPair("unixpacket");
      const batch = make();
      for (const one of ["first", "second"]) batch.push(one);
      expect(await both.client.writeBatch(batch)).toBe(2);
      both.client.close();
      expect(await both.server.readBatch(batch)).toBe(2);
      expect(texts(batch)).toEqual(["first", "second"]);
      for (let i = 0; i < 2; i++)
        expect([await both.server.readBatch(batch), batch.length]).toEqual([null, 0]);
    });
  });
});

it("an empty record costs none that came behind it", async () => {
  using both = await unixPair("unixpacket");
  const batch = make();
  for (const one of ["a", "", "b"]) batch.push(one);
  expect(await both.client.writeBatch(batch)).toBe(3);
  both.client.close();
  expect(await both.server.readBatch(batch)).toBe(3);
  expect(texts(batch)).toEqual(["a", "", "b"]);
  expect(await both.server.readBatch(batch)).toBeNull();
});

it("a stream has no messages", async () => {
  using both = await unixPair("unix");
  const batch = make();
  batch.push("x");
  expect(await rejection(both.client.readBatch(batch))).toMatchObject({ op: "read", code: "EOPNOTSUPP" });
  expect(await rejection(both.client.writeBatch(batch))).toMatchObject({
    op: "write",
    code: "EOPNOTSUPP",
    n: 0,
  });
});
