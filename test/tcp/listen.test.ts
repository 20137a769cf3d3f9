// Listening: which addresses serve whom, and which exclude each other.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  dial,
  dialTCP,
  joinHostPort,
  listen,
  ListenConfig,
  listenTCP,
  TCPAddr,
  type TCPNetwork,
} from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { stack } from "#lib/internal/socket/probe.js";
import { rejection } from "../support/outcome.js";
import { connected, descriptorOf, disposeOf, hasIPv6, type Pair } from "../support/pair.js";
import { watch } from "../support/syscalls.js";
import { hasVectors, rows } from "../support/vectors.js";

interface End {
  network: TCPNetwork;
  host: string;
}

interface PairRow {
  fn: "pair";
  first: End;
  second: End;
  second_error: string | null;
}

interface DoubleRow extends End {
  fn: "double";
  second_error: string;
}

const two = (first: string, second: string, second_error: string | null = "EADDRINUSE"): PairRow => ({
  fn: "pair",
  first: end(first),
  second: end(second),
  second_error,
});
const twice = (text: string): DoubleRow => ({ fn: "double", ...end(text), second_error: "EADDRINUSE" });

function end(text: string): End {
  const [network, host] = text.split(" ");
  return { network: network as TCPNetwork, host };
}

const both: PairRow[] = [
  two("tcp ", "tcp "),
  two("tcp ", "tcp 0.0.0.0"),
  two("tcp 0.0.0.0", "tcp "),
  two("tcp ", "tcp ::"),
  two("tcp ::", "tcp "),
  two("tcp 0.0.0.0", "tcp ::"),
  two("tcp ::", "tcp 0.0.0.0"),
  two("tcp ::ffff:0.0.0.0", "tcp ::"),
  two("tcp ::", "tcp ::ffff:0.0.0.0"),
  two("tcp4 0.0.0.0", "tcp6 ::", null),
  two("tcp6 ::", "tcp4 0.0.0.0", null),
  two("tcp 127.0.0.1", "tcp ::1", null),
  two("tcp ::1", "tcp 127.0.0.1", null),
  two("tcp4 127.0.0.1", "tcp6 ::1", null),
  two("tcp6 ::1", "tcp4 127.0.0.1", null),
  two("tcp4 127.0.0.1", "tcp4 127.0.0.2", null),
];

const same = [
  "tcp ",
  "tcp 0.0.0.0",
  "tcp ::",
  "tcp ::ffff:0.0.0.0",
  "tcp 127.0.0.1",
  "tcp ::ffff:127.0.0.1",
  "tcp ::1",
  "tcp4 ",
  "tcp4 0.0.0.0",
  "tcp4 ::ffff:0.0.0.0",
  "tcp4 127.0.0.1",
  "tcp4 ::ffff:127.0.0.1",
  "tcp6 ",
  "tcp6 ::",
  "tcp6 ::1",
].map(twice);

/** Listens on one, then on the other at the same port. */
async function listenTwice(first: End, second: End, error: string | null): Promise<void> {
  using listener = await listen(first.network, joinHostPort(first.host, 0));
  const { port } = listener.addr!;
  const again = listen(second.network, joinHostPort(second.host, port));
  if (error === null) {
    using other = await again;
    expect(other.addr!.port).toBe(port);
  } else {
    const failure = await rejection(again);
    expect(failure).toMatchObject({ op: "listen", net: second.network, syscall: "bind", code: error });
    expect(failure.addr!.network).toBe("tcp");
  }
}

const runPair = ({ first, second, second_error }: PairRow) => listenTwice(first, second, second_error);
const runDouble = (row: DoubleRow) => listenTwice(row, row, row.second_error);
const sayEnd = ({ network, host }: End) => `${network} ${JSON.stringify(host)}`;
const sayPair = ({ first, second, second_error }: PairRow) =>
  `${sayEnd(first)}, then ${sayEnd(second)}: ${second_error ?? "both"}`;
const canListen = ({ network, host }: End) => stack().mapped || !(network === "tcp6" || host.includes(":"));

