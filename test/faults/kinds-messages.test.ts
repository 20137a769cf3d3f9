// Messages of no bytes, of too many, and with more descriptors than there is room for.

import { closeSync } from "node:fs";
import { Buffers, dialUDP, listenUDP, UDPAddr, type UDPConn, UnixConn } from "rawconn";
import { describe, expect, it } from "vitest";
import { type binding, constant } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { leaks, openDescriptors } from "../descriptors.js";
import { fdOf, outcome, readFull, turn } from "../poll/pair.js";
import { each, kindOf, receive } from "../support/kinds.js";
import { outcomeAfter } from "../support/outcome.js";
import { rights, rightsIn } from "../support/rights.js";
import { watched, withFault } from "./inject.js";

const messages = each((kind) => !kind.stream);
const packets = each((kind) => !kind.stream && !kind.ends);
const MSG_TRUNC = constant("MSG_TRUNC");
const MSG_CTRUNC = constant("MSG_CTRUNC");
const none = new Uint8Array(0);

/** What has `readFrom` with an address, whichever it is. */
type Receiver = UDPConn;

describe("an empty message", () => {
  it.each(packets)("is received, and is no end: %s", async (_name, kind) => {
    using ends = await kind.connect();
    expect(await ends.near.write(none)).toBe(0);
    expect(await ends.near.write("after")).toBe(5);
    expect(String(await receive(kind, ends.far))).toBe("");
    expect(String(await receive(kind, ends.far))).toBe("after");
  });

  it.each(packets)("wakes who waits, with its sender: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const receiving = (ends.far as Receiver).readFrom(new Uint8Array(64));
    await turn();
    await ends.near.write(none);
    expect(await receiving).toEqual({ n: 0, addr: ends.near.localAddr, truncated: false });
  });

  // As in Go: a sequence of packets ends by one without bytes, and an empty one cannot be told from that.
  it("of unixpacket reads as the end, and what comes after it is there", async () => {
    using ends = await kindOf("unixpacket").connect();
    await ends.near.write(none);
    await ends.near.write("after");
    expect(await ends.far.read(new Uint8Array(64))).toBe(null);
    expect(await ends.far.read(new Uint8Array(64))).toBe(5);
  });

  it.each(each((kind) => kind.stream))("is nothing at all on a stream: %s", async (_name, kind) => {
    using ends = await kind.connect();
    expect(await ends.near.write(none)).toBe(0);
    const reading = ends.far.read(new Uint8Array(8));
    expect(await outcomeAfter(10, reading)).toBe("pending");
    await ends.near.write("x");
    expect(await reading).toBe(1);
  });
});

describe("an empty buffer", () => {
  it.each(each())("reads 0 at once and takes nothing: %s", async (_name, kind) => {
    using ends = await kind.connect();
    expect(await ends.near.read(none)).toBe(0);
    await ends.far.write("kept");
    expect(await ends.near.read(none)).toBe(0);
    expect(String(await receive(kind, ends.near))).toBe("kept");
  });

  it.each(packets)("of readFrom waits for a message and takes it: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const first = (ends.near as Receiver).readFrom(none);
    expect(await outcomeAfter(10, first)).toBe("pending");
    await ends.far.write("lost");
    await ends.far.write("next");
    expect(await first).toMatchObject({ n: 0, truncated: true });
    expect(String(await receive(kind, ends.near))).toBe("next");
  });
});

