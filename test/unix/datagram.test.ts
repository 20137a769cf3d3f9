// Datagrams of Unix domain sockets: what is refused, whom a connected socket hears, and what becomes of the peer.

import { unlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Addr, dial, dialUnix, UDPAddr, UnixAddr, type UnixConn } from "rawconn";
import { rejection } from "../support/outcome.js";
import { freshAddr, socketPath, unixgram } from "../support/unix.js";

const none = new Uint8Array(0);
const room = () => new Uint8Array(64);

/** Every way to send to an address. */
const ways: [string, (conn: UnixConn, addr: UnixAddr) => Promise<unknown>][] = [
  ["writeTo", (conn, addr) => conn.writeTo("x", addr)],
  ["writeToUnix", (conn, addr) => conn.writeToUnix("x", addr)],
  ["writeMsgUnix", (conn, addr) => conn.writeMsgUnix("x", none, addr)],
];

describe.each(ways)("%s", (name, send) => {
  it("sends where the socket has no peer", async () => {
    using server = await unixgram();
    using client = await unixgram();
    await send(client, server.localAddr!);
    expect(await server.readFrom(room())).toEqual({ n: 1, addr: client.localAddr, truncated: false });
  });

  it("refuses where it has one", async () => {
    using server = await unixgram();
    using client = await dial("unixgram", server.localAddr!.name);
    expect(await rejection(send(client, server.localAddr!))).toMatchObject({
      op: "write",
      code: "ERR_WRITE_TO_CONNECTED",
      message: `write unixgram @->${server.localAddr}: use of WriteTo with pre-connected connection`,
    });
    // Nothing went, and the way that is open is open.
    expect(await client.write("y")).toBe(1);
    expect((await server.readFrom(room()))!.n).toBe(1);
  });

  it("refuses the address of another kind of Unix socket", async () => {
    using conn = await unixgram();
    for (const net of ["unix", "unixpacket"] as const) {
      const addr = new UnixAddr({ name: conn.localAddr!.name, net });
      expect(await rejection(send(conn, addr))).toMatchObject({
        code: "EAFNOSUPPORT",
        message: `write unixgram ${addr}->${addr}: address family not supported by protocol`,
      });
    }
  });

  it("tells that nothing is there, or nobody", async () => {
    using conn = await unixgram();
    const nowhere = freshAddr("unixgram");
    const call = name === "writeMsgUnix" ? "sendmsg" : "sendto";
    expect(await rejection(send(conn, nowhere))).toMatchObject({
      code: "ENOENT",
      message: `write unixgram ${conn.localAddr}->${nowhere}: ${call}: no such file or directory`,
    });
    const left = await unixgram(nowhere.name);
    left.close();
    expect(await rejection(send(conn, nowhere))).toMatchObject({ code: "ECONNREFUSED", syscall: call });
    await send(conn, conn.localAddr!);
    expect((await conn.readFrom(room()))!.n).toBe(1);
  });
});

it("an address of no Unix socket at all is no argument", async () => {
  using conn = await unixgram();
  const addr: Addr = new UDPAddr();
  expect(await rejection(conn.writeTo("x", addr as UnixAddr))).toMatchObject({
    code: "EINVAL",
    message: `write unixgram ${conn.localAddr}->:0: invalid argument`,
  });
});

it("a message to nobody needs a peer", async () => {
  using conn = await unixgram();
  expect(await rejection(conn.writeMsgUnix("x", none, null))).toMatchObject({
    code: "ENOTCONN",
    syscall: "sendmsg",
  });
  using client = await dialUnix("unixgram", null, conn.localAddr);
  expect(await client.writeMsgUnix("xyz", none, null)).toEqual({ n: 3, oobn: 0 });
  expect((await conn.readFrom(room()))!.n).toBe(3);
});

describe("a sender without a name", () => {
  it("is heard by every way to read, and cannot be answered", async () => {
    using server = await unixgram();
    using client = await dialUnix("unixgram", null, server.localAddr);
    for (let i = 0; i < 4; i++) await client.write("abc");
    expect(await server.read(room())).toBe(3);
    expect(await server.readFrom(room())).toEqual({ n: 3, addr: null, truncated: false });
    expect(await server.readFromUnix(room())).toEqual({ n: 3, addr: null, truncated: false });
    const message = (await server.readMsgUnix(room(), room()))!;
    expect(message).toMatchObject({ n: 3, oobn: 0, addr: null });
    expect(await rejection(server.writeTo("answer", message.addr!))).toMatchObject({
      code: "ERR_MISSING_ADDRESS",
      message: `write unixgram ${server.localAddr}: missing address`,
    });
  });

  it("sends empty datagrams, and each is one", async () => {
    using server = await unixgram();
    using client = await dialUnix("unixgram", null, server.localAddr);
    for (let i = 0; i < 3; i++) expect(await client.write("")).toBe(0);
    expect(await server.read(room())).toBe(0);
    expect(await server.readFrom(room())).toEqual({ n: 0, addr: null, truncated: false });
    expect(await server.readMsgUnix(room(), none)).toMatchObject({ n: 0, oobn: 0, addr: null });
  });
});

describe("a socket with a peer", () => {
  it("hears nobody else", async () => {
    using server = await unixgram();
    using client = await dialUnix("unixgram", freshAddr("unixgram"), server.localAddr);
    using stranger = await unixgram();
    expect(await rejection(stranger.writeTo("x", client.localAddr!))).toMatchObject({
      code: "EPERM",
      syscall: "sendto",
    });
    await server.writeTo("y", client.localAddr!);
    expect(await client.readFrom(room())).toMatchObject({ n: 1, addr: server.localAddr });
  });

  it("is refused once the peer is gone, also when another takes its place", async () => {
    const path = socketPath();
    const server = await unixgram(path);
    using client = await dial("unixgram", path);
    server.close();
    expect(await rejection(client.write("x"))).toMatchObject({
      code: "ECONNREFUSED",
      message: `write unixgram @->${path}: write: connection refused`,
    });
    unlinkSync(path);
    using other = await unixgram(path);
    expect(await rejection(client.write("x"))).toMatchObject({ code: "ENOTCONN" });
    using again = await dial("unixgram", path);
    await again.write("z");
    expect((await other.readFrom(room()))!.n).toBe(1);
  });

  it("gets what was on its way when the peer went", async () => {
    using server = await unixgram();
    const client = await dialUnix("unixgram", null, server.localAddr);
    await client.write("last words");
    client.close();
    expect((await server.readFrom(room()))!.n).toBe(10);
  });

  it("that shuts its writing side writes no more, and still hears", async () => {
    using server = await unixgram();
    using client = await dialUnix("unixgram", freshAddr("unixgram"), server.localAddr);
    client.closeWrite();
    expect(await rejection(client.write("x"))).toMatchObject({ code: "EPIPE" });
    await server.writeTo("y", client.localAddr!);
    expect(await client.read(room())).toBe(1);
  });
});
