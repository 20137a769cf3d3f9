// A descriptor of a connected socket made into a connection again: one of its own, and like the first.
// Go: net.TestFileConn

import { fstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Conn, type File, fileConn, isTimeout, TCPConn } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { connectedKinds, type Ends } from "../support/ends.js";
import { outcomeAfter, rejection, turn } from "../support/outcome.js";
import { intOption, pair } from "../support/pair.js";

const [F_GETFL, F_SETFL, F_GETFD, O_NONBLOCK, FD_CLOEXEC] = [
  "F_GETFL",
  "F_SETFL",
  "F_GETFD",
  "O_NONBLOCK",
  "FD_CLOEXEC",
].map(constant) as [number, number, number, number, number];

const room = () => new Uint8Array(64);
const isOpen = (fd: number) => binding.fcntl(fd, F_GETFD, 0) >= 0;
const isNonblocking = (fd: number) => (binding.fcntl(fd, F_GETFL, 0) & O_NONBLOCK) !== 0;

/** A connection and its copy, by a File that is gone already. */
async function copied(ends: () => Promise<Ends>): Promise<Ends & { copy: Conn }> {
  const both = await ends();
  using file = both.conn.file();
  const copy = fileConn(file);
  return Object.assign(both, {
    copy,
    [Symbol.dispose]: ((dispose) => () => {
      dispose();
      copy[Symbol.dispose]();
    })(both[Symbol.dispose].bind(both)),
  });
}

describe.each(connectedKinds)("of %s", (network, ends) => {
  it("a copy is of the same type, with the same addresses", async () => {
    using both = await copied(ends);
    expect(both.copy).toBeInstanceOf(both.conn.constructor);
    expect(both.copy.localAddr).toEqual(both.conn.localAddr);
    // getpeername(2) asks for a port, and raw sockets have none: their peer is known to who dialed alone, as in Go.
    expect(both.copy.remoteAddr).toEqual(network === "ip4" ? null : both.conn.remoteAddr);
    expect(both.copy.localAddr!.network).toBe(network.replace(/\d$/, ""));
  });

  it("a copy lives on when the first is closed, and works in both directions", async () => {
    using both = await copied(ends);
    both.conn.close();
    expect(await both.copy.write("hello")).toBe(5);
    expect(await both.receive(room())).toBe(5);
    await both.send("answer");
    expect(await both.copy.read(room())).toBeGreaterThanOrEqual(6);
  });

  it("the first lives on when the copy is closed, and what waits on it waits on", async () => {
    using both = await copied(ends);
    const reading = both.conn.read(room());
    const dead = rejection(both.copy.read(room()));
    await turn();
    both.copy.close();
    expect(await dead).toMatchObject({ op: "read", code: "ERR_CLOSED" });
    expect(await outcomeAfter(5, reading)).toBe("pending");
    await both.send("x");
    expect(await reading).toBeGreaterThanOrEqual(1);
  });

  it("deadlines are each one's own", async () => {
    using both = await copied(ends);
    const waiting = both.conn.read(room());
    both.copy.setReadDeadline(Date.now() + 10);
    expect(await rejection(both.copy.read(room()))).toSatisfy(isTimeout);
    both.copy.setWriteDeadline(1);
    expect(await rejection(both.copy.write("x"))).toSatisfy(isTimeout);
    expect(await both.conn.write("y")).toBe(1);
    expect(await outcomeAfter(5, waiting)).toBe("pending");
    await both.send("z");
    await waiting;
  });

  it("the number stays the caller's, whatever becomes of the copy", async () => {
    using both = await ends();
    using file = both.conn.file();
    const { fd } = file;
    const copy = fileConn(fd);
    copy.close();
    expect(isOpen(fd)).toBe(true);
    file.close();
    expect(isOpen(fd)).toBe(false);
    expect(await both.conn.write("x")).toBe(1);
  });

  it("a descriptor that would block is made not to, and a deadline works on it", async () => {
    using both = await ends();
    using file: File = both.conn.file();
    binding.fcntl(file.fd, F_SETFL, binding.fcntl(file.fd, F_GETFL, 0) & ~O_NONBLOCK);
    expect(isNonblocking(file.fd)).toBe(false);
    using copy = fileConn(file);
    expect(isNonblocking(file.fd)).toBe(true);
    copy.setReadDeadline(Date.now() + 10);
    expect(await rejection(copy.read(room()))).toSatisfy(isTimeout);
  });

  it("nothing of it goes to a child process", async () => {
    using both = await copied(ends);
    using file = both.conn.file();
    const numbers = [file.fd, both.copy.syscallConn().control((fd) => fd)];
    for (const fd of numbers) expect(binding.fcntl(fd, F_GETFD, 0) & FD_CLOEXEC).toBe(FD_CLOEXEC);
  });
});

it("a copy of TCP has no delay and keep-alive, as a dialed one has", async () => {
  using ends = await pair();
  ends.server.setNoDelay(false);
  ends.server.setKeepAlive(false);
  using file = ends.server.file();
  using copy = fileConn(file) as TCPConn;
  expect(copy).toBeInstanceOf(TCPConn);
  expect(intOption(copy, "IPPROTO_TCP", "TCP_NODELAY")).toBe(1);
  expect(intOption(copy, "SOL_SOCKET", "SO_KEEPALIVE")).toBe(1);
});

it("both share what belongs to the socket: its end, for one", async () => {
  using ends = await pair();
  using file = ends.client.file();
  using copy = fileConn(file) as TCPConn;
  copy.closeWrite();
  expect(await ends.server.read(room())).toBeNull();
  expect(await rejection(ends.client.write("x"))).toMatchObject({ code: "EPIPE" });
  // Only with the last of them is the socket gone.
  copy.close();
  await ends.server.write("still there");
  expect(await ends.client.read(room())).toBe(11);
});

it("a file may be made and closed while the connection is, a hundred times", async () => {
  for (let i = 0; i < 100; i++) {
    using ends = await pair();
    const file = ends.client.file();
    const { fd } = file;
    if (i % 2 === 0) ends.client.close();
    expect(fstatSync(fd).isSocket()).toBe(true);
    file.close();
    if (i % 2 === 1) ends.client.close();
    expect(isOpen(fd)).toBe(false);
  }
});
