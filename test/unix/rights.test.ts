// Descriptors sent through Unix domain sockets: every one arrives close-on-exec and is the receiver's, or is closed.

import { closeSync, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { fileConn, type UnixConn, type UnixListenNetwork } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { MessageBlock } from "#lib/internal/socket/message-block.js";
import { arrived, closeAll, itemLength, rights } from "../support/control-data.js";
import { rejection } from "../support/outcome.js";
import { disposeOf, pair } from "../support/pair.js";
import { unixgram, unixPair } from "../support/unix.js";

const none = new Uint8Array(0);
const MSG_CTRUNC = constant("MSG_CTRUNC");
// As many as the kernel takes with one message: SCM_MAX_FD.
const MOST = 253;

/** How many descriptors this process has. */
const count = () => readdirSync("/proc/self/fd").length;

// The first operation that waits makes the poller, which has two: none of the tests is to count those.
beforeAll(async () => {
  using both = await connected("unix");
  const waiting = rejection(both.to.read(new Uint8Array(1)));
  both.to.close();
  await waiting;
});

/** Two ends that send to each other, of any kind. */
interface Ends extends Disposable {
  send: (p: Uint8Array | string, oob: Uint8Array) => Promise<{ n: number; oobn: number }>;
  to: UnixConn;
}

async function connected(network: UnixListenNetwork): Promise<Ends> {
  const { client, server, listener } = await unixPair(network);
  return {
    send: (p, oob) => client.writeMsgUnix(p, oob, null),
    to: server,
    [Symbol.dispose]: () => disposeOf(client, server, listener),
  };
}

async function datagrams(): Promise<Ends> {
  const [from, to] = [await unixgram(), await unixgram()];
  return {
    send: (p, oob) => from.writeMsgUnix(p, oob, to.localAddr),
    to,
    [Symbol.dispose]: () => disposeOf(from, to),
  };
}

const kinds: [string, () => Promise<Ends>][] = [
  ["unix", () => connected("unix")],
  ["unixpacket", () => connected("unixpacket")],
  ["unixgram", datagrams],
];

/** A descriptor of something that is easy to tell apart, for the length of a callback. */
async function withFile<T>(use: (fd: number) => Promise<T>): Promise<T> {
  const fd = openSync("/proc/self/status", "r");
  try {
    return await use(fd);
  } finally {
    closeSync(fd);
  }
}

/** Takes one message: what it tells, and the descriptors with it. */
async function take(from: UnixConn, space: number, room = 8) {
  const oob = new Uint8Array(space);
  const { n, oobn, flags, addr } = (await from.readMsgUnix(new Uint8Array(room), oob))!;
  return { n, oobn, cut: (flags & MSG_CTRUNC) !== 0, addr, fds: arrived(oob.subarray(0, oobn)) };
}

const isCloexec = (fd: number) =>
  /^flags:\s*0?2\d{6}$/m.test(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));

describe.each(kinds)("through %s", (network, ends) => {
  it("a descriptor arrives as another number for the same thing, close-on-exec", async () => {
    using both = await ends();
    await withFile(async (fd) => {
      const oob = rights(fd, 1);
      expect(await both.send("abc", oob)).toEqual({ n: 3, oobn: oob.length });
      const { n, oobn, cut, fds } = await take(both.to, 256);
      expect({ n, oobn, cut, count: fds.length }).toEqual({ n: 3, oobn: oob.length, cut: false, count: 2 });
      expect(fds.map((copy) => fstatSync(copy).ino)).toEqual([fd, 1].map((own) => fstatSync(own).ino));
      expect(fds).not.toContain(fd);
      expect(fds.map(isCloexec)).toEqual([true, true]);
      closeAll(fds);
    });
  });

  it("none is lost or left over, however little room there is for them", async () => {
    using both = await ends();
    await withFile(async (fd) => {
      const oob = rights(...Array<number>(MOST).fill(fd));
      const before = count();
      const cases = [
        ...Array.from({ length: 1025 }, (_, space) => space),
        itemLength(MOST * 4),
        oob.length,
        4096,
      ];
      for (const space of cases) {
        await both.send("x", oob);
        const { n, cut, fds } = await take(both.to, space);
        const fit = Math.min(MOST, Math.max(0, Math.floor((space - itemLength(0)) / 4)));
        expect({ space, n, fds: fds.length, cut }).toEqual({ space, n: 1, fds: fit, cut: fit < MOST });
        expect(count()).toBe(before + fit);
        closeAll(fds);
        expect(count()).toBe(before);
      }
    });
  });

  it.each(["read", "readFrom", "readMsgUnix without room"])("a plain %s leaks none", async (how) => {
    using both = await ends();
    const p = () => new Uint8Array(8);
    await withFile(async (fd) => {
      const before = count();
      for (let i = 0; i < 10; i++) {
        await both.send("ab", rights(fd, fd, fd));
        if (how === "read") expect(await both.to.read(p())).toBe(2);
        else if (how === "readFrom") expect((await both.to.readFrom(p()))!.n).toBe(2);
        else expect(await take(both.to, 0)).toMatchObject({ n: 2, oobn: 0, cut: true });
      }
      expect(count()).toBe(before);
    });
  });

  it("a message that is cut has all its descriptors", async () => {
    using both = await ends();
    await withFile(async (fd) => {
      await both.send("abcdef", rights(fd));
      const { n, cut, fds } = await take(both.to, 64, 2);
      expect({ n, cut, count: fds.length }).toEqual({ n: 2, cut: false, count: 1 });
      closeAll(fds);
    });
  });

  it("those that nobody read are gone with the socket", async () => {
    const both = await ends();
    await withFile(async (fd) => {
      const before = count();
      for (let i = 0; i < 3; i++) await both.send("x", rights(fd));
      both[Symbol.dispose]();
      expect(count()).toBeLessThan(before);
    });
  });

  it("a message that waits for its descriptors gets them", async () => {
    using both = await ends();
    const taking = take(both.to, 64);
    await withFile(async (fd) => void (await both.send("late", rights(fd))));
    const { n, fds } = await taking;
    expect([n, fds.length]).toEqual([4, 1]);
    closeAll(fds);
  });

  it("what is no descriptor is refused, and nothing goes", async () => {
    using both = await ends();
    await expect(both.send("x", rights(0x7fffffff))).rejects.toMatchObject({
      op: "write",
      code: "EBADF",
      syscall: "sendmsg",
    });
    await expect(both.send("x", rights(...Array<number>(MOST + 1).fill(1)))).rejects.toMatchObject({
      code: "EINVAL",
    });
    // Control data that makes no sense, too.
    await expect(both.send("x", new Uint8Array(64).fill(255))).rejects.toMatchObject({ code: "EINVAL" });
    expect(await both.send("y", none)).toEqual({ n: 1, oobn: 0 });
    expect(await take(both.to, 64)).toMatchObject({ n: 1, oobn: 0, fds: [] });
    expect(network).toBe(both.to.localAddr!.network);
  });
});

