// Streams and records of Unix domain sockets, where they are like TCP: halves, ends, and what they refuse.

import { describe, expect, it } from "vitest";
import { dial, dialUnix, isTemporary, isTimeout, listen } from "rawconn";
import { binding } from "#lib/internal/binding.js";
import { outcomeAfter, rejection, turn } from "../support/outcome.js";
import { freshAddr, socketPath, unixPair } from "../support/unix.js";

const room = () => new Uint8Array(64);

describe.each(["unix", "unixpacket"] as const)("a connection of %s", (network) => {
  const ends = () => unixPair(network);

  it.each(["client", "server"] as const)("that its %s half-closes goes on the other way", async (who) => {
    using pair = await ends();
    const [here, there] = who === "client" ? [pair.client, pair.server] : [pair.server, pair.client];
    await here.write("last");
    here.closeWrite();
    expect(await there.read(room())).toBe(4);
    expect(await there.read(room())).toBeNull();
    expect(await rejection(here.write("more"))).toMatchObject({ code: "EPIPE", n: 0, syscall: "write" });
    expect(await there.write("answer")).toBe(6);
    expect(await here.read(room())).toBe(6);
  });

  it("whose reading side is shut reads its end at once, and one that waits does, too", async () => {
    using pair = await ends();
    const reading = pair.client.read(room());
    await turn();
    pair.client.closeRead();
    expect(await reading).toBeNull();
    expect(await pair.client.read(room())).toBeNull();
    expect(await pair.client.readFrom(room())).toBeNull();
    expect(await rejection(pair.server.write("x"))).toMatchObject({ code: "EPIPE" });
    await pair.client.write("y");
    expect(await pair.server.read(room())).toBe(1);
  });

  it("whose peer is gone reads to the end, and cannot write", async () => {
    using pair = await ends();
    await pair.server.write("z");
    pair.server.close();
    expect(await pair.client.read(room())).toBe(1);
    expect(await pair.client.read(room())).toBeNull();
    expect(await pair.client.readFrom(room())).toBeNull();
    expect(await pair.client.readMsgUnix(room(), room())).toBeNull();
    expect(await rejection(pair.client.write("x"))).toMatchObject({
      code: "EPIPE",
      message: `write ${network} @->${pair.listener.addr}: write: broken pipe`,
    });
  });

  it("whose peer closed without reading it all is reset, once", async () => {
    using pair = await ends();
    await pair.client.write("unread");
    pair.server.close();
    expect(await rejection(pair.client.read(room()))).toMatchObject({ op: "read", code: "ECONNRESET" });
    expect(await pair.client.read(room())).toBeNull();
  });

  it("is not told to have ended by who gave no room for a byte", async () => {
    using pair = await ends();
    const none = new Uint8Array(0);
    for (const p of ["abc", "def"]) await pair.server.write(p);
    // A record is taken, all the same, and what comes of a stream stays.
    expect(await pair.client.readFrom(none)).toMatchObject({ n: 0, truncated: network === "unixpacket" });
    expect(await pair.client.read(none)).toBe(0);
    expect(await pair.client.read(room())).toBe(network === "unixpacket" ? 3 : 6);
    await pair.server.write("ghi");
    expect(await pair.client.readMsgUnix(none, none)).toMatchObject({ n: 0, oobn: 0 });
    pair.server.close();
    expect(await pair.client.readFrom(room())).toEqual(
      network === "unixpacket" ? null : { n: 3, addr: pair.listener.addr, truncated: false },
    );
  });

  it("wakes a read that waits when the peer closes", async () => {
    using pair = await ends();
    const reading = pair.client.readMsgUnix(room(), room());
    expect(await outcomeAfter(5, reading)).toBe("pending");
    pair.server.close();
    expect(await reading).toBeNull();
  });

  it("has its peer already: writeTo is refused, and writeMsgUnix needs no address", async () => {
    using pair = await ends();
    const { client, listener } = pair;
    for (const send of [client.writeTo("x", listener.addr!), client.writeToUnix("x", listener.addr!)])
      expect(await rejection(send)).toMatchObject({
        code: "ERR_WRITE_TO_CONNECTED",
        message: `write ${network} @->${listener.addr}: use of WriteTo with pre-connected connection`,
      });
    expect(await client.writeMsgUnix("abc", new Uint8Array(0), null)).toEqual({ n: 3, oobn: 0 });
    expect(await pair.server.readMsgUnix(room(), new Uint8Array(0))).toMatchObject({ n: 3, oobn: 0 });
  });

  it("cannot be dialed where nobody listens, nothing is, or something else listens", async () => {
    const path = socketPath();
    expect(await rejection(dial(network, path))).toMatchObject({
      message: `dial ${network} ${path}: connect: no such file or directory`,
    });
    using pair = await ends();
    const { name } = pair.listener.addr!;
    pair.listener.setUnlinkOnClose(false);
    const other = network === "unix" ? "unixpacket" : "unix";
    expect(await rejection(dial(other, name))).toMatchObject({ code: "EPROTOTYPE" });
    pair.listener.close();
    expect(await rejection(dial(network, name))).toMatchObject({
      message: `dial ${network} ${name}: connect: connection refused`,
    });
  });
});

