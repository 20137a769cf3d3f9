// A peer that is gone, half gone, or was never there: what it sent is read first, then the one error or the end that is due.

import { dial, listenPacket, TCPConn, type UnixConn } from "rawconn";
import { afterAll, describe, expect, it } from "vitest";
import { codeOf, outcome, turn } from "../poll/pair.js";
import { clog, each, kindOf, type Kind, receive, uniqueName, unclog } from "../support/kinds.js";
import { eachWay, waysOut } from "../support/operations.js";
import { outcomeAfter } from "../support/outcome.js";

// With a listener the signal is not ignored, as Node has it, but caught: whoever raises one is counted.
let signals = 0;
const count = () => signals++;
process.on("SIGPIPE", count);
afterAll(() => void process.off("SIGPIPE", count));

const ending = each((kind) => kind.ends);
const closers = each((kind) => kind.ends && !kind.name.startsWith("tcp"));
type Half = UnixConn | TCPConn;

/** Reads to the end: each message or piece, and what ended it. */
async function readAll(kind: Kind, conn: Parameters<typeof receive>[1]): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const ended = await outcome(receive(kind, conn));
    if ("error" in ended) return [...found, ended.error.code!];
    if (ended.value === null) return [...found, "end"];
    found.push(String(ended.value));
  }
}

describe("a peer that has closed", () => {
  it.each(ending)("leaves what it sent, then the end, for good: %s", async (_name, kind) => {
    using ends = await kind.connect();
    await ends.far.write("last words");
    ends.far.close();
    expect(await readAll(kind, ends.near)).toEqual(["last words", "end"]);
    expect(await receive(kind, ends.near)).toBe(null);
  });

  it.each(ending)("wakes who waits: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const reading = receive(kind, ends.near);
    await turn();
    ends.far.close();
    expect(await reading).toBe(null);
  });

  it.each(eachWay(closers, waysOut))("makes %s fail with EPIPE, each time", async (_what, kind, way) => {
    using ends = await kind.connect();
    ends.far.close();
    for (let time = 0; time < 2; time++) expect(await codeOf(way.start(ends.near))).toBe("EPIPE");
  });

  it("makes unixgram writes fail: refused once, and not connected from then on", async () => {
    using ends = await kindOf("unixgram").connect();
    ends.far.close();
    expect(await codeOf(ends.near.write("x"))).toBe("ECONNREFUSED");
    expect(await codeOf(ends.near.write("x"))).toBe("ENOTCONN");
  });

  it.each(closers)(
    "with bytes unread resets: that is told once, and nothing is lost: %s",
    async (_name, kind) => {
      using ends = await kind.connect();
      await ends.far.write("last words");
      await ends.near.write("never read");
      ends.far.close();
      // A stream tells of it in its place, a sequence of packets at once.
      const found = [...(await readAll(kind, ends.near)), ...(await readAll(kind, ends.near))];
      expect(found.sort()).toEqual(["ECONNRESET", "end", "last words"]);
      expect(await receive(kind, ends.near)).toBe(null);
    },
  );

  it.each(each((kind) => kind.waits))("frees the whole line of writers: %s", async (_name, kind) => {
    using ends = await kind.connect();
    clog(ends.near);
    const writes = [0, 1, 2].map(() => outcome(ends.near.write("never")));
    await turn();
    ends.far.close();
    for (const ended of await Promise.all(writes)) {
      expect("error" in ended && ended.error.code).toMatch(/^(EPIPE|ECONNRESET|ECONNREFUSED|ENOTCONN)$/);
    }
  });
});

describe("half of a connection", () => {
  it.each(ending)("is shut: the bytes, the end, and the other half goes on: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const [near, far] = [ends.near as Half, ends.far as Half];
    await near.write("question");
    near.closeWrite();
    expect(await readAll(kind, far)).toEqual(["question", "end"]);
    await far.write("answer");
    expect(String(await receive(kind, near))).toBe("answer");
    expect(await codeOf(near.write("more"))).toBe("EPIPE");
    far.closeWrite();
    expect(await receive(kind, near)).toBe(null);
  });

  it.each(ending)("that is shut wakes the read that waits at the other end: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const reading = receive(kind, ends.far);
    await turn();
    (ends.near as Half).closeWrite();
    expect(await reading).toBe(null);
    const again = outcomeAfter(10, receive(kind, ends.near));
    expect(await again).toBe("pending");
  });

  it.each(ending)(
    "that is shut for reading ends the read that waits, not the writes: %s",
    async (_name, kind) => {
      using ends = await kind.connect();
      const reading = receive(kind, ends.near);
      await turn();
      (ends.near as Half).closeRead();
      expect(await reading).toBe(null);
      expect(await ends.near.write("x")).toBe(1);
      expect(String(await receive(kind, ends.far))).toBe("x");
    },
  );

  // The kernel wakes a writer for room alone, so it learns of it when there is some.
  it.each(closers)("that is shut for reading refuses the peer's writes: %s", async (_name, kind) => {
    using ends = await kind.connect();
    clog(ends.far);
    const writing = outcome(ends.far.write("never"));
    await turn();
    (ends.near as Half).closeRead();
    unclog(ends.near);
    expect(await writing).toMatchObject({ error: { code: "EPIPE" } });
    expect(await codeOf(ends.far.write("never"))).toBe("EPIPE");
  });

  it("of a reset stream cannot be shut any more", async () => {
    using ends = await kindOf("tcp4").connect();
    (ends.far as TCPConn).setLinger(0);
    ends.far.close();
    await turn();
    expect(ends.near).toBeInstanceOf(TCPConn);
    expect(() => (ends.near as TCPConn).closeWrite()).toThrow(expect.objectContaining({ code: "ENOTCONN" }));
  });
});

describe("nobody", () => {
  it.each(["unix", "unixgram", "unixpacket"] as const)("under a name refuses a dial: %s", async (network) => {
    expect(await outcome(dial(network, uniqueName()))).toMatchObject({
      error: { code: "ECONNREFUSED", op: "dial", syscall: "connect" },
    });
  });

  it("under a name refuses a datagram, and the sender goes on", async () => {
    using near = await listenPacket("unixgram", uniqueName());
    using far = await listenPacket("unixgram", uniqueName());
    const gone = await listenPacket("unixgram", uniqueName());
    gone.close();
    expect(await codeOf(near.writeTo("x", gone.localAddr!))).toBe("ECONNREFUSED");
    expect(await near.writeTo("x", far.localAddr!)).toBe(1);
    expect(await far.read(new Uint8Array(8))).toBe(1);
  });

  it.each(["unix", "unixpacket"])("is there for who speaks another kind: %s", async (network) => {
    using listener = await kindOf(network).listen!();
    const other = network === "unix" ? "unixpacket" : "unix";
    expect(await codeOf(dial(other, listener.addr!.toString()))).toBe("ECONNREFUSED");
    expect(await codeOf(dial("unixgram", listener.addr!.toString()))).toBe("ECONNREFUSED");
  });
});

it("none of this raised a signal", async () => {
  await turn();
  expect(signals).toBe(0);
});
