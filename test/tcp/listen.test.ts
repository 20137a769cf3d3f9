// Listening: addresses and queues. Who serves whom, and who excludes whom, is in test/tables.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dial, dialTCP, listen, ListenConfig, listenTCP, TCPAddr } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { stack } from "#lib/internal/socket/probe.js";
import { connected, descriptorOf, disposeOf, hasIPv6, type Pair } from "../support/pair.js";
import { watch } from "../support/syscalls.js";

async function roundTrip({ client, server }: Pair): Promise<void> {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ]) {
    await from.write("SWIFTLY");
    const p = Buffer.alloc(16);
    expect(p.toString("utf8", 0, (await to.read(p))!)).toBe("SWIFTLY");
  }
}

describe("the address of a listener", () => {
  it.runIf(stack().mapped).each([
    ["tcp", ":0", "[::]"],
    ["tcp", "0.0.0.0:0", "[::]"],
    ["tcp", "[::]:0", "[::]"],
    ["tcp", "", "[::]"],
    ["tcp", ":", "[::]"],
    ["tcp4", ":0", "0.0.0.0"],
    ["tcp6", ":0", "[::]"],
    ["tcp", "127.0.0.1:0", "127.0.0.1"],
    ["tcp", "[::1]:0", "[::1]"],
    ["tcp", "localhost:0", "127.0.0.1"],
  ] as const)("on %s %j is %s and the real port", async (network, address, host) => {
    using listener = await listen(network, address);
    expect(listener.addr!.toString()).toBe(`${host}:${listener.addr!.port}`);
    expect(listener.addr!.port).toBeGreaterThan(0);
    expect(listener.addr!.network).toBe("tcp");
  });

  it.each(["tcp", "tcp4", "tcp6"] as const)("can be dialed as it is printed, of %s", async (network) => {
    if (network === "tcp6" && !hasIPv6) return;
    using listener = await listen(network, ":0");
    using ends = await connected(listener, () => dial(network, listener.addr!.toString()));
    await roundTrip(ends);
  });

  it("outlives close", async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    const text = listener.addr!.toString();
    listener.close();
    expect(listener.addr!.toString()).toBe(text);
  });

  it("of listenTCP has a port, with an address or null", async () => {
    for (const laddr of [new TCPAddr({ ip: "127.0.0.1" }), new TCPAddr(), null]) {
      using listener = await listenTCP("tcp4", laddr);
      expect(listener.addr!.port).toBeGreaterThan(0);
    }
  });
});

it("a port is free again as soon as its listener is closed, also with connections in use", async () => {
  const first = await listen("tcp", "127.0.0.1:0");
  using ends = await connected(first, () => dialTCP("tcp", null, first.addr!));
  first.close();
  using second = await listenTCP("tcp", first.addr);
  expect(second.addr!.port).toBe(first.addr!.port);
  void ends;
});

it("the queue is as long as the system allows", async () => {
  const somaxconn = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  using calls = watch();
  using listener = await new ListenConfig({ multipathTCP: false }).listen("tcp", "127.0.0.1:0");
  expect(calls.calls.filter(({ name }) => name === "listen").map(({ args }) => args[1])).toEqual([somaxconn]);
  // What the kernel made of it: tcpi_sacked of a listener is its backlog.
  const info = Buffer.alloc(104);
  binding.getsockopt(descriptorOf(listener), constant("IPPROTO_TCP"), constant("TCP_INFO"), info);
  expect(info.readUInt32LE(28)).toBe(somaxconn);
});

it("a queue takes what nobody accepts, and the listener serves them later", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const clients = await Promise.all(Array.from({ length: 300 }, () => dialTCP("tcp", null, listener.addr!)));
  for (const _ of clients) (await listener.accept()).close();
  disposeOf(...clients);
});