it.each(["unix", "unixpacket"] as const)(
  "a client of %s that left before it was accepted still has its name, and what it said",
  async (network) => {
    using listener = await listen(network, socketPath());
    const local = freshAddr(network);
    const client = await dialUnix(network, local, listener.addr);
    await client.write("bye");
    client.close();
    using server = await listener.accept();
    expect(server.remoteAddr).toEqual(local);
    expect(await server.read(room())).toBe(3);
    expect(await server.read(room())).toBeNull();
  },
);

it("everything that is written to a stream goes in order, whatever writes it", async () => {
  using pair = await unixPair("unix");
  const { client, server } = pair;
  const none = new Uint8Array(0);
  const raw = client.syscallConn();
  const direct = (text: string) => (fd: number) => binding.send(fd, Buffer.from(text), 0) > 0;
  await Promise.all([
    client.write("a"),
    client.write("b"),
    client.writeMsgUnix("c", none, null),
    client.write("d"),
    client.writev([Buffer.from("e"), Buffer.from("f")]),
    client.write("g"),
    raw.write(direct("h")),
    client.write("i"),
    Promise.resolve(raw.control(direct("j"))),
    client.write("k"),
  ]);
  client.closeWrite();
  const p = Buffer.alloc(64);
  let text = "";
  for (let n; (n = await server.read(p)) !== null;) text += p.toString("latin1", 0, n);
  expect(text).toBe("abcdefghijk");
});

it("a message on a stream may go in part, and tells how much", async () => {
  using pair = await unixPair("unix");
  const size = 16 << 20;
  const { n, oobn } = await pair.client.writeMsgUnix(new Uint8Array(size), new Uint8Array(0), null);
  expect(n).toBeGreaterThan(0);
  expect(n).toBeLessThan(size);
  expect(oobn).toBe(0);
  pair.client.close();
  let total = 0;
  const p = new Uint8Array(1 << 20);
  for (let got; (got = await pair.server.read(p)) !== null;) total += got;
  expect(total).toBe(n);
});

// As in Go: on Linux connect(2) does not wait for room in the queue, and there is nothing else to wait for.
it("a listener whose queue is full is EAGAIN, at once, and no less good afterwards", async () => {
  using listener = await listen("unix", socketPath());
  listener.syscallConn().control((fd) => binding.listen(fd, 0));
  using first = await dial("unix", listener.addr!.name);
  const error = await rejection(dial("unix", listener.addr!.name));
  expect(error).toMatchObject({ op: "dial", code: "EAGAIN", syscall: "connect" });
  expect([isTemporary(error), isTimeout(error)]).toEqual([true, true]);
  using server = await listener.accept();
  await first.write("x");
  expect(await server.read(room())).toBe(1);
});
