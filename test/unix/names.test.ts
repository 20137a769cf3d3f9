// What Unix domain sockets are called: by path, by an abstract name of any bytes, by a name of the kernel's, or by none.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dial, dialUnix, listen, listenPacket, listenUnix, listenUnixgram, UnixAddr } from "rawconn";
import { bytesOf } from "#lib/internal/socket/unix-name.js";
import { rejection } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const dir = mkdtempSync(join(tmpdir(), "rawconn-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A name that no other process of these tests has. */
const own = (name: string) => `@rawconn-${process.pid}-${name}`;

/** The names in the kernel's own table, where a NUL shows as an @. */
const kernelsNames = () => readFileSync("/proc/net/unix", "latin1");

describe("a listener and a client agree on a name", () => {
  it.each([
    ["plain", own("plain")],
    ["with a NUL inside", own("a\0b")],
    ["with NULs at its end", own("end\0\0")],
    ["with bytes that are no UTF-8", own("\udcff\udc80\udcc3")],
    ["with characters of many bytes", own("é😀")],
    ["of all the length there is", own("long").padEnd(108, "\udcfe")],
    ["that is a path", `${dir}/path`],
    ["that is a path with bytes that are no UTF-8", `${dir}/\udcff\udcfe`],
  ])("%s", async (_, name) => {
    using listener = await listen("unix", name);
    expect(listener.addr!.name).toBe(name);
    using client = await dial("unix", name);
    using server = await listener.accept();
    expect(client.remoteAddr!.name).toBe(name);
    expect(server.localAddr!.name).toBe(name);
    const bytes = Buffer.from(bytesOf(name)).toString("latin1").replaceAll("\0", "@");
    expect(kernelsNames()).toContain(bytes);
  });
});

it("names that differ in one byte are two names", async () => {
  const names = [own("x"), own("x\0"), own("x\udcff"), own("x\udcfe")];
  const listeners = await Promise.all(names.map((name) => listen("unix", name)));
  for (const [i, name] of names.entries()) {
    using client = await dial("unix", name);
    using server = await listeners[i].accept();
    expect(server.localAddr!.name).toBe(name);
    void client;
  }
  for (const listener of listeners) listener.close();
});

it("a listener removes its file, also where the path is no text", async () => {
  const listener = await listen("unix", `${dir}/\udcc3`);
  const file = Buffer.concat([Buffer.from(`${dir}/`), Buffer.of(0xc3)]);
  expect(existsSync(file)).toBe(true);
  listener.close();
  expect(existsSync(file)).toBe(false);
});

it("a packet tells its sender's name, byte by byte, and the answer finds it", async () => {
  using server = await listenPacket("unixgram", own("server\0\udcff"));
  using client = await listenPacket("unixgram", own("client\udc80\0"));
  await client.writeTo("ping", server.localAddr!);
  const p = Buffer.alloc(16);
  const { addr } = (await server.readFrom(p))!;
  expect(addr).toEqual(new UnixAddr({ name: own("client\udc80\0"), net: "unixgram" }));
  await server.writeTo("pong", addr!);
  expect((await client.readFrom(p))!.addr!.name).toBe(own("server\0\udcff"));
  expect(p.toString("latin1", 0, 4)).toBe("pong");
});

describe("the empty name", () => {
  it("of a listener is one that the kernel makes: @ and five digits", async () => {
    using byAddress = await listenUnix("unix", new UnixAddr());
    using byText = await listen("unixpacket", "");
    using datagrams = await listenUnixgram("unixgram", new UnixAddr({ net: "unixgram" }));
    const names = [byAddress.addr, byText.addr, datagrams.localAddr].map((addr) => addr!.name);
    for (const name of names) expect(name).toMatch(/^@[0-9a-f]{5}$/);
    using client = await dial("unix", names[0]);
    expect(client.remoteAddr!.name).toBe(names[0]);
    // Packets are of a kind of their own, so theirs may be the same name: only the kind is sure.
    expect(datagrams.localAddr!.network).toBe("unixgram");
  });

  it("of a client is none: it shows as @, and its packets come from nobody", async () => {
    using server = await listenPacket("unixgram", own("anonymous"));
    for (const laddr of [null, new UnixAddr({ net: "unixgram" })]) {
      using client = await dialUnix("unixgram", laddr, server.localAddr);
      expect(String(client.localAddr)).toBe("@");
      await client.write("");
      expect(await server.readFrom(Buffer.alloc(4))).toEqual({ n: 0, addr: null, truncated: false });
    }
  });
});

it("an abstract name makes no file", async () => {
  const name = own("no-file");
  using _ = await listen("unix", name);
  expect(readdirSync(".").filter((file) => file.includes(name.slice(1)))).toEqual([]);
});

it("a name that is none is refused before a socket is made", async () => {
  using calls = watch();
  for (const [network, address] of [
    ["unix", "/a\0b"],
    ["unixpacket", "\0abstract"],
    ["unixgram", "@\ud800"],
    // NUL belongs to abstract names alone.
    ["tcp", "127.0.0.1:1\0"],
    ["tcp", "@a\0b:1"],
    ["ip4:1", "@\0"],
  ]) {
    for (const call of [
      () => dial(network, address),
      () => listen(network, address),
      () => listenPacket(network, address),
    ])
      expect(await rejection(call())).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
  }
  expect(calls.count("socket")).toBe(0);
});
