// The two directions of a connection, each with an end of its own: FIN, RST, shutdown.

import { expect, it } from "vitest";
import { isTemporary } from "rawconn";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { replace } from "../support/syscalls.js";

const p = () => new Uint8Array(64);

it("a read that waits ends with null, not an error, when the peer closes", async () => {
  using ends = await pair();
  const reading = ends.client.read(p());
  await turn();
  ends.server.close();
  expect(await reading).toBeNull();
  expect(await ends.client.read(p())).toBeNull();
});

it("bytes sent before the end come before the end", async () => {
  using ends = await pair();
  await ends.server.write("last words");
  ends.server.close();
  expect(await ends.client.read(p())).toBe(10);
  expect(await ends.client.read(p())).toBeNull();
});

it("a peer that closes with linger 0 makes reads fail with ECONNRESET, for good", async () => {
  using ends = await pair();
  ends.server.setLinger(0);
  const reading = rejection(ends.client.read(p()));
  ends.server.close();
  const error = await reading;
  expect(error).toMatchObject({ op: "read", code: "ECONNRESET", syscall: "read" });
  expect(error.message).toMatch(/: read: connection reset by peer$/);
  expect(isTemporary(error)).toBe(false);
});

it("a peer that closes with unread bytes resets, too", async () => {
  using ends = await pair();
  await ends.client.write("never read");
  // The bytes have arrived once one more round trip has been made.
  await ends.server.write("x");
  await ends.client.read(p());
  ends.server.close();
  expect(await rejection(ends.client.read(p()))).toMatchObject({ code: "ECONNRESET" });
});

it("a peer that closes without linger 0 does not reset", async () => {
  using ends = await pair();
  ends.server.setLinger(0);
  ends.server.setLinger(-1);
  ends.server.close();
  expect(await ends.client.read(p())).toBeNull();
});

it("closeWrite lets the other side read to the end, and answer", async () => {
  using ends = await pair();
  for (const [from, to] of [
    [ends.client, ends.server],
    [ends.server, ends.client],
  ]) {
    await from.write("done");
    from.closeWrite();
    expect(await to.read(p())).toBe(4);
    expect(await to.read(p())).toBeNull();
    if (from === ends.server) continue;
    await to.write("answer");
    expect(await from.read(p())).toBe(6);
  }
});

it("closeWrite makes writes fail with EPIPE, and the process lives", async () => {
  using ends = await pair();
  ends.client.closeWrite();
  const error = await rejection(ends.client.write("x"));
  expect(error).toMatchObject({ op: "write", code: "EPIPE", syscall: "write", n: 0 });
  expect(error.message).toBe(
    `write tcp ${ends.client.localAddr}->${ends.client.remoteAddr}: write: broken pipe`,
  );
});

it("closeWrite may be called twice", async () => {
  using ends = await pair();
  ends.client.closeWrite();
  ends.client.closeWrite();
});

it("closeRead makes reads end at once, also the one that waits; writing goes on", async () => {
  using ends = await pair();
  const { client, server } = ends;
  const waiting = client.read(p());
  await turn();
  client.closeRead();
  expect(await waiting).toBeNull();
  expect(await client.read(p())).toBeNull();
  await client.write("out");
  expect(await server.read(p())).toBe(3);
});

it("closeRead and closeWrite of a connection that was reset fail with ENOTCONN", async () => {
  using ends = await pair();
  ends.server.setLinger(0);
  ends.server.close();
  await rejection(ends.client.read(p()));
  for (const close of [() => ends.client.closeRead(), () => ends.client.closeWrite()]) {
    const error = thrown(close);
    expect(error).toMatchObject({ op: "close", code: "ENOTCONN", syscall: "shutdown" });
    expect(error.message).toMatch(/: shutdown: transport endpoint is not connected$/);
  }
});