describe("a message longer than its buffer", () => {
  it.each(messages)("is cut, and readFrom says so: %s", async (_name, kind) => {
    using ends = await kind.connect();
    await ends.near.write("0123456789");
    await ends.near.write("short");
    const far = ends.far as Receiver;
    const room = new Uint8Array(4 + kind.header);
    expect(await far.readFrom(room)).toMatchObject({ n: 4, truncated: true });
    expect(Buffer.from(room.subarray(0, 4)).toString()).toBe("0123");
    expect(await far.readFrom(new Uint8Array(64))).toMatchObject({ n: 5, truncated: false });
  });

  it.each(messages)("is cut, and the flags of readMsg say so: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const read = (length: number) =>
      ends.far instanceof UnixConn
        ? ends.far.readMsgUnix(new Uint8Array(length + kind.header), none)
        : (ends.far as Receiver).readMsg(new Uint8Array(length + kind.header), none);
    await ends.near.write("0123456789");
    await ends.near.write("short");
    const cut = await read(4);
    expect([cut!.n - kind.header, cut!.flags & MSG_TRUNC]).toEqual([4, MSG_TRUNC]);
    const whole = await read(5);
    expect([whole!.n - kind.header, whole!.flags & MSG_TRUNC]).toEqual([5, 0]);
  });
});

describe("a message longer than any may be", () => {
  it.each(messages)("is EMSGSIZE, and a smaller one goes: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const huge = new Uint8Array(kind.waits ? 8 << 20 : 70_000);
    expect(await outcome(ends.near.write(huge))).toMatchObject({
      error: { code: "EMSGSIZE", op: "write", syscall: "write" },
    });
    expect(await ends.near.write("small")).toBe(5);
    expect(String(await receive(kind, ends.far))).toBe("small");
  });

  it("goes up to the last byte that UDP can carry", async () => {
    using far = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    using near = await dialUDP("udp4", null, far.localAddr!);
    expect(await near.write(new Uint8Array(65_507))).toBe(65_507);
    expect(await far.readFrom(new Uint8Array(65_536))).toMatchObject({ n: 65_507, truncated: false });
    expect(await outcome(near.write(new Uint8Array(65_508)))).toMatchObject({ error: { code: "EMSGSIZE" } });
  });
});

// The most that Linux takes along in one message.
const MOST = 253;

describe.each(each((kind) => kind.name.startsWith("unix")))("descriptors over %s", (_name, kind) => {
  it("that find no room are closed by the system: the flags say so, and none is left", async () => {
    using ends = await kind.connect();
    const near = ends.near as UnixConn;
    const far = ends.far as UnixConn;
    const before = openDescriptors()!;
    const many = Array<number>(MOST).fill(fdOf(near).fd);
    for (let room = 0; room <= 1040; room += room < 40 ? 1 : 50) {
      await near.writeMsgUnix("x", rights(many), null);
      const oob = new Uint8Array(room);
      const got = await far.readMsgUnix(new Uint8Array(4), oob);
      const fds = rightsIn(oob.subarray(0, got!.oobn));
      expect(fds.length).toBe(Math.min(MOST, Math.max(0, Math.floor((room - 16) / 4))));
      expect((got!.flags & MSG_CTRUNC) !== 0).toBe(fds.length < MOST);
      for (const fd of fds) closeSync(fd);
    }
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });

  it("are closed by the system when they are received by a read that has no room at all", async () => {
    using ends = await kind.connect();
    const before = openDescriptors()!;
    const fds = [fdOf(ends.near).fd, fdOf(ends.far).fd];
    await (ends.near as UnixConn).writeMsgUnix("one", rights(fds), null);
    await (ends.near as UnixConn).writeMsgUnix("two", rights(fds), null);
    expect(await ends.far.read(new Uint8Array(3))).toBe(3);
    expect(await (ends.far as UnixConn).readFrom(new Uint8Array(3))).toMatchObject({ n: 3 });
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });

  it("that are still under way go with the connection", async () => {
    const before = openDescriptors()!;
    const ends = await kind.connect();
    // One of its own ends among them: a ring that only the kernel can undo.
    await (ends.near as UnixConn).writeMsgUnix("x", rights([fdOf(ends.far).fd]), null);
    ends[Symbol.dispose]();
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });
});

