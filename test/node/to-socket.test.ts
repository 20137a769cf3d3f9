// A connection becomes a socket of Node's: the same descriptor, with what was set on it, and nothing left here.

import { once } from "node:events";
import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { dialUDP, ErrClosed, TCPConn, UDPAddr } from "rawconn";
import { SO_RCVBUF, SOL_SOCKET } from "rawconn/syscall";
import { toSocket } from "rawconn/node";
import { binding, constant } from "#lib/internal/binding.js";
import { clog, each, kindOf, unclog } from "../support/kinds.js";
import { rejection, root, thrown } from "../support/outcome.js";
import { descriptorOf, fdOf, pair } from "../support/pair.js";
import { nextText, readText } from "./bytes.js";

const streams = each((kind) => kind.stream);
const isOpen = (fd: number) => binding.fcntl(fd, constant("F_GETFD"), 0) >= 0;

/** What Node keeps below a socket. */
const handleOf = (socket: Socket) => Reflect.get(socket, "_handle") as object;

/** Closes a socket and waits until its descriptor is gone. */
async function gone(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, "close");
  socket.destroy();
  await closed;
}

describe.each(streams)("a %s connection", (_, kind) => {
  it("talks both ways as a socket, and ends", async () => {
    using ends = await kind.connect();
    const socket = toSocket(ends.near as TCPConn);
    expect(socket).toBeInstanceOf(Socket);
    socket.write("from node");
    expect(await readText(ends.far)).toBe("from node");
    await ends.far.write("to node");
    expect(await nextText(socket)).toBe("to node");
    const closed = once(socket, "close");
    ends.far.close();
    await closed;
  });

  it("gives what had arrived and was not read", async () => {
    using ends = await kind.connect();
    await ends.far.write("0123456789");
    await ends.near.read(Buffer.alloc(4));
    const socket = toSocket(ends.near as TCPConn);
    expect(await nextText(socket)).toBe("456789");
    await gone(socket);
  });

  it("ends what waits here, and is closed", async () => {
    using ends = await kind.connect();
    const reading = rejection(ends.near.read(Buffer.alloc(1)));
    const socket = toSocket(ends.near as TCPConn);
    expect((await reading).code).toBe("ERR_CLOSED");
    expect((await rejection(ends.near.write("x"))).code).toBe("ERR_CLOSED");
    expect(root(thrown(() => ends.near.close()))).toBe(ErrClosed);
    const again = thrown(() => toSocket(ends.near as TCPConn));
    expect(again).toMatchObject({ code: "ERR_CLOSED", op: "file" });
    await gone(socket);
  });

  it("tells a write that waited how many bytes went, and the socket goes on from there", async () => {
    using ends = await kind.connect();
    clog(ends.near);
    const writing = rejection(ends.near.write(Buffer.alloc(100)));
    const socket = toSocket(ends.near as TCPConn);
    expect(await writing).toMatchObject({ code: "ERR_CLOSED", n: 0 });
    unclog(ends.far);
    const heard = readText(ends.far);
    socket.write("after");
    expect((await heard)!.endsWith("after")).toBe(true);
    await gone(socket);
  });
});

