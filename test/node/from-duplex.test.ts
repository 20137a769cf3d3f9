// A stream of Node's as a connection: what it says arrives whole, and deadlines and ends are those of a Conn.

import { once } from "node:events";
import { createServer, connect, type Socket } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { OpError, pipe, TCPAddr } from "rawconn";
import { type DuplexConn, fromDuplex, toDuplex, toSocket } from "rawconn/node";
import { outcomeAfter, rejection, SLACK, thrown, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { pattern, readAll, readText } from "./bytes.js";

/** A Duplex whose other end is a connection in memory. */
function ends() {
  const [near, far] = pipe();
  const duplex = toDuplex(near, { allowHalfOpen: true });
  return { conn: fromDuplex(duplex), duplex, far };
}

/** Both ends of a connection of Node's own. */
async function sockets(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const near = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [far] = (await once(server, "connection")) as [Socket];
  await once(near, "ready").catch(() => {});
  server.close();
  return [near, far];
}

describe("reading", () => {
  it("takes what there is, and leaves the rest for the next", async () => {
    const { conn, far } = ends();
    const writing = far.write("0123456789");
    const p = Buffer.alloc(4);
    expect([await conn.read(p), p.toString()]).toEqual([4, "0123"]);
    expect([await conn.read(p), p.toString()]).toEqual([4, "4567"]);
    expect([await conn.read(p), p.toString("utf8", 0, 2)]).toEqual([2, "89"]);
    await writing;
    conn.close();
  });

  it("serves reads that wait in order", async () => {
    const { conn, far } = ends();
    const [one, other] = [readText(conn), readText(conn)];
    await far.write("first");
    expect(await one).toBe("first");
    await far.write("second");
    expect(await other).toBe("second");
    conn.close();
  });

  it("resolves null at the end, again and again, also when the end came before", async () => {
    const { conn, duplex, far } = ends();
    const waiting = readText(conn);
    far.close();
    expect(await waiting).toBe(null);
    expect(await readText(conn)).toBe(null);
    conn.close();
    expect(duplex.destroyed || (await once(duplex, "close"))).toBeTruthy();
  });

  it("asks nothing of an empty array", async () => {
    const { conn } = ends();
    expect(await conn.read(new Uint8Array())).toBe(0);
    conn.close();
  });

  it("reads strings of a stream that decodes", async () => {
    const stream = new PassThrough({ encoding: "utf8" });
    const conn = fromDuplex(stream);
    stream.write("grün");
    expect(await readText(conn)).toBe("grün");
    conn.close();
  });

  it("holds no more than the stream does for a reader that is slow", async () => {
    const [near, far] = await sockets();
    const conn = fromDuplex(near);
    const bytes = pattern(4 << 20);
    far.end(bytes);
    for (let i = 0; i < 100; i++) await turn();
    expect(near.readableLength).toBeLessThanOrEqual(2 * near.readableHighWaterMark + 65536);
    expect((await readAll(conn)).equals(bytes)).toBe(true);
    conn.close();
    await once(near, "close");
    far.destroy();
  });

  it("rejects for a buffer that was taken away, and loses no byte", async () => {
    const { conn, far } = ends();
    const p = new Uint8Array(8);
    const reading = rejection(conn.read(p));
    structuredClone(p, { transfer: [p.buffer] });
    const writing = far.write("kept");
    expect((await reading).code).toBe("ERR_BUFFER_DETACHED");
    expect(await readText(conn)).toBe("kept");
    await writing;
    conn.close();
  });
});

describe("writing", () => {
  it("resolves when the stream has passed it on, in order", async () => {
    const { conn, far } = ends();
    const writes = Promise.all([conn.write("one"), conn.write(""), conn.write(Buffer.from("two"))]);
    expect(await readText(far)).toBe("one");
    expect(await readText(far)).toBe("two");
    expect(await writes).toEqual([3, 0, 3]);
    conn.close();
  });

  it("waits for a peer that does not read", async () => {
    const { conn, far } = ends();
    const writing = conn.write("x");
    expect(await outcomeAfter(20, writing)).toBe("pending");
    await readText(far);
    expect(await writing).toBe(1);
    conn.close();
  });

  it("ends with closeWrite after what was written, and reads on", async () => {
    const [near, far] = await sockets();
    const conn = fromDuplex(near);
    void conn.write("all ");
    void conn.write("of it");
    conn.closeWrite();
    expect((await rejection(conn.write("late"))).code).toBe("EPIPE");
    let heard = "";
    far.setEncoding("utf8").on("data", (text) => (heard += text));
    await once(far, "end");
    expect(heard).toBe("all of it");
    far.end("answer");
    expect((await readAll(conn)).toString()).toBe("answer");
    conn.close();
  });
});

it.each([
  ["socket", toSocket],
  ["stream of a connection", toDuplex],
])("a %s answers after its peer's end, although it was not made to", async (_, bridge) => {
  using ends = await pair();
  const stream = bridge(ends.server);
  const conn = fromDuplex(stream);
  ends.client.closeWrite();
  expect(await readText(conn)).toBe(null);
  for (let i = 0; i < 5; i++) await turn();
  await conn.write("answer");
  conn.close();
  expect((await readAll(ends.client)).toString()).toBe("answer");
  if (!stream.closed) await once(stream, "close");
});

describe("deadlines", () => {
  const sides: [
    string,
    (conn: DuplexConn) => Promise<unknown>,
    (conn: DuplexConn, t: number | null) => void,
  ][] = [
    ["read", (conn) => conn.read(Buffer.alloc(1)), (conn, t) => conn.setReadDeadline(t)],
    ["write", (conn) => conn.write("x"), (conn, t) => conn.setWriteDeadline(t)],
  ];

  it.each(sides)(
    "a %s that waits fails when it comes, not before, also when it is set meanwhile",
    async (op, begin, set) => {
      const { conn } = ends();
      const waiting = rejection(begin(conn));
      const at = Date.now() + 40;
      set(conn, at);
      const error = await waiting;
      expect(Date.now()).toBeGreaterThanOrEqual(at);
      expect(Date.now()).toBeLessThan(at + SLACK);
      expect(error).toBeInstanceOf(OpError);
      expect(error).toMatchObject({ op, code: "ERR_DEADLINE", message: `${op} duplex: i/o timeout` });
      conn.close();
    },
  );

  it.each(sides)("a %s fails at once after it", async (_, begin, set) => {
    const { conn } = ends();
    set(conn, 1);
    expect((await rejection(begin(conn))).timeout()).toBe(true);
    conn.close();
  });

  it("reads again after a later one", async () => {
    const { conn, far } = ends();
    conn.setReadDeadline(1);
    await rejection(conn.read(Buffer.alloc(1)));
    conn.setReadDeadline(null);
    void far.write("revived");
    expect(await readText(conn)).toBe("revived");
    conn.close();
  });

  it("writes again after a later one, if none was under way", async () => {
    const { conn, far } = ends();
    conn.setDeadline(1);
    await rejection(conn.write("never sent"));
    conn.setDeadline(null);
    void conn.write("sent").catch(() => {});
    expect(await readText(far)).toBe("sent");
    conn.close();
  });

  it("writes never again after one that was cut under way: nobody knows where the next would begin", async () => {
    const { conn, far } = ends();
    const cut = rejection(conn.write("first"));
    const queued = rejection(conn.write("second"));
    conn.setWriteDeadline(Date.now() + 10);
    expect(await cut).toMatchObject({ code: "ERR_DEADLINE", n: 0 });
    expect(await queued).toMatchObject({ code: "ERR_DEADLINE", n: 0 });
    conn.setWriteDeadline(null);
    expect((await rejection(conn.write("third"))).code).toBe("ERR_DEADLINE");
    expect(await readText(far)).toBe("first");
    conn.close();
  });

  it("cannot end after one that was cut, and says so rather than leave the peer waiting", async () => {
    const { conn, duplex } = ends();
    const cut = rejection(conn.write("first"));
    conn.setWriteDeadline(Date.now() + 10);
    await cut;
    expect(thrown(() => conn.closeWrite())).toMatchObject({ op: "close", code: "ERR_DEADLINE" });
    expect(duplex.writableEnded).toBe(false);
    conn.close();
  });

  it("does not send later what its caller was told has failed and has changed since", async () => {
    const { conn, far } = ends();
    const p = Buffer.from("before");
    const cut = rejection(conn.write(p));
    conn.setWriteDeadline(Date.now() + 10);
    await cut;
    p.fill("!");
    expect(await readText(far)).toBe("before");
    conn.close();
  });
});

describe("the end", () => {
  it("close rejects what waits, ends the stream, and throws the second time", async () => {
    const { conn, duplex, far } = ends();
    const waiting = [rejection(conn.read(Buffer.alloc(1))), rejection(conn.write("x"))];
    conn.close();
    for (const error of await Promise.all(waiting)) expect(error.code).toBe("ERR_CLOSED");
    expect(thrown(() => conn.close()).code).toBe("ERR_CLOSED");
    expect(thrown(() => conn.setDeadline(null)).code).toBe("ERR_CLOSED");
    conn[Symbol.dispose]();
    expect((await rejection(conn.read(Buffer.alloc(0)))).code).toBe("ERR_CLOSED");
    expect((await readAll(far)).toString()).toBe("x");
    if (!duplex.closed) await once(duplex, "close");
  });

  it("what a destroyed stream failed with is what reads and writes fail with", async () => {
    const { conn, duplex } = ends();
    const waiting = [rejection(conn.read(Buffer.alloc(1))), rejection(conn.write("x"))];
    const cause = Object.assign(new Error("the cable"), { code: "ECABLE" });
    duplex.destroy(cause);
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: "ECABLE", cause });
    conn.close();
  });

  it("what came before a failure is read before it", async () => {
    using ends = await pair();
    const socket = toSocket(ends.client);
    const conn = fromDuplex(socket);
    await ends.server.write("all of ");
    expect(await readText(conn)).toBe("all of ");
    await ends.server.write("it");
    await once(socket, "readable");
    const closed = new Promise((resolve) => socket.on("close", resolve));
    ends.server.setLinger(0);
    ends.server.close();
    await closed;
    expect(await readText(conn)).toBe("it");
    for (const _ of "12")
      expect(await rejection(conn.read(Buffer.alloc(1)))).toMatchObject({ code: "ECONNRESET", op: "read" });
    conn.close();
  });

  it("a stream that is destroyed without a word is closed", async () => {
    const { conn, duplex } = ends();
    const reading = rejection(conn.read(Buffer.alloc(1)));
    duplex.destroy();
    expect((await reading).code).toBe("ERR_CLOSED");
    expect((await rejection(fromDuplex(duplex).read(Buffer.alloc(1)))).code).toBe("ERR_CLOSED");
  });

  it("a stream that does not take its end is destroyed all the same", async () => {
    const stuck = new Duplex({ read() {}, write() {} });
    const conn = fromDuplex(stuck);
    void conn.write("stays").catch(() => {});
    conn.close();
    expect(stuck.destroyed).toBe(false);
    await once(stuck, "close");
  }, 10_000);
});