describe("a stream of which the kernel takes one byte at a time", () => {
  type Send = typeof binding.send;
  type SendMsg = typeof binding.sendmsg;
  type WriteV = typeof binding.writev;

  it.each(each((kind) => kind.stream))("gets all of a write, in order: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const sent = Buffer.from(Array.from({ length: 2000 }, (_, i) => i * 7));
    const small =
      (real: Send): Send =>
      (fd, p, offset) =>
        real(fd, p.subarray(0, offset + 1), offset);
    const reading = readFull(ends.far, sent.length);
    await withFault({ send: small }, async () => {
      expect(await ends.near.write(sent)).toBe(sent.length);
    });
    const read = await reading;
    expect(read.equals(sent)).toBe(true);
  });

  const streams = each((kind) => kind.stream);
  const pieces = Array.from({ length: 1500 }, (_, i) => Buffer.alloc(i % 3, i));
  const whole = Buffer.concat(pieces);

  it.each(streams)("gets all of many pieces, in order: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const reading = readFull(ends.far, whole.length);
    const small =
      (real: WriteV): WriteV =>
      (fd, all, first, offset) =>
        real(fd, [all[first].subarray(offset, offset + 1)], 0, 0);
    await withFault({ writev: small }, async () => {
      expect(await new Buffers(pieces).writeTo(ends.near)).toBe(whole.length);
    });
    expect((await reading).equals(whole)).toBe(true);
  });

  it.each(streams)("gets more pieces than one call may take: %s", async (_name, kind) => {
    using ends = await kind.connect();
    // Too large to be copied together.
    const size = 1100;
    const many = Array.from({ length: 3000 }, (_, i) => Buffer.alloc(size, i));
    let calls = 0;
    await withFault({ writev: watched<WriteV>(() => calls++) }, async () => {
      const [n, got] = await Promise.all([
        new Buffers(many).writeTo(ends.near),
        readFull(ends.far, many.length * size),
      ]);
      expect(n).toBe(many.length * size);
      expect(got.equals(Buffer.concat(many))).toBe(true);
    });
    expect(calls).toBeGreaterThanOrEqual(3);
  });

  it.each(streams)("and then none tells how many of the pieces' bytes went: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const list = new Buffers([Buffer.from("0123"), Buffer.from("4567"), Buffer.from("89")]);
    let calls = 0;
    const fails =
      (real: WriteV): WriteV =>
      (fd, all, first, offset) =>
        ++calls > 6 ? -errno("ENOBUFS") : real(fd, [all[first].subarray(offset, offset + 1)], 0, 0);
    await withFault({ writev: fails }, async () => {
      expect(await outcome(list.writeTo(ends.near))).toMatchObject({
        error: { code: "ENOBUFS", op: "writev", n: 6 },
      });
    });
    // What went is gone from the list, and the rest can be sent again.
    expect(await list.writeTo(ends.near)).toBe(4);
    expect(String(await readFull(ends.far, 10))).toBe("0123456789");
  });

  // As in Go: what goes along with the first bytes must not go twice, so the caller sends the rest.
  it("tells how many of a message went, and its descriptors go once", async () => {
    using ends = await kindOf("unix").connect();
    const small =
      (real: SendMsg): SendMsg =>
      (fd, p, header, flags) =>
        real(fd, p.subarray(0, 1), header, flags);
    const near = ends.near as UnixConn;
    const oob = rights([fdOf(near).fd]);
    await withFault({ sendmsg: small }, async () => {
      expect(await near.writeMsgUnix("many bytes", oob, null)).toEqual({ n: 1, oobn: oob.length });
    });
    const room = new Uint8Array(64);
    const got = await (ends.far as UnixConn).readMsgUnix(new Uint8Array(64), room);
    expect(got).toMatchObject({ n: 1 });
    const fds = rightsIn(room.subarray(0, got!.oobn));
    expect(fds).toHaveLength(1);
    for (const fd of fds) closeSync(fd);
  });
});
