// A transfer from stream to stream that is cut short, on either side and in the middle: the number that arrived is told,
// both connections stay what they were, and no pipe is lost or handed on with bytes in it.

import { LimitedReader, type Source, type TCPConn } from "rawconn";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { binding } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { type Mode, poller, READ, WRITE } from "#lib/internal/poll/poller.js";
import { fdOf, fill, outcome, readFull, turn } from "../poll/pair.js";
import { failingAlways, withFault } from "../faults/inject.js";
import { run, saying } from "../life/child.js";
import { rejection } from "../support/outcome.js";
import { emptyPipes } from "../support/pipes.js";
import { ends, type Ends, noise, openPipes, readAll, send } from "./ends.js";

let source: Ends<TCPConn>;
let sink: Ends<TCPConn>;
let pipes: string[];
beforeEach(async () => {
  pipes = openPipes();
  [source, sink] = await Promise.all([ends("tcp"), ends("tcp")]);
});
afterEach(() => {
  source[Symbol.dispose]();
  sink[Symbol.dispose]();
  // Whatever happened, nothing but idle pipes is left.
  const left = openPipes().filter((pipe) => !pipes.includes(pipe));
  if (left.length > 0) throw new Error(`open still: ${left.join()}`);
});
afterAll(emptyPipes);

type Splice = typeof binding.splice;

/** Waits until an operation of this side is parked. */
async function untilWaits(conn: TCPConn, mode: Mode): Promise<void> {
  while (poller.waiting[fdOf(conn).slot * 2 + mode] === null) await turn();
}

/** A transfer of four bytes that are in the pipe already, since the sink is full; and how much that is. */
async function heldUp(reader: Source = source.far): Promise<{ copying: Promise<Ended>; filled: number }> {
  await source.near.write("four");
  const filled = fill(sink.near);
  const copying = outcome(sink.near.readFrom(reader));
  await untilWaits(sink.near, WRITE);
  return { copying, filled };
}

type Ended = Awaited<ReturnType<typeof outcome>>;

/** How the error tells the whole story. */
const story = (rest: string) => {
  const { localAddr, remoteAddr } = sink.near;
  return `readfrom tcp ${localAddr!.toString()}->${remoteAddr!.toString()}: ${rest}`;
};

describe("a deadline", () => {
  it("of the source ends it with what arrived, and everything goes on afterwards", async () => {
    const copying = rejection(sink.near.readFrom(source.far));
    await source.near.write("one");
    await readFull(sink.far, 3);
    source.far.setReadDeadline(Date.now() + 5);
    expect(await copying).toMatchObject({
      op: "readfrom",
      code: "ERR_DEADLINE",
      n: 3,
      message: story("i/o timeout"),
    });
    source.far.setReadDeadline(null);
    await send(source.near, Buffer.from("two"));
    expect(await sink.near.readFrom(source.far)).toBe(3);
    expect((await readFull(sink.far, 3)).toString()).toBe("two");
  });

  it("of the sink that is full ends it with what arrived, and the sink goes on", async () => {
    const bytes = noise(40 << 20);
    const sending = outcome(source.near.write(bytes));
    sink.near.setWriteDeadline(Date.now() + 50);
    const reader = new LimitedReader(source.far, bytes.length);
    const error = await rejection(sink.near.readFrom(reader));
    expect(error).toMatchObject({ code: "ERR_DEADLINE", message: story("i/o timeout") });
    expect(error.n).toBeGreaterThan(0);
    expect(reader.n).toBe(bytes.length - error.n!);
    sink.near.setWriteDeadline(null);
    const writing = sink.near.write("after").then(() => sink.near.closeWrite());
    const got = await readAll(sink.far);
    await writing;
    expect(got.length).toBe(error.n! + 5);
    expect(got.subarray(0, error.n).equals(bytes.subarray(0, error.n))).toBe(true);
    expect(got.toString("latin1", error.n)).toBe("after");
    source.near.close();
    await sending;
  });

  it("that has passed ends it before a byte is moved: of the source, none is lost", async () => {
    await source.near.write("one");
    source.far.setReadDeadline(1);
    expect(await rejection(sink.near.readFrom(source.far))).toMatchObject({ code: "ERR_DEADLINE", n: 0 });
    source.far.setReadDeadline(null);
    expect((await readFull(source.far, 3)).toString()).toBe("one");
  });

  it("of a side that is not at work is not its business", async () => {
    sink.near.setReadDeadline(1);
    source.far.setWriteDeadline(1);
    await send(source.near, Buffer.from("one"));
    expect(await sink.near.readFrom(source.far)).toBe(3);
  });
});

