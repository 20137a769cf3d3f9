// Datagrams that the kernel joins: every method tells them apart, the socket can be given away, and a refusal costs nothing.

import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { File, MessageBatch } from "rawconn";
import { filePacketConn, UDPAddr, type UDPConn } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { type ErrnoName, errno } from "#lib/errors/index.js";
import { failing, watched, withFault } from "../faults/inject.js";
import { rejection } from "../support/outcome.js";
import { type Ends, ends, here, isJoining, noJoining, prime, received, text, ways } from "./ways.js";

const [joined, plain] = ways;
const texts = Array.from({ length: 20 }, (_, i) => text(400, i));

/** Sends all texts at once, to be joined by the kernel. */
async function send({ from, to }: Ends, what: readonly string[] = texts): Promise<void> {
  const batch = joined.batch();
  for (const one of what) batch.push(one, to.localAddr);
  await from.writeBatch(batch);
}

/** What one datagram at a time gives. */
const readers: [string, (conn: UDPConn, p: Uint8Array) => Promise<number | null>][] = [
  ["read", (conn, p) => conn.read(p)],
  ["readFrom", async (conn, p) => (await conn.readFrom(p)).n],
  ["readFromUDPAddrPort", async (conn, p) => (await conn.readFromUDPAddrPort(p)).n],
  ["readMsg", async (conn, p) => (await conn.readMsg(p, new Uint8Array(64))).n],
];

async function oneByOne(conn: UDPConn, count: number, read = readers[0][1]): Promise<string[]> {
  const got: string[] = [];
  const p = Buffer.alloc(2048);
  while (got.length < count) got.push(p.toString("latin1", 0, (await read(conn, p))!));
  return got;
}