describe("two listeners on one port", () => {
  const pairs = both.filter(({ first, second }) => canListen(first) && canListen(second));
  it.each(pairs.map((row) => [sayPair(row), row] as const))("%s", (_, row) => runPair(row));
  it.each(same.filter(canListen).map((row) => [sayEnd(row), row] as const))(
    "%s twice: EADDRINUSE",
    (_, row) => runDouble(row),
  );
});

describe.skipIf(!hasVectors || !stack().mapped)("two listeners on one port, as Go", () => {
  const ofTCP = <Row extends { fn: string }>(fn: string) =>
    hasVectors
      ? rows<Row & { call: string }>("listen_pairs", (row) => row.fn === fn && row.call === "Listen")
      : [];
  it.each(ofTCP<PairRow>("pair").map((row) => [sayPair(row), row] as const))("%s", (_, row) => runPair(row));
  it.each(ofTCP<DoubleRow>("double").map((row) => [sayEnd(row), row] as const))("%s twice", (_, row) =>
    runDouble(row),
  );
});

interface ServerRow {
  listen: { network: TCPNetwork; address: string };
  dial: { network: TCPNetwork; host: string };
}

const served: ServerRow[] = [
  ["tcp", ":0"],
  ["tcp", "0.0.0.0:0"],
  ["tcp", "[::]:0"],
  ["tcp", "[::ffff:0.0.0.0]:0"],
].flatMap(([network, address]) =>
  (["tcp 127.0.0.1", "tcp ::1", "tcp4 127.0.0.1", "tcp6 ::1"] as const).map((client) => ({
    listen: { network: network as TCPNetwork, address },
    dial: end(client),
  })),
);
for (const [listener, client] of [
  ["tcp 127.0.0.1:0", "tcp 127.0.0.1"],
  ["tcp [::ffff:127.0.0.1]:0", "tcp 127.0.0.1"],
  ["tcp [::1]:0", "tcp ::1"],
  ["tcp4 :0", "tcp4 127.0.0.1"],
  ["tcp4 127.0.0.1:0", "tcp4 127.0.0.1"],
  ["tcp6 :0", "tcp6 ::1"],
  ["tcp6 [::]:0", "tcp6 ::1"],
  ["tcp6 [::1]:0", "tcp6 ::1"],
]) {
  const { network, host: address } = end(listener);
  served.push({ listen: { network, address }, dial: end(client) });
}

async function serve(row: ServerRow): Promise<void> {
  using listener = await listen(row.listen.network, row.listen.address);
  const address = joinHostPort(row.dial.host, listener.addr!.port);
  using ends = await connected(listener, () => dial(row.dial.network, address));
  await roundTrip(ends);
  expect(ends.client.remoteAddr!.toString()).toBe(address);
  expect(ends.server.remoteAddr!.toString()).toBe(ends.client.localAddr!.toString());
  expect(ends.server.localAddr!.port).toBe(listener.addr!.port);
}

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

const sayServer = ({ listen, dial }: ServerRow) =>
  `on ${listen.network} ${listen.address} serves ${dial.network} ${dial.host}`;

describe.runIf(stack().mapped)("a listener", () => {
  it.each(served.map((row) => [sayServer(row), row] as const))("%s", (_, row) => serve(row));

  it.runIf(hasVectors)("as Go's does", async () => {
    for (const row of rows<ServerRow & { kind: string }>("server_pairs", ({ kind }) => kind === "tcp"))
      await serve(row);
  });

  it.each([
    ["tcp4", ":0", "tcp", "::1"],
    ["tcp6", ":0", "tcp", "127.0.0.1"],
    ["tcp", "127.0.0.1:0", "tcp", "::1"],
  ] as const)("on %s %s does not serve %s %s", async (network, address, client, host) => {
    using listener = await listen(network, address);
    const dialing = dial(client, joinHostPort(host, listener.addr!.port));
    expect(await rejection(dialing)).toMatchObject({ code: "ECONNREFUSED" });
  });
});

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