describe("fromDuplex", () => {
  it("knows the addresses of a socket, or those it is told", async () => {
    const [near, far] = await sockets();
    const conn = fromDuplex(near);
    expect(String(conn.remoteAddr)).toBe(`127.0.0.1:${near.remotePort}`);
    expect(String(conn.localAddr)).toBe(`127.0.0.1:${near.localPort}`);
    const told = fromDuplex(far, { localAddr: null, remoteAddr: new TCPAddr({ ip: "192.0.2.1", port: 7 }) });
    expect([told.localAddr, String(told.remoteAddr)]).toEqual([null, "192.0.2.1:7"]);
    conn.close();
    told.close();
    await Promise.all([near, far].map(async (socket) => socket.closed || once(socket, "close")));
  });

  it("refuses what is no Duplex of bytes", () => {
    for (const value of [null, {}, new Duplex({ objectMode: true }), pipe()[0]])
      expect(thrown(() => fromDuplex(value as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    expect(() => fromDuplex(new PassThrough(), 3 as never)).toThrow(/an object/);
  });

  it("rejects for what is no buffer", async () => {
    const { conn } = ends();
    expect((await rejection(conn.read("p" as never))).code).toBe("ERR_INVALID_ARG_TYPE");
    expect((await rejection(conn.write(3 as never))).code).toBe("ERR_INVALID_ARG_TYPE");
    conn.close();
  });
});
