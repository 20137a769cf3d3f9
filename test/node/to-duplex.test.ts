// A connection as a stream of Node's: no byte lost, none read that nobody asked for, and an end for every end.

import { once } from "node:events";
import { finished, pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { dialUDP, pipe, UDPAddr } from "rawconn";
import { type ConnDuplex, type StreamConn, toDuplex } from "rawconn/node";
import { each } from "../support/kinds.js";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { nextText, pattern, readAll, readText } from "./bytes.js";

interface Ends extends Disposable {
  near: StreamConn;
  far: StreamConn;
}

const sockets: [string, () => Promise<Ends>][] = each((kind) => kind.stream).map(([name, kind]) => [
  name,
  () => kind.connect(),
]);
const memory: [string, () => Promise<Ends>] = [
  "pipe",
  async () => {
    const [near, far] = pipe();
    return { near, far, [Symbol.dispose]: () => (near.close(), far.close()) };
  },
];

describe.each([...sockets, memory])("over a %s", (_, connect) => {
  it("talks both ways", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near);
    stream.write("there");
    expect(await readText(ends.far)).toBe("there");
    const heard = nextText(stream);
    await ends.far.write("back");
    expect(await heard).toBe("back");
    stream.destroy();
  });

  it("carries megabytes each way at once", async () => {
    using ends = await connect();
    const bytes = pattern(3 << 20);
    const [near, far] = [toDuplex(ends.near), toDuplex(ends.far)];
    const collect = async (stream: ConnDuplex) => {
      const pieces: Buffer[] = [];
      let left = bytes.length;
      for await (const piece of stream.iterator({ destroyOnReturn: false })) {
        pieces.push(piece as Buffer);
        left -= (piece as Buffer).length;
        if (left <= 0) break;
      }
      return Buffer.concat(pieces);
    };
    const send = (stream: ConnDuplex) => {
      for (let at = 0; at < bytes.length; at += 70_001) stream.write(bytes.subarray(at, at + 70_001));
    };
    send(near);
    send(far);
    const [one, other] = await Promise.all([collect(near), collect(far)]);
    expect(one.equals(bytes)).toBe(true);
    expect(other.equals(bytes)).toBe(true);
    near.destroy();
    far.destroy();
  });

  it("closes the connection when it is destroyed, and the peer reads to the end", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near);
    stream.resume();
    stream.destroy();
    await once(stream, "close");
    expect(await readText(ends.far)).toBe(null);
    expect((await rejection(ends.near.read(Buffer.alloc(1)))).code).toMatch(/^ERR_CLOSED/);
  });

  it("ends when the peer does", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near);
    stream.resume();
    ends.far.close();
    await finished(stream);
  });

  it("fails when the connection is closed under it", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near);
    stream.resume();
    const failed = once(stream, "error");
    ends.near.close();
    expect((await failed)[0]).toMatchObject({ code: expect.stringMatching(/^ERR_CLOSED/) });
    expect(stream.destroyed).toBe(true);
  });

  it("fails with the deadline of the connection", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near);
    stream.resume();
    const failed = once(stream, "error");
    ends.near.setReadDeadline(Date.now() + 10);
    expect((await failed)[0]).toMatchObject({ code: "ERR_DEADLINE", op: "read" });
    expect((await rejection(ends.near.write("x"))).code).toMatch(/^ERR_CLOSED/);
  });

  it("reads nothing before somebody asks, and then no more than it may hold", async () => {
    using ends = await connect();
    const reads: number[] = [];
    const read = ends.near.read.bind(ends.near);
    ends.near.read = (p) => (reads.push(p.length), read(p));
    const stream = toDuplex(ends.near);
    void ends.far.write(Buffer.alloc(8 << 20)).catch(() => {});
    await turn();
    expect(reads).toEqual([]);
    stream.read(0);
    for (let i = 0; i < 200; i++) await turn();
    const held = stream.readableLength;
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThanOrEqual(2 * stream.readableHighWaterMark);
    const before = reads.length;
    for (let i = 0; i < 50; i++) await turn();
    expect(reads.length).toBe(before);
    stream.destroy();
  });
});

describe.each(sockets)("half-close over %s", (_, connect) => {
  it("ends what is written with end, and reads on", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near, { allowHalfOpen: true });
    stream.end("last");
    expect((await readAll(ends.far)).toString()).toBe("last");
    const heard = nextText(stream);
    await ends.far.write("yet");
    expect(await heard).toBe("yet");
    ends.far.close();
    await once(stream, "close");
  });

  it("writes on after the peer's end when that is asked for", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near, { allowHalfOpen: true });
    stream.resume();
    ends.far.closeWrite!();
    await once(stream, "end");
    stream.end("answer");
    expect((await readAll(ends.far)).toString()).toBe("answer");
  });

  it("ends itself after the peer's end otherwise", async () => {
    using ends = await connect();
    const stream = toDuplex(ends.near);
    stream.resume();
    ends.far.closeWrite!();
    expect(await readText(ends.far)).toBe(null);
    await finished(stream);
  });
});

