// Datagrams in batches: whatever way they take, what arrives is what was sent.

import { describe, expect, it } from "vitest";
import { dialUDP, type UDPAddr, type UDPConn } from "rawconn";
import { constant } from "#lib/internal/binding.js";
import { hasIPv6 } from "../support/pair.js";
import { stack } from "#lib/internal/socket/probe.js";
import { rejection } from "../support/outcome.js";
import { type Ends, ends, here, prime, received, seen, text, ways } from "./ways.js";

const DONTWAIT = constant("MSG_DONTWAIT");
const PEEK = constant("MSG_PEEK");
const SOL_SOCKET = constant("SOL_SOCKET");

describe.each(ways)("datagrams $name", (way) => {
  /** Sends texts as one batch. */
  async function send({ from, to }: Ends, texts: readonly string[], addr: UDPAddr | null = to.localAddr) {
    const batch = way.batch({ messages: Math.max(texts.length, 1), size: 65_507 });
    for (const one of texts) batch.push(one, addr);
    expect(await from.writeBatch(batch)).toBe(texts.length);
  }

  const whole = (from: UDPConn, texts: readonly string[]) =>
    texts.map((data) => ({ data, addr: String(from.localAddr), truncated: false }));

  it.each([
    ["equally long", Array.from({ length: 150 }, (_, i) => text(1200, i))],
    ["all different", Array.from({ length: 60 }, (_, i) => text(1 + i * 7, i))],
    ["long, then short, in turns", Array.from({ length: 60 }, (_, i) => text(i % 2 === 0 ? 900 : 300, i))],
    ["with empty ones among them", ["a", "", "b", "", "", "c", "c", "", "dd"]],
    [
      "with a shorter one at the end of each run",
      Array.from({ length: 40 }, (_, i) => text(i % 5 === 4 ? 50 : 700, i)),
    ],
    ["of one byte", Array.from({ length: 100 }, (_, i) => String.fromCharCode(65 + (i % 26)))],
    ["as long as can be", [text(65_507, 1), text(65_507, 2), "small"]],
    ["just too long to be joined", [text(40_000, 1), text(40_000, 2), text(40_000, 3)]],
  ])("arrive in order: %s", async (_, texts) => {
    await way.run(async () => {
      using both = await ends();
      await prime(way, both);
      await send(both, texts);
      const room = way.batch({ size: 65_535, messages: 16 });
      expect(await received(both.to, room, texts.length)).toEqual(whole(both.from, texts));
    });
  });

  it.each([1, 2, 3, 64])("go into a batch of %i messages, none lost and none twice", async (messages) => {
    await way.run(async () => {
      using both = await ends();
      await prime(way, both);
      const texts = Array.from({ length: 70 }, (_, i) => text(i % 10 === 9 ? 10 : 500, i));
      await send(both, texts);
      const room = way.batch({ messages, size: 600 });
      expect(await received(both.to, room, texts.length)).toEqual(whole(both.from, texts));
    });
  });

  it.each([1, 7, 499, 500, 501, 1500])(
    "are cut where there are only %i bytes of room, and tell so",
    async (size) => {
      await way.run(async () => {
        using both = await ends();
        await prime(way, both);
        const texts = Array.from({ length: 30 }, (_, i) => text(i === 20 ? 3 : 500, i));
        await send(both, texts);
        const room = way.batch({ size });
        const expected = whole(both.from, texts).map((one) => ({
          ...one,
          data: one.data.slice(0, size),
          truncated: one.data.length > size,
        }));
        expect(await received(both.to, room, texts.length)).toEqual(expected);
      });
    },
  );

  it("reach several peers in the order of the batch, and tell whom they came from", async () => {
    await way.run(async () => {
      using both = await ends();
      using other = await here();
      await prime(way, both);
      const batch = way.batch();
      for (let i = 0; i < 30; i++) batch.push(text(300, i), i % 7 < 3 ? other.localAddr : both.to.localAddr);
      expect(await both.from.writeBatch(batch)).toBe(30);
      const [mine, others] = [[] as string[], [] as string[]];
      for (let i = 0; i < 30; i++) (i % 7 < 3 ? others : mine).push(text(300, i));
      expect(await received(both.to, way.batch(), mine.length)).toEqual(whole(both.from, mine));
      expect(await received(other, way.batch(), others.length)).toEqual(whole(both.from, others));
    });
  });

  it("of several peers come in the order in which they were sent", async () => {
    await way.run(async () => {
      using both = await ends();
      using other = await here();
      await prime(way, both);
      const expected: string[] = [];
      for (let i = 0; i < 20; i++) {
        const sender = i % 3 === 0 ? other : both.from;
        const batch = way.batch();
        for (let k = 0; k < 1 + (i % 4); k++) batch.push(text(100, i), both.to.localAddr);
        await sender.writeBatch(batch);
        for (let k = 0; k < batch.length; k++) expected.push(`${text(100, i)} of ${sender.localAddr}`);
      }
      const got = await received(both.to, way.batch(), expected.length);
      expect(got.map(({ data, addr }) => `${data} of ${addr}`)).toEqual(expected);
    });
  });

  it("go back to whom they came from, as they are", async () => {
    await way.run(async () => {
      using both = await ends();
      using other = await here();
      await prime(way, both);
      const { from, to } = both;
      for (const [i, conn] of [from, other, from, from, other].entries())
        await conn.writeTo(`packet ${i}`, to.localAddr!);
      const batch = way.batch();
      for (let sent = 0; sent < 5;) sent += (await to.readBatch(batch), await to.writeBatch(batch));
      const back = (await received(from, way.batch(), 3)).map(({ data }) => data);
      expect(back).toEqual(["packet 0", "packet 2", "packet 3"]);
      expect((await received(other, way.batch(), 2)).map(({ data }) => data)).toEqual([
        "packet 1",
        "packet 4",
      ]);
    });
  });

  it("of a connected socket need no address, and go back without one", async () => {
    await way.run(async () => {
      using to = await here();
      using from = await dialUDP("udp", null, to.localAddr!);
      await send({ from, to } as Ends, ["one", "two", "two"], null);
      const batch = way.batch();
      for (let sent = 0; sent < 3;) sent += (await to.readBatch(batch), await to.writeBatch(batch));
      const back = way.batch();
      expect((await received(from, back, 3)).map(({ data }) => data)).toEqual(["one", "two", "two"]);
      // What came from the peer names it, and still goes to the peer.
      expect(String(back.addr(0))).toBe(String(to.localAddr));
      expect(await from.writeBatch(back)).toBe(back.length);
    });
  });

  it("tell when they arrived, each of them", async () => {
    await way.run(async () => {
      using both = await ends();
      await prime(way, both);
      const before = Date.now();
      const room = way.batch({ oob: 64 });
      both.to.syscallConn().setsockopt(SOL_SOCKET, constant("SO_TIMESTAMPNS"), 1);
      await send(
        both,
        Array.from({ length: 10 }, (_, i) => text(50, i)),
      );
      for (let left = 10; left > 0; left -= room.length) {
        await both.to.readBatch(room);
        for (let i = 0; i < room.length; i++) {
          const ms = room.timestamp(i)! / 1000;
          expect([ms >= before - 5, ms <= Date.now() + 5]).toEqual([true, true]);
          // Nothing but the one item: who joined them keeps that to himself.
          expect(room.oob(i).length).toBe(32);
        }
        // It is nothing to send: they go back without.
        expect(await both.to.writeBatch(room)).toBe(room.length);
      }
    });
  });

  it("have no more control data than there is room for, and tell so", async () => {
    await way.run(async () => {
      using both = await ends();
      await prime(way, both);
      both.to.syscallConn().setsockopt(SOL_SOCKET, constant("SO_TIMESTAMPNS"), 1);
      await send(both, ["aa", "bb", "cc"]);
      const room = way.batch({ oob: 24 });
      for (let left = 3; left > 0; left -= room.length) {
        await both.to.readBatch(room);
        for (let i = 0; i < room.length; i++) {
          expect(room.oob(i).length).toBeLessThanOrEqual(24);
          expect(room.flags(i) & constant("MSG_CTRUNC")).not.toBe(0);
          expect(room.timestamp(i)).toBe(null);
        }
      }
    });
  });

  it("with MSG_DONTWAIT are those that are there, or EAGAIN", async () => {
    await way.run(async () => {
      using both = await ends();
      await prime(way, both);
      const room = way.batch();
      expect(await rejection(both.to.readBatch(room, DONTWAIT))).toMatchObject({
        code: "EAGAIN",
        message: `read udp ${both.to.localAddr}: recvmmsg: resource temporarily unavailable`,
      });
      await send(both, ["here"]);
      expect(await both.to.readBatch(room, DONTWAIT)).toBe(1);
      expect(seen(room, 0).data).toBe("here");
    });
  });

  it.each([1, 64])("stay where they are with MSG_PEEK: room for %i", async (messages) => {
    await way.run(async () => {
      using both = await ends();
      await prime(way, both);
      const room = way.batch({ messages });
      await send(both, ["first", "other"]);
      for (let i = 0; i < 2; i++) {
        expect(await both.to.readBatch(room, PEEK)).toBe(1);
        expect(seen(room, 0).data).toBe("first");
      }
      expect((await received(both.to, room, 2)).map(({ data }) => data)).toEqual(["first", "other"]);
    });
  });

  it.skipIf(!hasIPv6)("of IPv6 likewise", async () => {
    await way.run(async () => {
      using both = await ends("::1");
      await prime(way, both);
      const texts = Array.from({ length: 60 }, (_, i) => text(1100, i));
      await send(both, texts);
      expect(await received(both.to, way.batch(), 60)).toEqual(whole(both.from, texts));
    });
  });

  it.skipIf(!stack().mapped)("received by a socket of one family leave by one of both", async () => {
    await way.run(async () => {
      using both = await ends();
      using wide = await here("::");
      await both.from.writeTo("across", both.to.localAddr!);
      const batch = way.batch();
      await both.to.readBatch(batch);
      expect(await wide.writeBatch(batch)).toBe(1);
      const [one] = await received(both.from, way.batch(), 1);
      expect([one.data, one.addr]).toEqual(["across", `127.0.0.1:${wide.localAddr!.port}`]);
      // And the other way round: the address is written anew for each.
      expect(await both.to.writeBatch(batch)).toBe(1);
      expect((await received(both.from, way.batch(), 1))[0].addr).toBe(String(both.to.localAddr));
    });
  });
});
