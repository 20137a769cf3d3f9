// A connection as Web Streams: bytes into the reader's own buffer, nothing read before that, and both ends.

import { describe, expect, it } from "vitest";
import { pipe } from "rawconn";
import { type StreamConn, toWeb } from "rawconn/node";
import { each } from "../support/kinds.js";
import { outcomeAfter, rejection, thrown, turn } from "../support/outcome.js";
import { pair } from "../support/pair.js";
import { pattern, readAll, readText } from "./bytes.js";
import { custom } from "./conns.js";

const text = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString();

describe.each(each((kind) => kind.stream))("over a %s", (_, kind) => {
  it("carries bytes both ways, and ends when both have ended", async () => {
    using ends = await kind.connect();
    const { readable, writable } = toWeb(ends.near);
    const bytes = pattern(1 << 20);
    const writer = writable.getWriter();
    const sending = writer.write(bytes).then(async () => writer.close());
    expect((await readAll(ends.far)).equals(bytes)).toBe(true);
    await sending;
    void ends.far.write(bytes).then(() => ends.far.close());
    const pieces: Uint8Array[] = [];
    for await (const piece of readable) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect((await rejection(ends.near.write("x"))).code).toBe("ERR_CLOSED");
  });

  it("reads into the buffer that a BYOB reader brings", async () => {
    using ends = await kind.connect();
    const reader = toWeb(ends.near).readable.getReader({ mode: "byob" });
    await ends.far.write("0123456789");
    const room = new Uint8Array(4);
    const first = await reader.read(room);
    expect(text(first.value)).toBe("0123");
    expect(room.byteLength).toBe(0);
    const second = await reader.read(first.value!);
    expect(text(second.value)).toBe("4567");
    ends.far.close();
    const third = await reader.read(new Uint8Array(8));
    expect(text(third.value)).toBe("89");
    expect((await reader.read(new Uint8Array(8))).done).toBe(true);
  });
});

describe("toWeb", () => {
  it("reads nothing before somebody asks, and no more than that", async () => {
    using ends = await pair();
    let reads = 0;
    const read = ends.client.read.bind(ends.client);
    ends.client.read = (p) => (reads++, read(p));
    const { readable } = toWeb(ends.client);
    await ends.server.write("one");
    expect(reads).toBe(0);
    const reader = readable.getReader();
    expect(text((await reader.read()).value)).toBe("one");
    expect(reads).toBe(1);
  });

  it("has a writer wait for a peer that does not read", async () => {
    const [near, far] = pipe();
    const writer = toWeb(near).writable.getWriter();
    const writing = writer.write("text");
    expect(await outcomeAfter(20, writing)).toBe("pending");
    expect(await readText(far)).toBe("text");
    await writing;
    near.close();
  });

  it("closing a writable that cannot close half closes it all", async () => {
    const [near, far] = pipe();
    const { writable } = toWeb(near);
    await writable.close();
    expect(await readText(far)).toBe(null);
  });

  it("passes over an empty write, which is no end", async () => {
    const [near, far] = pipe();
    const reader = toWeb(near).readable.getReader();
    const reading = reader.read();
    await far.write("");
    void far.write("full");
    expect(text((await reading).value)).toBe("full");
    near.close();
  });

  const endings: [string, (conn: StreamConn) => Promise<unknown>][] = [
    ["cancelling the readable", async (conn) => toWeb(conn).readable.cancel("enough")],
    ["aborting the writable", async (conn) => toWeb(conn).writable.abort("enough")],
  ];
  it.each(endings)("%s closes the connection", async (_, end) => {
    using ends = await pair();
    await end(ends.client);
    expect(await readText(ends.server)).toBe(null);
    expect((await rejection(ends.client.write("x"))).code).toBe("ERR_CLOSED");
  });

  it("aborting a writable does not wait for a write that is stuck", async () => {
    const [near, far] = pipe();
    const writer = toWeb(near).writable.getWriter();
    const writing = rejection(writer.write("never read"));
    await turn();
    expect(await outcomeAfter(1000, writer.abort("enough"))).toBe(undefined);
    expect((await writing).code).toBe("ERR_CLOSED_PIPE");
    expect(await readText(far)).toBe(null);
  });

  it("aborting a writable tells that its connection could not be closed", async () => {
    const conn = Object.assign(custom(pipe()[0]), {
      [Symbol.dispose]() {
        throw new Error("not closed");
      },
    });
    expect((await rejection(toWeb(conn).writable.abort("enough"))).message).toBe("not closed");
  });

  it("an error of one direction closes the connection, and the stream fails with it", async () => {
    using ends = await pair();
    const { readable } = toWeb(ends.client);
    ends.client.setReadDeadline(Date.now() + 10);
    const failed = await rejection(readable.getReader().read());
    expect(failed).toMatchObject({ code: "ERR_DEADLINE", op: "read" });
    expect(await readText(ends.server)).toBe(null);
  });

  it.each([
    ["ENOTCONN", "resolves, since the peer is gone", null],
    ["EIO", "fails, and closes the connection", "EIO"],
  ])("an end that ends in %s %s", async (code, _, expected) => {
    using ends = await pair();
    ends.client.closeWrite = () => {
      throw Object.assign(new Error(code), { code });
    };
    const { writable } = toWeb(ends.client);
    if (expected === null) {
      await writable.close();
      await ends.client.write("open");
      expect(await readText(ends.server)).toBe("open");
    } else {
      expect((await rejection(writable.close())).code).toBe(expected);
      expect((await rejection(ends.client.write("x"))).code).toBe("ERR_CLOSED");
    }
  });

  it("fails for chunks that are no bytes", async () => {
    using ends = await pair();
    const writer = toWeb(ends.client).writable.getWriter();
    writer.closed.catch(() => {});
    expect((await rejection(writer.write(3 as never))).code).toBe("ERR_INVALID_ARG_TYPE");
  });

  it("serves what takes a Response", async () => {
    using ends = await pair();
    const { writable } = toWeb(ends.server);
    void new Response("a body").body!.pipeTo(writable);
    const { readable } = toWeb(ends.client);
    expect(await new Response(readable).text()).toBe("a body");
  });

  it("refuses what is no stream connection", () => {
    expect(thrown(() => toWeb({} as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });
});