describe("closing", () => {
  it("the source while it is waited for", async () => {
    const copying = rejection(sink.near.readFrom(source.far));
    await turn();
    source.far.close();
    const message = story("use of closed network connection");
    expect(await copying).toMatchObject({ op: "readfrom", code: "ERR_CLOSED", n: 0, message });
    expect(await sink.near.write("x")).toBe(1);
  });

  it("the sink while it is waited for", async () => {
    const { copying, filled } = await heldUp();
    sink.near.close();
    expect(await copying).toMatchObject({ error: { code: "ERR_CLOSED", n: 0 } });
    expect((await readAll(sink.far)).length).toBe(filled);
    expect(await source.far.write("x")).toBe(1);
  });

  it("the sink while the source is waited for: the next bytes find out", async () => {
    const copying = rejection(sink.near.readFrom(source.far));
    await turn();
    sink.near.close();
    await source.near.write("lost");
    expect(await copying).toMatchObject({ code: "ERR_CLOSED", n: 0 });
  });

  it("the source while its bytes wait for the sink: they go, and then it is told", async () => {
    const { copying, filled } = await heldUp();
    source.far.close();
    expect((await readFull(sink.far, filled + 4)).toString("latin1", filled)).toBe("four");
    expect(await copying).toMatchObject({ error: { code: "ERR_CLOSED", n: 4 } });
  });

  it.each([
    ["closed", () => source.far.close()],
    ["late", () => source.far.setReadDeadline(1)],
  ])("or not: a source that is %s matters no more once the limit is reached", async (_how, act) => {
    const reader = new LimitedReader(source.far, 4);
    const { copying, filled } = await heldUp(reader);
    act();
    await readFull(sink.far, filled + 4);
    expect([await copying, reader.n]).toEqual([{ value: 4 }, 0]);
  });

  it("both ends before it begins", async () => {
    sink.near.close();
    source.far.close();
    expect(await rejection(sink.near.readFrom(source.far))).toMatchObject({ code: "ERR_CLOSED", n: 0 });
  });
});

describe("a peer that resets", () => {
  const reset = (conn: TCPConn) => {
    conn.setLinger(0);
    conn.close();
  };

  it("the source: what came before arrives, then it is told", async () => {
    const reader = new LimitedReader(source.far, 100);
    const copying = rejection(sink.near.readFrom(reader));
    await source.near.write("prefix");
    expect((await readFull(sink.far, 6)).toString()).toBe("prefix");
    reset(source.near);
    const message = story("splice: connection reset by peer");
    expect(await copying).toMatchObject({ code: "ECONNRESET", syscall: "splice", n: 6, message });
    expect(reader.n).toBe(94);
    expect(await sink.near.write("x")).toBe(1);
  });

  it("the sink: told with the next bytes, by the name of what happened", async () => {
    const copying = rejection(sink.near.readFrom(source.far));
    await turn();
    reset(sink.far);
    await turn();
    await source.near.write("lost");
    const message = story("splice: connection reset by peer");
    expect(await copying).toMatchObject({ code: "ECONNRESET", n: 0, message });
  });

  it("the sink while that is waited for", async () => {
    const { copying } = await heldUp();
    reset(sink.far);
    expect(await copying).toMatchObject({ error: { code: "ECONNRESET", n: 0 } });
  });

  it("the sink, by writeTo, whose error is the source's", async () => {
    const copying = rejection(source.far.writeTo(sink.near));
    await turn();
    reset(sink.far);
    await turn();
    await source.near.write("lost");
    const { localAddr, remoteAddr } = source.far;
    const ends = `${localAddr!.toString()}->${remoteAddr!.toString()}`;
    expect(await copying).toMatchObject({
      op: "writeto",
      n: 0,
      message: `writeto tcp ${ends}: splice: connection reset by peer`,
    });
  });

  // Neither call takes a flag against the signal, and Node no longer ignores it once somebody has listened for it.
  it.each(["splice", "sendfile"])("kills nobody by SIGPIPE from %s", async (call) => {
    expect(await run("sigpipe.mjs", [call])).toEqual(saying(["EPIPE", "alive"]));
  });
});

