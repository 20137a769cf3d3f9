// What V8 11 makes of `length` in code that it has optimized for resizable memory, too: of a view that was transferred it
// stays what it was. No empty view may be handed to the system for it, which would look like the end of a stream.

import { describe, expect, it } from "vitest";
import { dialUDP, listenUDP, MessageBatch, pipe, type TCPConn, UDPAddr } from "rawconn";
import { rejection, thrown, turn } from "../support/outcome.js";
import { blockedWrite, drain, pair } from "../support/pair.js";

const GONE = { name: "TypeError", code: "ERR_BUFFER_DETACHED" };

/** A view whose `length` does not change any more. */
function lagging(length: number): Uint8Array {
  const view = new Uint8Array(length).fill(1);
  return Object.defineProperty(view, "length", { value: length });
}

function detach(view: Uint8Array): void {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
}

function detached(length: number): Uint8Array {
  const view = lagging(length);
  detach(view);
  return view;
}

async function readWhole(conn: TCPConn): Promise<string> {
  const room = Buffer.alloc(64);
  return room.toString("utf8", 0, (await conn.read(room))!);
}

describe("a read into memory that is gone", () => {
  it("is no end of the stream when it waited, and takes no byte", async () => {
    using ends = await pair();
    const p = lagging(16);
    const failing = rejection(ends.client.read(p));
    detach(p);
    await ends.server.write("abc");
    expect(await failing).toMatchObject(GONE);
    expect(await readWhole(ends.client)).toBe("abc");
  });

  it("is no end of the stream when the bytes were there before it", async () => {
    using ends = await pair();
    await ends.server.write("xabc");
    await ends.client.read(new Uint8Array(1));
    expect(await rejection(ends.client.read(detached(16)))).toMatchObject(GONE);
    expect(await readWhole(ends.client)).toBe("abc");
  });

  it("ends with the stream all the same when it has memory", async () => {
    using ends = await pair();
    const reading = ends.client.read(lagging(16));
    ends.server.closeWrite();
    expect(await reading).toBeNull();
  });

  it("loses no datagram, by whatever method", async () => {
    using receiver = await listenUDP("udp4", new UDPAddr({ ip: "127.0.0.1" }));
    using sender = await dialUDP("udp4", null, receiver.localAddr!);
    for (const method of ["read", "readFrom"] as const) {
      const p = lagging(16);
      const failing = rejection(receiver[method](p));
      detach(p);
      await sender.write("abc");
      expect(await failing).toMatchObject(GONE);
      expect(await receiver.read(new Uint8Array(16))).toBe(3);
    }
  });
});

describe("a write of memory that is gone", () => {
  it("tells that, after it has waited", async () => {
    using ends = await pair();
    const { writing } = await blockedWrite(ends.client);
    const p = lagging(5000);
    const failing = rejection(ends.client.write(p));
    detach(p);
    const draining = drain(ends.server);
    await writing;
    expect(await failing).toMatchObject(GONE);
    ends.client.close();
    await draining;
  });

  it.each([10, 5000])("of %i bytes fails alone in a line of writes", async (length) => {
    using ends = await pair();
    const { writing } = await blockedWrite(ends.client);
    const p = lagging(length);
    const before = ends.client.write("before");
    const failing = rejection(ends.client.write(p));
    const after = ends.client.write("after");
    detach(p);
    const draining = drain(ends.server);
    expect(await Promise.all([writing, before, after])).toEqual([1 << 20, 6, 5]);
    expect(await failing).toMatchObject({ ...GONE, n: 0 });
    ends.client.close();
    await draining;
  });

  it.each([10, 5000])(
    "of %i bytes fails the pieces that it is one of, and none goes twice",
    async (length) => {
      using ends = await pair();
      const { writing } = await blockedWrite(ends.client);
      const p = lagging(length);
      const failing = rejection(ends.client.writev([new Uint8Array(3), p, new Uint8Array(7000)]));
      detach(p);
      await turn();
      const draining = drain(ends.server);
      await writing;
      expect(await failing).toMatchObject({ ...GONE, n: 0 });
      ends.client.close();
      expect((await draining) % (1 << 20)).toBe(0);
    },
  );
});

describe("memory that was gone before", () => {
  it("is no message of a batch", () => {
    const batch = new MessageBatch({ messages: 3, size: 20 });
    batch.push("first");
    expect(thrown(() => batch.push(detached(16)))).toMatchObject(GONE);
    expect(batch.length).toBe(1);
    // All the room that there was is there again.
    for (const n of [1, 2]) expect(batch.push("x".repeat(20))).toBe(n);
    expect(thrown(() => batch.push(""))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });

  it("keeps nobody of a pipe waiting", async () => {
    const [near, far] = pipe();
    expect(await rejection(near.read(detached(16)))).toMatchObject(GONE);
    expect(await rejection(near.write(detached(16)))).toMatchObject(GONE);
    const writing = far.write("abc");
    expect(await near.read(new Uint8Array(16))).toBe(3);
    await writing;
    near.close();
    far.close();
  });
});
