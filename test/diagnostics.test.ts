// Channels of node:diagnostics_channel: one message for each thing that happens, and no work when nobody listens.

import { subscribe, unsubscribe, channel } from "node:diagnostics_channel";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  dial,
  dialTCP,
  dialUDP,
  Dialer,
  listen,
  listenPacket,
  lookupHost,
  OpError,
  Resolver,
  TCPAddr,
  UDPAddr,
} from "rawconn";
import { told } from "#lib/internal/channels.js";
import { rejection } from "./support/outcome.js";
import { pair, refusingAddress } from "./support/pair.js";

type Message = Record<string, unknown>;
const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((f) => f()));

/** What is published from here on. */
function listening(name: string): Message[] {
  const messages: Message[] = [];
  const take = (message: unknown) => void messages.push(message as Message);
  subscribe(`rawconn:${name}`, take);
  undo.push(() => unsubscribe(`rawconn:${name}`, take));
  return messages;
}

const times = { start: expect.any(Number), duration: expect.any(Number) };

describe("dial", () => {
  it("tells what was dialed, when, how long it took, and the connection", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const messages = listening("dial");
    const before = Date.now();
    const address = String(listener.addr);
    using conn = await dial("tcp", address);
    expect(messages).toEqual([{ network: "tcp", address, result: conn, ...times }]);
    expect(messages[0].start).toBeGreaterThanOrEqual(before);
    expect(messages[0].duration).toBeGreaterThan(0);
  });

  it("tells of failures, once for all attempts", async () => {
    const messages = listening("dial");
    const address = await refusingAddress();
    const error = await rejection(dial("tcp", address));
    expect(messages).toEqual([{ network: "tcp", address, error, ...times }]);
    const bad = await rejection(dial("nonsense", "x"));
    expect(messages[1]).toMatchObject({ network: "nonsense", error: bad });
  });

  it("tells of dials to one address, of every kind", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const messages = listening("dial");
    using tcp = await dialTCP("tcp", null, listener.addr!);
    using udp = await dialUDP("udp", null, new UDPAddr({ ip: "127.0.0.1", port: 9 }));
    expect(messages.map(({ network, address, result }) => [network, address, result])).toEqual([
      ["tcp", String(listener.addr), tcp],
      ["udp", "127.0.0.1:9", udp],
    ]);
  });
});

describe("listen", () => {
  it("tells of listeners and packet endpoints, and of failures", async () => {
    const messages = listening("listen");
    using listener = await listen("tcp", "127.0.0.1:0");
    using packets = await listenPacket("udp", "127.0.0.1:0");
    const error = await rejection(listen("tcp", String(listener.addr)));
    expect(messages.map(({ result, error }) => result ?? (error as OpError).code)).toEqual([
      expect.anything(),
      expect.anything(),
      error.code,
    ]);
    expect(messages[0]).toMatchObject({ network: "tcp", address: "127.0.0.1:0", ...times });
    expect(messages[1].network).toBe("udp");
    expect(packets.localAddr).not.toBe(null);
  });
});

describe("accept and close", () => {
  it("tell of every connection, by accept and by the loop", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const messages = listening("accept");
    using one = await dialTCP("tcp", null, listener.addr!);
    using first = await listener.accept();
    using other = await dialTCP("tcp", null, listener.addr!);
    for await (const second of listener) {
      expect(messages).toEqual([
        { listener, conn: first },
        { listener, conn: second },
      ]);
      second.close();
      break;
    }
    expect([one, other].map(({ remoteAddr }) => String(remoteAddr))).toContain(String(listener.addr));
  });

  it("close is told once, after it, whoever closes", async () => {
    const ends = await pair();
    const messages = listening("close");
    ends.client.close();
    ends.server[Symbol.dispose]();
    expect(() => ends.client.close()).toThrow(OpError);
    ends[Symbol.dispose]();
    const handles = messages.map(({ handle }) => handle);
    expect(handles).toEqual([ends.client, ends.server, ends.listener]);
    expect(ends.client.localAddr).toBeInstanceOf(TCPAddr);
  });
});

describe("lookup", () => {
  const records = (ip: string) =>
    new Resolver({ preferGo: true, dial: () => Promise.reject(new Error(`no server ${ip}`)) });

  it("tells of names that are looked up, by dials as well, and not of literals", async () => {
    const messages = listening("lookup");
    await lookupHost("127.0.0.1");
    const found = await lookupHost("localhost");
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ type: "host", name: "localhost", ...times });
    expect((messages[0].result as { addrs: unknown[] }).addrs.map(String)).toEqual(found);
    const resolver = records("x");
    await rejection(new Dialer({ resolver }).dial("tcp", "no-such-name.invalid:1"));
    expect(messages[1]).toMatchObject({
      type: "host",
      name: "no-such-name.invalid",
      error: expect.any(Error),
    });
  });

  it.each([
    ["mx", (resolver: Resolver) => resolver.lookupMX("a.invalid")],
    ["ns", (resolver: Resolver) => resolver.lookupNS("a.invalid")],
    ["srv", (resolver: Resolver) => resolver.lookupSRV("", "", "a.invalid")],
    ["txt", (resolver: Resolver) => resolver.lookupTXT("a.invalid")],
    ["cname", (resolver: Resolver) => resolver.lookupCNAME("a.invalid")],
  ])("tells of records: %s", async (type, look) => {
    const messages = listening("lookup");
    await rejection(look(records("x")));
    expect(messages).toEqual([{ type, name: "a.invalid", error: expect.any(Error), ...times }]);
  });

  it("tells of addresses", async () => {
    const messages = listening("lookup");
    await rejection(records("x").lookupAddr("192.0.2.1"));
    expect(messages[0]).toMatchObject({ type: "addr", name: "192.0.2.1" });
  });
});

it("does no work for a message that nobody reads", async () => {
  const about = vi.fn<() => object>(() => ({}));
  const clock = vi.spyOn(performance, "now");
  const silent = channel("rawconn:dial");
  expect(silent.hasSubscribers).toBe(false);
  const work = Promise.resolve(1);
  // Not even a promise more.
  expect(told(silent, about, () => work)).toBe(work);
  expect([about, clock].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  clock.mockRestore();
  await work;
});

it("a reader that throws breaks nothing here", async () => {
  using listener = await listen("tcp", "127.0.0.1:0");
  const uncaught = new Promise((resolve) => {
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (error) => {
      others.forEach((other) => process.on("uncaughtException", other));
      resolve(error.message);
    });
  });
  const broken = () => {
    throw new Error("a bad reader");
  };
  subscribe("rawconn:accept", broken);
  undo.push(() => unsubscribe("rawconn:accept", broken));
  using client = await dialTCP("tcp", null, listener.addr!);
  using server = await listener.accept();
  expect(await uncaught).toBe("a bad reader");
  expect(String(server.remoteAddr)).toBe(String(client.localAddr));
});