it("a write after the peer's reset was read fails with EPIPE", async () => {
  using ends = await pair();
  ends.server.setLinger(0);
  ends.server.close();
  await rejection(ends.client.read(p()));
  expect(await rejection(ends.client.write("x"))).toMatchObject({ code: "EPIPE", n: 0 });
});

it("a write that fails half-way tells how many bytes were taken", async () => {
  using ends = await pair();
  const size = 64 << 20;
  const writing = rejection(ends.client.write(new Uint8Array(size)));
  // The peer takes some of it, then resets.
  await ends.server.read(new Uint8Array(65536));
  await ends.server.read(new Uint8Array(65536));
  ends.server.setLinger(0);
  ends.server.close();
  const error = await writing;
  expect(error.code).toMatch(/^(ECONNRESET|EPIPE)$/);
  expect(error.n).toBeGreaterThan(0);
  expect(error.n).toBeLessThan(size);
});

it("a write waits until every byte is out, and not longer", async () => {
  using ends = await pair();
  const size = 8 << 20;
  const writing = ends.client.write(new Uint8Array(size));
  expect(await outcomeAfter(50, writing)).toBe("pending");
  for (let total = 0; total < size;) total += (await ends.server.read(new Uint8Array(1 << 20)))!;
  expect(await writing).toBe(size);
});

it("concurrent writes do not mix", async () => {
  using ends = await pair();
  const size = 3 << 20;
  const writes = ["a", "b", "c"].map((letter) => ends.client.write(letter.repeat(size)));
  const all = Buffer.alloc(3 * size);
  for (let at = 0; at < all.length;) at += (await ends.server.read(all.subarray(at)))!;
  expect(await Promise.all(writes)).toEqual([size, size, size]);
  ["a", "b", "c"].forEach((letter, i) => {
    const part = all.subarray(i * size, (i + 1) * size);
    expect(part.every((byte) => byte === letter.charCodeAt(0))).toBe(true);
  });
});

it("concurrent reads are served in order", async () => {
  using ends = await pair();
  const buffers = Array.from({ length: 4 }, () => new Uint8Array(1));
  const reads = buffers.map((buffer) => ends.client.read(buffer));
  await ends.server.write(Uint8Array.of(1, 2, 3, 4));
  expect(await Promise.all(reads)).toEqual([1, 1, 1, 1]);
  expect(buffers.map(([byte]) => byte)).toEqual([1, 2, 3, 4]);
});

it("a read gives what one system call gave, and does not loop to fill the buffer", async () => {
  using ends = await pair();
  await ends.server.write("abc");
  expect(await ends.client.read(new Uint8Array(1024))).toBe(3);
});

it("an empty read resolves 0 at once, whatever the stream is doing", async () => {
  using ends = await pair();
  expect(await ends.client.read(new Uint8Array(0))).toBe(0);
  await ends.server.write("x");
  expect(await ends.client.read(new Uint8Array(0))).toBe(0);
  expect(await ends.client.read(p())).toBe(1);
});

it("an empty write is one system call, and says so when the peer is gone", async () => {
  using ends = await pair();
  expect(await ends.client.write(new Uint8Array(0))).toBe(0);
  expect(await ends.client.write("")).toBe(0);
  ends.client.closeWrite();
  expect(await rejection(ends.client.write(""))).toMatchObject({ code: "EPIPE", n: 0 });
});

it("a string is written as UTF-8, and counted in bytes", async () => {
  using ends = await pair();
  expect(await ends.client.write("grün \u{1f600}")).toBe(10);
  const buffer = Buffer.alloc(64);
  const n = await ends.server.read(buffer);
  expect(buffer.toString("utf8", 0, n!)).toBe("grün \u{1f600}");
});

it("a write that the kernel takes no bytes of is an error, not an endless loop", async () => {
  using ends = await pair();
  using _ = replace("send", () => () => 0);
  const error = await rejection(ends.client.write("x"));
  expect(error).toMatchObject({ op: "write", code: "ERR_UNEXPECTED_EOF", n: 0 });
  expect(error.message).toMatch(/: unexpected EOF$/);
});