describe("toSocket", () => {
  it("hands over the very descriptor, options and all, and leaves no other", async () => {
    using ends = await pair();
    const { client } = ends;
    client.setReadBuffer(54321);
    const before = client.syscallConn().getsockopt(SOL_SOCKET, SO_RCVBUF);
    const number = descriptorOf(client);
    const socket = toSocket(client);
    expect(Reflect.get(handleOf(socket), "fd")).toBe(number);
    const int = new Int32Array(1);
    binding.getsockopt(number, SOL_SOCKET, SO_RCVBUF, new Uint8Array(int.buffer));
    expect(int[0]).toBe(before);
    await gone(socket);
    expect(isOpen(number)).toBe(false);
  });

  it("sends no end to the peer by itself", async () => {
    using ends = await pair();
    const socket = toSocket(ends.client);
    const heard = readText(ends.server);
    socket.write("still here");
    expect(await heard).toBe("still here");
    await gone(socket);
    expect(await readText(ends.server)).toBe(null);
  });

  it.each([true, false])(
    "keeps the writing side open after the peer's end: allowHalfOpen %s",
    async (open) => {
      using ends = await pair();
      const socket = toSocket(ends.client, { allowHalfOpen: open });
      socket.resume();
      const ended = once(socket, "end");
      ends.server.closeWrite();
      await ended;
      if (open) socket.end("bye");
      expect(await readText(ends.server)).toBe(open ? "bye" : null);
      await gone(socket);
    },
  );

  it("does not wait for a peer that lingers", async () => {
    using ends = await pair();
    ends.client.setLinger(5);
    const socket = toSocket(ends.client);
    socket.write(Buffer.alloc(8 << 20));
    const start = performance.now();
    await gone(socket);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("takes over that the connection does not keep the process alive", async () => {
    using ends = await pair();
    fdOf(ends.client).keepLoop(false);
    const socket = toSocket(ends.client);
    const { hasRef } = handleOf(socket) as { hasRef(): boolean };
    expect(hasRef.call(handleOf(socket))).toBe(false);
    await gone(socket);
  });

  it("leaves a borrowed descriptor open, and closes it once", async () => {
    using ends = await pair();
    const { client, server } = ends;
    let socket!: Socket;
    const number = client.syscallConn().control((fd) => {
      socket = toSocket(client);
      return fd;
    });
    expect(isOpen(number)).toBe(true);
    socket.write("x");
    expect(await readText(server)).toBe("x");
    await gone(socket);
  });

  it("is no longer closed with the environment that made it", async () => {
    // A worker hands its only descriptor to a socket, ends that, and this thread gets the number before the worker goes.
    const code = `
      import { parentPort } from "node:worker_threads";
      import { once } from "node:events";
      import { dial, listen } from "rawconn";
      import { toSocket } from "rawconn/node";
      const listener = await listen("tcp", "127.0.0.1:0");
      const conn = await dial("tcp", String(listener.addr));
      const socket = toSocket(conn);
      const { fd } = socket._handle;
      socket.destroy();
      await once(socket, "close");
      listener.close();
      parentPort.postMessage(fd);
      await once(parentPort, "message");`;
    const url = new URL(
      `data:text/javascript,${encodeURIComponent(code.replaceAll(/"(rawconn[^"]*)"/g, (_, name: string) => JSON.stringify(import.meta.resolve(name))))}`,
    );
    const worker = new Worker(url);
    const [number] = (await once(worker, "message")) as [number];
    const taken: number[] = [];
    while (taken.at(-1) !== number && taken.length < 200) taken.push(binding.dup(0));
    const exited = once(worker, "exit");
    await worker.terminate();
    await exited;
    const open = taken.map(isOpen);
    for (const fd of taken) binding.close(fd);
    expect(taken).toContain(number);
    expect(open).not.toContain(false);
  });

  it.each([
    ["null", null],
    ["a socket of Node's", new Socket()],
    ["a number", 3],
  ])("refuses %s", (_, value) => {
    const error = thrown<TypeError & { code: string }>(() => toSocket(value as never));
    expect(error).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  });

  it("refuses packets, zero values and options that are none, and leaves the connection alone", async () => {
    using udp = await dialUDP("udp", null, new UDPAddr({ ip: "127.0.0.1", port: 9 }));
    expect(() => toSocket(udp as never)).toThrow(/that is a stream/);
    using records = await kindOf("unixpacket").connect();
    expect(() => toSocket(records.near as never)).toThrow(/that is a stream/);
    expect(thrown(() => toSocket(new TCPConn())).code).toBe("EINVAL");
    using ends = await pair();
    expect(() => toSocket(ends.client, { allowHalfOpen: 1 as never })).toThrow(/a boolean/);
    expect(() => toSocket(ends.client, null as never)).toThrow(/an object/);
    await ends.client.write("unharmed");
    expect(await readText(ends.server)).toBe("unharmed");
  });
});