// Linux takes control data along with bytes only, except with datagrams, where a packet may be empty.
describe.each(["unix", "unixpacket"] as const)("the byte that goes along through %s", (network) => {
  it("is sent where there is no other, and counts for nothing", async () => {
    using both = await connected(network);
    await withFile(async (fd) => {
      const oob = rights(fd);
      for (const empty of [none, ""]) expect(await both.send(empty, oob)).toEqual({ n: 0, oobn: oob.length });
      // Received as the byte that it is, with room for it or without.
      for (const room of [8, 0]) {
        const { n, fds } = await take(both.to, 64, room);
        expect([n, fds.length]).toEqual([1, 1]);
        closeAll(fds);
      }
    });
  });

  it("is taken from the bytes of a message when a read has no room", async () => {
    using both = await connected(network);
    await withFile(async (fd) => {
      await both.send("abc", rights(fd));
      const { n, fds } = await take(both.to, 64, 0);
      expect([n, fds.length]).toEqual([1, 1]);
      closeAll(fds);
      await both.send("next", none);
      const p = Buffer.alloc(8);
      const rest = await both.to.read(p);
      // A stream goes on behind that byte; of a record it was all that there was room for.
      expect(p.toString("latin1", 0, rest!)).toBe(network === "unix" ? "bcnext" : "next");
    });
  });
});

it("a record with descriptors and no bytes is no end", async () => {
  using both = await unixPair("unixpacket");
  await withFile(async (fd) => {
    // Here one byte always goes along; other programs need not do that.
    const block = new MessageBlock(64);
    const oob = rights(fd);
    block.give(0, oob.length);
    block.control.set(oob);
    const raw = both.client.syscallConn();
    expect(raw.control((number) => binding.sendmsg(number, none, block.bytes, 0))).toBe(0);
    const { n, fds } = await take(both.server, 64);
    expect([n, fds.length]).toEqual([0, 1]);
    closeAll(fds);
  });
});

it("a datagram with descriptors and no bytes is an empty one", async () => {
  using both = await datagrams();
  await withFile(async (fd) => {
    const oob = rights(fd);
    expect(await both.send("", oob)).toEqual({ n: 0, oobn: oob.length });
    const { n, fds } = await take(both.to, 64, 0);
    expect([n, fds.length]).toEqual([0, 1]);
    closeAll(fds);
  });
});

it("a read of a stream ends behind the bytes that descriptors came with", async () => {
  using both = await connected("unix");
  await withFile(async (fd) => {
    await both.send("ab", none);
    await both.send("cd", rights(fd));
    await both.send("ef", rights(fd, fd));
    const seen = [];
    for (let i = 0; i < 2; i++) {
      const { n, fds } = await take(both.to, 64, 64);
      seen.push([n, fds.length]);
      closeAll(fds);
    }
    expect(seen).toEqual([
      [4, 1],
      [2, 2],
    ]);
  });
});

it("a connection handed over is one, and its number stays the receiver's to close", async () => {
  using both = await connected("unix");
  using tcp = await pair();
  await using file = tcp.client.file();
  await both.send("", rights(file.fd));
  const { fds } = await take(both.to, 64);
  tcp.client.close();
  using conn = fileConn(fds[0]);
  closeAll(fds);
  expect(conn.remoteAddr).toEqual(tcp.listener.addr);
  await conn.write("hello");
  expect(await tcp.server.read(new Uint8Array(8))).toBe(5);
  expect(binding.fcntl(fds[0], constant("F_GETFD"), 0)).toBeLessThan(0);
});

it("what was sent behind them in the same moment is read without another wake-up", async () => {
  const { client, server, listener } = await unixPair("unix");
  try {
    const p = new Uint8Array(8);
    // Waiting, it is watched: all that is sent before the loop turns makes one event.
    const first = server.read(p);
    const sent = await withFile(async (fd) => [
      client.writeMsgUnix("a", rights(fd), null),
      client.write("b"),
    ]);
    expect(await first).toBe(1);
    server.setReadDeadline(Date.now() + 5000);
    expect(await server.read(p)).toBe(1);
    expect(Buffer.from(p).toString("latin1", 0, 1)).toBe("b");
    await Promise.all<unknown>(sent);
  } finally {
    disposeOf(client, server, listener);
  }
});