describe.skipIf(noJoining !== null)("a socket whose datagrams arrive joined", () => {
  it("is one that a run of them came to, and no other", async () => {
    using both = await ends();
    for (const length of [7, 8]) {
      const batch = joined.batch();
      for (let i = 0; i < length; i++) batch.push("same", both.to.localAddr);
      // A peer that is heard once in a while is no reason.
      batch.push("different", both.to.localAddr);
      await both.from.writeBatch(batch);
      await received(both.to, joined.batch(), length + 1);
      expect(isJoining(both.to)).toBe(length === 8);
    }
  });

  it.each<[string, (conn: UDPConn, file: File) => UDPConn]>([
    ["a file was made of", (conn) => conn],
    ["was made of a file", (_, file) => filePacketConn(file) as UDPConn],
  ])("is none that %s before its first batch", async (_, readerOf) => {
    using both = await ends();
    using file = both.to.file();
    using reader = readerOf(both.to, file);
    await send(both);
    expect((await received(reader, joined.batch(), texts.length)).map(({ data }) => data)).toEqual(texts);
    expect(isJoining(both.to)).toBe(false);
  });

  it("is none that was given away when batches had come one by one", async () => {
    using both = await ends();
    await send(both, ["a"]);
    await received(both.to, joined.batch(), 1);
    using file = both.to.file();
    expect(file.fd).toBeGreaterThan(0);
    await send(both);
    await received(both.to, joined.batch(), texts.length);
    expect(isJoining(both.to)).toBe(false);
  });

  it("has them one by one for bytes of another realm", async () => {
    using both = await ends();
    await prime(joined, both);
    await send(both);
    for (const one of texts) {
      const p = runInNewContext("new Uint8Array(2048)") as Uint8Array;
      const n = (await both.to.read(p))!;
      expect(Buffer.from(p.buffer, 0, n).toString("latin1")).toBe(one);
    }
  });

  it("is none for a batch that does not want it", async () => {
    using both = await ends();
    await send(both);
    await received(both.to, plain.batch(), texts.length);
    expect(isJoining(both.to)).toBe(false);
  });

  it.each(readers)("has them one by one by %s, and in batches", async (_, read) => {
    using both = await ends();
    await prime(joined, both);
    await send(both);
    expect(await oneByOne(both.to, 3, read)).toEqual(texts.slice(0, 3));
    const rest = await received(both.to, joined.batch({ messages: 5 }), 10);
    expect(rest.map(({ data }) => data)).toEqual(texts.slice(3, 13));
    expect(await oneByOne(both.to, 7, read)).toEqual(texts.slice(13));
  });

  it("has them for a batch that does not want it, too", async () => {
    using both = await ends();
    await prime(joined, both);
    await send(both);
    expect((await received(both.to, plain.batch(), 20)).map(({ data }) => data)).toEqual(texts);
  });

  it("cuts one that is too long, and leaves the next alone", async () => {
    using both = await ends();
    await prime(joined, both);
    await send(both);
    const p = Buffer.alloc(10);
    for (const one of texts.slice(0, 3)) {
      expect(await both.to.readFrom(p)).toMatchObject({ n: 10, truncated: true, addr: both.from.localAddr });
      expect(p.toString()).toBe(one.slice(0, 10));
    }
    // An empty p takes one from readFrom, and none from read.
    expect(await both.to.read(new Uint8Array(0))).toBe(0);
    expect(await both.to.readFrom(new Uint8Array(0))).toMatchObject({ n: 0, truncated: true });
    expect(await oneByOne(both.to, 1)).toEqual([texts[4]]);
  });

  it("keeps all that belongs to those who are left over, though nobody asked for it of the others", async () => {
    using both = await ends();
    await prime(joined, both);
    both.to.syscallConn().setsockopt(constant("SOL_SOCKET"), constant("SO_TIMESTAMPNS"), 1);
    await send(both);
    await both.to.readBatch(joined.batch({ messages: 2, size: 3 }));
    const { n, oobn, flags } = await both.to.readMsg(new Uint8Array(400), new Uint8Array(64));
    expect({ n, oobn, flags }).toEqual({ n: 400, oobn: 32, flags: 0 });
    const room = joined.batch({ oob: 64, messages: 1 });
    await both.to.readBatch(room);
    expect([room.oob(0).length, room.truncated(0), room.timestamp(0)! > 0]).toEqual([32, false, true]);
  });

  it("wakes those who wait for one each, in their order", async () => {
    using both = await ends();
    await prime(joined, both);
    const waiting = readers.map(async ([, read]) => (await oneByOne(both.to, 1, read))[0]);
    await send(both);
    expect(await Promise.all(waiting)).toEqual(texts.slice(0, waiting.length));
  });

  it("starts only when nobody else waits to read", async () => {
    using both = await ends();
    const batch = joined.batch({ messages: 16 });
    const reading = both.to.readBatch(batch);
    const p = Buffer.alloc(2048);
    const behind = both.to.read(p);
    await send(both);
    expect(await reading).toBe(16);
    expect(isJoining(both.to)).toBe(false);
    expect(p.toString("latin1", 0, (await behind)!)).toBe(texts[16]);
  });

  it("answers errors as any other", async () => {
    using both = await ends();
    await prime(joined, both);
    both.to.setReadDeadline(1);
    expect(await rejection(both.to.read(new Uint8Array(8)))).toMatchObject({
      op: "read",
      code: "ERR_DEADLINE",
    });
    both.to.setReadDeadline(null);
    const waiting = both.to.read(new Uint8Array(8));
    both.to.close();
    expect(await rejection(waiting)).toMatchObject({ op: "read", code: "ERR_CLOSED" });
    expect(await rejection(both.to.read(new Uint8Array(8)))).toMatchObject({
      op: "read",
      code: "ERR_CLOSED",
    });
  });

  it("no longer is one when somebody else gets hold of it, and nothing is lost", async () => {
    using both = await ends();
    await prime(joined, both);
    await send(both);
    using file = both.to.file();
    using copy = filePacketConn(file) as UDPConn;
    expect(isJoining(both.to)).toBe(false);
    expect(await oneByOne(both.to, 20)).toEqual(texts);
    await send(both);
    expect(await oneByOne(copy, 20)).toEqual(texts);
    // For good: it is not tried again.
    await send(both);
    await received(both.to, joined.batch(), 20);
    expect(isJoining(both.to)).toBe(false);
  });

  it("no longer is one when its descriptor is read from by hand", async () => {
    using both = await ends();
    await prime(joined, both);
    const p = Buffer.alloc(2048);
    let n = 0;
    const reading = both.to.syscallConn().read((fd) => (n = binding.recv(fd, p)) >= 0);
    expect(isJoining(both.to)).toBe(false);
    await send(both);
    await reading;
    expect(p.toString("latin1", 0, n)).toBe(texts[0]);
  });

  it("wakes who waits already with what that brings to light", async () => {
    using both = await ends();
    await prime(joined, both);
    const reading = oneByOne(both.to, 20);
    await send(both);
    // Before the loop has a chance to tell that they are there.
    both.to.file().close();
    expect(await reading).toEqual(texts);
  });

  it("may have been one before it came to us", async () => {
    using both = await ends();
    both.to.syscallConn().setsockopt(constant("SOL_UDP"), constant("UDP_GRO"), 1);
    await send(both);
    expect((await received(both.to, joined.batch(), 20)).map(({ data }) => data)).toEqual(texts);
  });

  it("hands out what did not fit, though the kernel has nothing more", async () => {
    using both = await ends();
    await prime(joined, both);
    // Until it expects one datagram in a message, and asks for eight of them.
    const room = joined.batch({ messages: 8 });
    for (let i = 0; i < 100; i++) {
      await both.from.writeTo("one", both.to.localAddr!);
      expect(await both.to.readBatch(room)).toBe(1);
    }
    await send(both);
    expect((await received(both.to, room, 20)).map(({ data }) => data)).toEqual(texts);
  });

  it("takes so few messages that what is in them fits", async () => {
    using both = await ends();
    await prime(joined, both);
    const calls: number[] = [];
    await withFault({ recvmmsg: watched((n) => n > 0 && calls.push(n)) }, async () => {
      await send(both);
      await send(both);
      const room = joined.batch({ messages: 32 });
      const got = await received(both.to, room, 40);
      expect(got.map(({ data }) => data)).toEqual([...texts, ...texts]);
    });
    // Twenty each: none had to be put aside.
    expect(calls).toEqual([20, 20]);
  });
});