describe("over a pipe", () => {
  it("end closes it, since the peer would not hear of it otherwise", async () => {
    const [near, far] = pipe();
    const stream = toDuplex(near);
    const ended = once(stream.resume(), "end");
    stream.end("last");
    expect((await readAll(far)).toString()).toBe("last");
    await Promise.all([ended, finished(stream)]);
  });

  it("takes nothing any more that comes after its end", async () => {
    const [near, far] = pipe();
    const stream = toDuplex(near).resume();
    const errors: Error[] = [];
    stream.on("error", (error) => errors.push(error));
    const p = Buffer.alloc(16);
    const answering = far.read(p).then(() => far.write("bye"));
    // Once the stream reads, the answer is there before its end, and told of after it.
    await turn();
    stream.end("quit");
    await answering.catch(() => {});
    for (let i = 0; i < 5; i++) await turn();
    expect(stream.closed).toBe(true);
    expect(errors).toEqual([]);
  });

  it("end is no failure of a read that waits", async () => {
    const [near] = pipe();
    const stream = toDuplex(near);
    const errors: Error[] = [];
    stream.on("error", (error) => errors.push(error));
    stream.read(0);
    stream.end();
    await once(stream, "finish");
    for (let i = 0; i < 5; i++) await turn();
    expect(errors).toEqual([]);
  });

  it("passes over an empty write, which is no end", async () => {
    const [near, far] = pipe();
    const stream = toDuplex(near);
    const heard = nextText(stream);
    await far.write("");
    await far.write("full");
    expect(await heard).toBe("full");
    stream.destroy();
  });
});

describe("toDuplex", () => {
  it("takes an end that the peer cannot be told any more for one", async () => {
    using ends = await pair();
    const stream = toDuplex(ends.client);
    // A reset, which nobody has read of yet: shutdown(2) then says that there is no connection.
    ends.server.setLinger(0);
    ends.server.close();
    await new Promise((resolve) => stream.end(resolve));
    expect([stream.writableFinished, stream.errored]).toEqual([true, null]);
    stream.destroy();
  });

  it.each([
    ["at once when nothing is left", async (stream: ConnDuplex) => once(stream.end("all"), "finish")],
    ["when what was written went", async (stream: ConnDuplex) => stream.write("all")],
  ])("destroySoon closes it whatever the peer does: %s", async (_, before) => {
    using ends = await pair();
    const stream = toDuplex(ends.client, { allowHalfOpen: true }).resume();
    await before(stream);
    const closed = once(stream, "close");
    stream.destroySoon();
    await closed;
    expect((await readAll(ends.server)).toString()).toBe("all");
    expect((await rejection(ends.client.write("x"))).code).toBe("ERR_CLOSED");
  });

  it("calls a write back only when the connection has taken it", async () => {
    const [near, far] = pipe();
    const stream = toDuplex(near);
    const written = new Promise((resolve) => stream.write("bytes", resolve));
    expect(await outcomeAfter(20, written)).toBe("pending");
    await far.read(Buffer.alloc(5));
    await written;
    stream.destroy();
  });

  it("gives what was written together to one writev", async () => {
    using ends = await pair();
    const lists: number[] = [];
    const writev = ends.client.writev.bind(ends.client);
    ends.client.writev = (pieces) => (lists.push(pieces.length), writev(pieces));
    const stream = toDuplex(ends.client);
    stream.cork();
    for (const piece of ["a", "b", "c"]) stream.write(piece);
    stream.uncork();
    expect(await readText(ends.server)).toBe("abc");
    expect(lists).toEqual([3]);
    stream.destroy();
  });

  it("destroys itself when a write fails, with that error", async () => {
    using ends = await pair();
    const stream = toDuplex(ends.client);
    ends.client.setWriteDeadline(1);
    const failed = once(stream, "error");
    const closed = new Promise((resolve) => stream.on("close", resolve));
    stream.write("x");
    expect((await failed)[0]).toMatchObject({ code: "ERR_DEADLINE", op: "write" });
    await closed;
    expect(await readText(ends.server)).toBe(null);
  });

  it("echoes through a pipeline", async () => {
    using ends = await pair();
    const server = toDuplex(ends.server, { allowHalfOpen: true });
    const echoing = pipeline(server, server);
    const bytes = pattern(1 << 20);
    const [heard] = await Promise.all([
      readAll(ends.client),
      ends.client.write(bytes).then(() => ends.client.closeWrite()),
    ]);
    await echoing;
    expect(heard.equals(bytes)).toBe(true);
  });

  it("tells the addresses of its ends as a socket does, and has none over a pipe", async () => {
    using ends = await pair("tcp4");
    const stream = toDuplex(ends.client);
    const { remoteAddress, remotePort, localAddress, localPort } = stream;
    expect({ remoteAddress, remotePort }).toEqual({
      remoteAddress: "127.0.0.1",
      remotePort: ends.listener.addr!.port,
    });
    expect({ localAddress, localPort }).toEqual({
      localAddress: "127.0.0.1",
      localPort: ends.client.localAddr!.port,
    });
    stream.destroy();
    const bare = toDuplex(pipe()[0]);
    expect([bare.remoteAddress, bare.remotePort, bare.localAddress]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("refuses what is no stream connection", async () => {
    using udp = await dialUDP("udp", null, new UDPAddr({ ip: "127.0.0.1", port: 9 }));
    for (const value of [null, undefined, {}, 3, udp, new URL("tcp://x")]) {
      expect(thrown(() => toDuplex(value as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    }
    const [near] = pipe();
    expect(() => toDuplex(near, { allowHalfOpen: "yes" as never })).toThrow(/a boolean/);
  });
});
