// AsyncLocalStorage: whoever waits finds their own context afterwards, however many wait at once and whoever wakes them.

import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { dial, Dialer, listen, lookupHost, pipe } from "rawconn";
import { fromDuplex, toDuplex, toSocket, toWeb } from "rawconn/node";
import { clog, each, unclog } from "./support/kinds.js";
import { rejection, turn } from "./support/outcome.js";
import { pair } from "./support/pair.js";

const context = new AsyncLocalStorage<string>();

/** Runs in a context, and tells which it is in when the work is done. */
const within = (name: string, work: () => Promise<unknown>) =>
  context.run(name, async () => {
    await work();
    return context.getStore();
  });

/** Begins two such works, each in a context of its own, then lets them go on from a third. */
async function both(one: () => Promise<unknown>, other: () => Promise<unknown>, release: () => unknown) {
  const waiting = [within("one", one), within("other", other)];
  await context.run("releaser", async () => {
    await turn();
    await release();
  });
  expect(await Promise.all(waiting)).toEqual(["one", "other"]);
}

const byte = () => new Uint8Array(1);

describe.each(each((kind) => kind.waits))("over %s", (_, kind) => {
  it("reads that waited", async () => {
    using ends = await kind.connect();
    await both(
      () => ends.near.read(byte()),
      () => ends.near.read(byte()),
      async () => [await ends.far.write("a"), await ends.far.write("b")],
    );
  });

  it("reads that did not wait", async () => {
    using ends = await kind.connect();
    await ends.far.write("a");
    expect(await within("one", () => ends.near.read(byte()))).toBe("one");
  });

  it("writes that waited", async () => {
    using ends = await kind.connect();
    clog(ends.near);
    await both(
      () => ends.near.write("a"),
      () => ends.near.write("b"),
      () => unclog(ends.far),
    );
  });

  it("deadlines, aborts and closes", async () => {
    using ends = await kind.connect();
    await both(
      () => rejection(ends.near.read(byte())),
      () => rejection(ends.near.read(byte())),
      () => ends.near.setReadDeadline(1),
    );
    ends.near.setReadDeadline(null);
    await both(
      () => rejection(ends.near.read(byte())),
      () => rejection(ends.near.read(byte())),
      () => ends.near.close(),
    );
  });
});

describe("dialing and listening", () => {
  it("accepts, by accept and in loops", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const address = String(listener.addr);
    const conns: Disposable[] = [];
    const accept = async () => conns.push(await listener.accept());
    const loop = async () => {
      for await (const conn of listener) return conns.push(conn);
      return 0;
    };
    await both(accept, loop, async () => conns.push(await dial("tcp", address), await dial("tcp", address)));
    conns.forEach((conn) => conn[Symbol.dispose]());
  });

  it("dials, their hooks and their readers", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const address = String(listener.addr);
    const seen: (string | undefined)[] = [];
    const dialer = new Dialer({ control: () => void seen.push(context.getStore()) });
    const conns: Disposable[] = [];
    const work = async () => conns.push(await dialer.dial("tcp", address));
    await both(work, work, () => {});
    expect(seen.map(String).toSorted()).toEqual(["one", "other"]);
    conns.forEach((conn) => conn[Symbol.dispose]());
  });

  it("lookups, also when one flight serves two", async () => {
    await both(
      () => lookupHost("localhost"),
      () => lookupHost("localhost"),
      () => {},
    );
  });

  it("borrowed descriptors and copies", async () => {
    using ends = await pair();
    const raw = ends.client.syscallConn();
    let tries = 0;
    expect(await within("one", () => raw.write(() => ++tries > 0))).toBe("one");
    using target = await pair();
    const copying = within("one", () =>
      target.client.readFrom({ read: (p: Uint8Array) => ends.client.read(p) }),
    );
    await ends.server.write("x");
    ends.server.closeWrite();
    expect(await copying).toBe("one");
  });
});

describe("bridges", () => {
  it("pipes, wrapped streams and Web Streams", async () => {
    const [near, far] = pipe();
    const conn = fromDuplex(toDuplex(near));
    await both(
      () => conn.read(byte()),
      () => conn.read(byte()),
      () => far.write("ab"),
    );
    conn.close();
    using ends = await pair();
    const reader = toWeb(ends.client).readable.getReader();
    await both(
      () => reader.read(),
      () => reader.read(),
      async () => [await ends.server.write("a"), await turn(), await ends.server.write("b")],
    );
  });

  it("events of a socket that was handed over come in the context of its making, as node:net has it", async () => {
    using ends = await pair();
    const socket = context.run("maker", () => toSocket(ends.client));
    const heard = new Promise((resolve) => {
      socket.on("data", () => resolve(context.getStore()));
    });
    await context.run("writer", () => ends.server.write("x"));
    expect(await heard).toBe("maker");
    const closed = once(socket, "close");
    socket.destroy();
    await closed;
  });
});