describe.skipIf(noJoining !== null)("datagrams that leave joined", () => {
  /** The system calls that a batch takes, and how many datagrams each moved. */
  async function callsFor(conn: UDPConn, batch: MessageBatch<UDPAddr>): Promise<number[]> {
    const calls: number[] = [];
    await withFault({ sendmmsg: watched((n) => calls.push(n)) }, () => conn.writeBatch(batch));
    return calls;
  }

  const refusals = ["EIO", "EINVAL", "EMSGSIZE", "ENOPROTOOPT", "EOPNOTSUPP"] as const;

  it.each(refusals)(
    "are sent apart when the kernel refuses that with %s, none lost and none twice",
    async (name) => {
      using both = await ends();
      await prime(plain, both);
      await withFault({ sendmmsg: failing(name) }, () => send(both));
      expect((await received(both.to, plain.batch(), 20)).map(({ data }) => data)).toEqual(texts);
      // For good, but for shorter ones than that which was too long.
      expect(await longestOf(() => send(both))).toBe(name === "EMSGSIZE" ? 65_506 : 0);
      expect((await received(both.to, plain.batch(), 20)).map(({ data }) => data)).toEqual(texts);
    },
  );

  /** How long those are that may leave joined, as the first call is told. */
  async function longestOf(body: () => Promise<void>): Promise<number> {
    const told: number[] = [];
    const note = (real: typeof binding.sendmmsg): typeof binding.sendmmsg => {
      return (fd, slab, block, flags) => {
        told.push(new Int32Array(block.buffer, block.byteOffset, 9)[8]);
        return real(fd, slab, block, flags);
      };
    };
    await withFault({ sendmmsg: note }, body);
    return told[0];
  }

  /** Refuses all that is joined. */
  const refusing = (name: ErrnoName) => (real: typeof binding.sendmmsg) => {
    return ((fd, slab, block, flags) => {
      const words = new Int32Array(block.buffer, block.byteOffset, 9);
      // Which is told behind the call; nothing of it has gone when it is not made.
      if (words[8] === 0) return real(fd, slab, block, flags);
      words[8] = 400;
      return -errno(name);
    }) as typeof binding.sendmmsg;
  };

  it("that are refused in the midst of a batch come in order, none lost and none twice", async () => {
    using both = await ends();
    await prime(plain, both);
    let calls = 0;
    const batch = joined.batch({ messages: 400 });
    for (let i = 0; i < 300; i++) batch.push(text(100, i), both.to.localAddr);
    await withFault(
      {
        sendmmsg: (real) => (fd, slab, block, flags) =>
          calls++ === 0 ? real(fd, slab, block, flags) : refusing("EIO")(real)(fd, slab, block, flags),
      },
      async () => expect(await both.from.writeBatch(batch)).toBe(300),
    );
    const got = await received(both.to, plain.batch({ messages: 256 }), 300);
    expect(got.map(({ data }) => data)).toEqual(Array.from({ length: 300 }, (_, i) => text(100, i)));
  });

  it("stay so when it was not that which was refused", async () => {
    using both = await ends();
    const nowhere = new UDPAddr({ ip: "127.0.0.1" });
    const bad = joined.batch();
    for (let i = 0; i < 3; i++) bad.push("aaaa", nowhere);
    const error = await rejection(both.from.writeBatch(bad));
    expect(error).toMatchObject({ code: "EINVAL", n: 0, op: "write", addr: nowhere });
    expect(await longestOf(() => send(both))).toBe(65_507);
    expect((await received(both.to, plain.batch(), 20)).map(({ data }) => data)).toEqual(texts);
  });

  it("are not looked for where the caller divides by himself", async () => {
    using both = await ends();
    both.from.syscallConn().setsockopt(constant("SOL_UDP"), constant("UDP_SEGMENT"), 100);
    const batch = joined.batch();
    batch.push(text(300, 1), both.to.localAddr);
    batch.push(text(300, 2), both.to.localAddr);
    await both.from.writeBatch(batch);
    const whole = text(300, 1) + text(300, 2);
    const got = (await received(both.to, plain.batch(), 6)).map(({ data }) => data);
    expect(got).toEqual([0, 1, 2, 3, 4, 5].map((i) => whole.slice(i * 100, i * 100 + 100)));
  });

  it("take one call for many, and as many as go into one", async () => {
    using both = await ends();
    const batch = joined.batch({ messages: 600, size: 100 });
    for (let i = 0; i < 500; i++) batch.push(text(100, i), both.to.localAddr);
    expect(await callsFor(both.from, batch)).toEqual([500]);
    const apart = plain.batch({ messages: 600, size: 100 });
    for (let i = 0; i < 500; i++) apart.push("x", both.to.localAddr);
    expect(await callsFor(both.from, apart)).toEqual([256, 244]);
  });

  it("take their control data along", async () => {
    using both = await ends();
    using other = await here("127.0.0.2");
    await prime(plain, both);
    // struct in_pktinfo: the address to send from.
    const oob = new Uint8Array(32);
    const view = new DataView(oob.buffer);
    view.setBigUint64(0, 28n, true);
    view.setInt32(8, constant("IPPROTO_IP"), true);
    view.setInt32(12, constant("IP_PKTINFO"), true);
    oob.set([127, 0, 0, 5], 20);
    other.close();
    using from = await here("0.0.0.0");
    const batch = joined.batch({ oob: 32 });
    for (let i = 0; i < 10; i++) batch.push("pkt", both.to.localAddr, oob);
    batch.push("pkt", both.to.localAddr);
    await from.writeBatch(batch);
    const addrs = (await received(both.to, plain.batch(), 11)).map(({ addr }) => addr.split(":")[0]);
    expect(addrs).toEqual([...Array<string>(10).fill("127.0.0.5"), "127.0.0.1"]);
  });
});
