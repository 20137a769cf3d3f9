// Every kind of socket, closed at a bad time.

import { type Conn, dialUnix, type Handle, type Listener, type UnixAddr } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { FD } from "#lib/internal/poll/fd.js";
import { poller } from "#lib/internal/poll/poller.js";
import { check, connected } from "../internal/raw.js";
import { codeOf, fdOf, outcome, turn } from "../poll/pair.js";
import { clog, each, kindOf, receive, unclog } from "../support/kinds.js";
import { eachWay, SENT, waysIn, waysOut } from "../support/operations.js";
import { rejection } from "../support/outcome.js";
import { watched, withFault } from "./inject.js";

const waits = each((kind) => kind.waits);
const listens = each((kind) => kind.listen !== null);

/** Closes it, and tells which numbers close(2) was called with. */
async function closedBy(handle: Handle): Promise<number[]> {
  const closed: number[] = [];
  await withFault({ close: watched<typeof binding.close>((_, fd) => closed.push(fd)) }, () => handle.close());
  return closed;
}

/** Closes it while an operation waits: the code which that ends with. */
async function endOf(handle: Handle, waiting: Promise<unknown>): Promise<string | undefined> {
  const { fd } = fdOf(handle);
  const ended = codeOf(waiting);
  await turn();
  expect(await closedBy(handle)).toEqual([fd]);
  const code = await ended;
  expect(() => handle.close()).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
  return code;
}

describe("close ends what waits, and calls close(2) once:", () => {
  it.each(eachWay(each(), waysIn))("%s", async (_name, kind, way) => {
    using ends = await kind.connect();
    expect(await endOf(ends.near, way.start(ends.near))).toBe("ERR_CLOSED");
  });

  it.each(eachWay(waits, waysOut))("%s", async (_name, kind, way) => {
    using ends = await kind.connect();
    clog(ends.near);
    expect(await endOf(ends.near, way.start(ends.near))).toBe("ERR_CLOSED");
  });

  it.each(each())("both sides of a RawConn of %s", async (_name, kind) => {
    using ends = await kind.connect();
    const conn = ends.near.syscallConn();
    const writing = codeOf(conn.write(() => false));
    expect(
      await endOf(
        ends.near,
        conn.read(() => false),
      ),
    ).toBe("ERR_CLOSED");
    expect(await writing).toBe("ERR_CLOSED");
  });

  it.each(listens)("accept of %s", async (_name, kind) => {
    using listener = await kind.listen!();
    expect(await endOf(listener, listener.accept())).toBe("ERR_CLOSED");
  });

  it.each(each())("a line of reads of %s, in order", async (_name, kind) => {
    using ends = await kind.connect();
    const order: number[] = [];
    const reads = [0, 1, 2].map((i) => rejection(receive(kind, ends.near)).then(() => order.push(i)));
    ends.near.close();
    await Promise.all(reads);
    expect(order).toEqual([0, 1, 2]);
  });
});

describe("an operation that waits is not ended by the close of", () => {
  it.each(each())("a duplicate of its descriptor: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const reading = receive(kind, ends.near);
    ends.near.file().close();
    await turn();
    await ends.far.write("still here");
    expect(String(await reading)).toBe("still here");
  });

  it.each(each((kind) => !kind.ends))("its peer, where no end is told: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const waiting = codeOf(receive(kind, ends.near));
    ends.far.close();
    for (let turns = 0; turns < 3; turns++) await turn();
    expect(poller.waiting[fdOf(ends.near).slot * 2]).not.toBe(null);
    ends.near.close();
    expect(await waiting).toBe("ERR_CLOSED");
  });
});

describe("an event for a descriptor that is gone while a copy of it lives", () => {
  it.each(each())("does not reach the heir of its slot: %s", async (_name, kind) => {
    const old = await kind.connect();
    const reading = codeOf(receive(kind, old.near));
    await turn();
    const fd = fdOf(old.near);
    const { slot } = fd;
    // Closed by its number, so that it cannot be deregistered: the kernel tells of it as long as the copy lives.
    const copy = check(binding.dup(fd.fd));
    binding.close(fd.fd);
    fd.close();
    expect(await reading).toBe("ERR_CLOSED");
    const raw = connected();
    const heir = new FD(raw.near.fd, true);
    expect(heir.slot).toBe(slot);
    const waiting = heir.read(new Uint8Array(8));
    await turn();
    const before = poller.stale;
    await old.far.write("boo");
    await turn();
    expect(poller.stale).toBeGreaterThan(before);
    check(binding.send(raw.far.fd, Buffer.from("ours"), 0));
    expect(await waiting).toBe(4);
    heir.close();
    old.far.close();
    for (const number of [raw.far.fd, copy]) binding.close(number);
  });
});

describe("a Unix listener whose queue is full", () => {
  /** A listener with room for one, and the connection that takes it. */
  async function full(name: string): Promise<{ listener: Listener<Conn>; queued: Conn; addr: UnixAddr }> {
    const listener = await kindOf(name).listen!();
    check(binding.listen(fdOf(listener).fd, 0));
    const addr = listener.addr as UnixAddr;
    return { listener, queued: await dialUnix(addr.net, null, addr), addr };
  }

  // connect(2) on such a socket does not go on by itself: there is nothing to wait for, as in Go.
  it.each(["unix", "unixpacket"])("refuses a dial at once, and serves the next: %s", async (name) => {
    const { listener, queued, addr } = await full(name);
    expect(await outcome(dialUnix(addr.net, null, addr))).toMatchObject({
      error: { code: "EAGAIN", op: "dial", syscall: "connect" },
    });
    const first = await listener.accept();
    const next = await dialUnix(addr.net, null, addr);
    for (const handle of [queued, first, next, listener]) handle.close();
  });

  it.each(["unix", "unixpacket"])("that is closed ends who was queued: %s", async (name) => {
    const { listener, queued } = await full(name);
    const reading = outcome(queued.read(new Uint8Array(8)));
    listener.close();
    expect(await reading).toMatchObject({ error: { code: "ECONNRESET" } });
    queued.close();
  });
});

describe("closing with bytes under way", () => {
  it.each(eachWay(waits, waysOut))("leaves the peer what went before: %s", async (_name, kind, way) => {
    using ends = await kind.connect();
    expect(await way.start(ends.near)).toBe(SENT);
    ends.near.close();
    expect((await receive(kind, ends.far))!.length).toBe(SENT);
  });

  it.each(waits)("frees a writer at the other end: %s", async (_name, kind) => {
    using ends = await kind.connect();
    clog(ends.far);
    const writing = outcome(ends.far.write("never"));
    await turn();
    ends.near.close();
    const codes = ["EPIPE", "ECONNRESET", "ECONNREFUSED"];
    expect(codes).toContain(((await writing) as { error: { code: string } }).error.code);
    unclog(ends.far);
  });
});