describe("a pipe", () => {
  it("that has bytes left in it serves nobody else", async () => {
    for (let round = 0; round < 3; round++) {
      using one: Ends<TCPConn> = await ends("tcp");
      using two: Ends<TCPConn> = await ends("tcp");
      await one.near.write("stale");
      fill(two.near);
      const copying = outcome(two.near.readFrom(one.far));
      await untilWaits(two.near, WRITE);
      two.near.setWriteDeadline(1);
      expect(await copying).toMatchObject({ error: { code: "ERR_DEADLINE", n: 0 } });
    }
    await send(source.near, Buffer.from("fresh"));
    expect(await sink.near.readFrom(source.far)).toBe(5);
    sink.near.closeWrite();
    expect((await readAll(sink.far)).toString()).toBe("fresh");
  });

  it("is used again by the next transfer, and made when many run at once", async () => {
    let made = 0;
    const counting = (real: typeof binding.pipe) => (p: Uint8Array) => (made++, real(p));
    emptyPipes();
    await withFault({ pipe: counting }, async () => {
      for (const text of ["one", "two", "three"]) {
        await source.near.write(text);
        await sink.near.readFrom(new LimitedReader(source.far, text.length));
      }
      expect(made).toBe(1);
      const others = await Promise.all(Array.from({ length: 12 }, () => ends("tcp")));
      const copies = others.map(({ near, far }) => rejection(near.readFrom(near)).finally(() => far.close()));
      expect(made).toBe(12);
      for (const { near } of others) near.close();
      await Promise.all(copies);
    });
  });

  it.each(["EMFILE", "ENFILE"] as const)(
    "that cannot be made (%s) is not missed: bytes are copied",
    async (code) => {
      emptyPipes();
      const reader = new LimitedReader(source.far, 1000);
      await send(source.near, noise(700));
      await withFault({ pipe: failingAlways(code) }, async () => {
        expect(await sink.near.readFrom(reader)).toBe(700);
      });
      expect(reader.n).toBe(300);
      sink.near.closeWrite();
      expect((await readAll(sink.far)).equals(noise(700))).toBe(true);
    },
  );
});

describe("a kernel", () => {
  it.each(["EINVAL", "ENOSYS"] as const)(
    "without splice(2) for these sockets (%s): bytes are copied",
    async (code) => {
      const reader = new LimitedReader(source.far, 500_000);
      const sending = send(source.near, noise(400_000));
      const reading = readAll(sink.far);
      await withFault({ splice: failingAlways(code) }, async () => {
        expect(await sink.near.readFrom(reader)).toBe(400_000);
      });
      await sending;
      sink.near.closeWrite();
      expect(reader.n).toBe(100_000);
      expect((await reading).equals(noise(400_000))).toBe(true);
    },
  );

  it("that changes its mind in the middle is an error, and tells how far it came", async () => {
    // In, out, and then no more.
    let calls = 0;
    const twice: (real: Splice) => Splice =
      (real) =>
      (...args) =>
        calls++ < 2 ? real(...args) : -errno("EINVAL");
    await source.near.write("one");
    await withFault({ splice: twice }, async () => {
      expect(await outcome(sink.near.readFrom(source.far))).toMatchObject({
        error: { op: "readfrom", code: "EINVAL", syscall: "splice", n: 3 },
      });
    });
  });

  it("that takes none of what is in the pipe, and says nothing, is no loop without end", async () => {
    await source.near.write("one");
    await withFault(
      { splice: (real) => (from, to, n) => (to === fdOf(sink.near).fd ? 0 : real(from, to, n)) },
      async () => {
        expect(await outcome(sink.near.readFrom(source.far))).toMatchObject({ error: { code: "EIO", n: 0 } });
      },
    );
  });

  it("that moves a byte at a time, and often none, loses none", async () => {
    let calls = 0;
    const slowly: (real: Splice) => Splice = (real) => (from, to, length) =>
      ++calls % 3 === 0 ? -errno("EAGAIN") : real(from, to, Math.min(length, 1));
    const bytes = noise(300);
    await source.near.write(bytes);
    await withFault({ splice: slowly }, async () => {
      const copying = sink.near.readFrom(new LimitedReader(source.far, 300));
      // An EAGAIN that no event follows: these make one on either side, as traffic does.
      const nudging = setInterval(() => {
        for (const { slot } of [fdOf(source.far), fdOf(sink.near)]) {
          poller.ready[slot] |= 3;
          poller.waiting[slot * 2]?.fd.resume(READ);
          poller.waiting[slot * 2 + 1]?.fd.resume(WRITE);
        }
      }, 0);
      expect(await copying).toBe(300);
      clearInterval(nudging);
    });
    expect((await readFull(sink.far, 300)).equals(bytes)).toBe(true);
  });

  it("that cannot watch the sink ends it, and the bytes in the pipe with it", async () => {
    using other: Ends<TCPConn> = await ends("tcp");
    await source.near.write("four");
    fill(other.far);
    await withFault({ add: failingAlways("ENOSPC") }, async () => {
      const error = await rejection(other.far.readFrom(new LimitedReader(source.far, 4)));
      expect(error).toMatchObject({ op: "readfrom", code: "ENOSPC", n: 0 });
    });
  });
});
