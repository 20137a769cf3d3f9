// Closing: what waits is told so, once each; the number goes back once; nothing is done on it afterwards.

import { AddrError, type Handle, listen } from "rawconn";
import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { FD } from "#lib/internal/poll/fd.js";
import { ConnectOp } from "#lib/internal/poll/ops.js";
import { poller, READ, WRITE } from "#lib/internal/poll/poller.js";
import { failing, watched, withFault } from "../faults/inject.js";
import { check, connected, loopback, minus, streamSocket } from "../internal/raw.js";
import { codeOf, fdOf, fill, join, outcome, pair, readFull, turn } from "./pair.js";

const room = () => new Uint8Array(16);

/** Runs `body` and tells which descriptors were closed meanwhile, in order. */
async function closedIn(body: () => Promise<void> | void): Promise<number[]> {
  const closed: number[] = [];
  await withFault({ close: watched<typeof binding.close>((_result, fd) => closed.push(fd)) }, body);
  return closed;
}

/** A listener whose queue is full: whoever connects next waits. */
function busyListener(): { port: number } & Disposable {
  const listener = streamSocket();
  check(binding.bind(listener.fd, loopback()));
  check(binding.listen(listener.fd, 0));
  const queued = streamSocket();
  binding.connect(queued.fd, loopback(listener.port));
  return {
    port: listener.port,
    [Symbol.dispose]() {
      binding.close(queued.fd);
      binding.close(listener.fd);
    },
  };
}

describe("close", () => {
  it("rejects what waits on either side, and gives the number back once", async () => {
    using ends = await pair();
    const { near } = ends;
    fill(near);
    const waiting = Promise.all([
      codeOf(near.read(room())),
      codeOf(near.read(room())),
      codeOf(near.write("x")),
      codeOf(near.write("y")),
    ]);
    const { fd } = fdOf(near);
    expect(await closedIn(() => near.close())).toEqual([fd]);
    expect(await waiting).toEqual(["ERR_CLOSED", "ERR_CLOSED", "ERR_CLOSED", "ERR_CLOSED"]);
  });

  it("tells a write that waits how much of it went, and those behind it that nothing did", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const filled = fill(near);
    const first = outcome(near.write(new Uint8Array(64 << 20)));
    const second = outcome(near.write("x"));
    await readFull(far, filled + 100_000);
    near.close();
    const ended = await first;
    expect(ended).toMatchObject({ error: { code: "ERR_CLOSED", op: "write" } });
    expect("error" in ended && ended.error.n).toBeGreaterThanOrEqual(100_000);
    expect("error" in ended && ended.error.n).toBeLessThan(64 << 20);
    expect(await second).toMatchObject({ error: { code: "ERR_CLOSED", n: 0 } });
  });

  it("rejects accepts that wait, and ends the loop over a listener", async () => {
    const listener = await listen("tcp", "127.0.0.1:0");
    const waiting = Promise.all([codeOf(listener.accept()), codeOf(listener.accept())]);
    let seen = 0;
    const loop = (async () => {
      for await (const conn of listener) {
        seen++;
        conn.close();
      }
    })();
    await turn();
    listener.close();
    expect(await waiting).toEqual(["ERR_CLOSED", "ERR_CLOSED"]);
    await loop;
    expect(seen).toBe(0);
    expect(await codeOf(listener.accept())).toBe("ERR_CLOSED");
  });

  it("rejects a connect that waits", async () => {
    using listener = busyListener();
    const fd = new FD(check(binding.socket(2, 1, 0)), true);
    const connecting = codeOf(ConnectOp.start(fd, loopback(listener.port)));
    await turn();
    expect(poller.waiting[fd.slot * 2 + WRITE]).not.toBe(null);
    fd.close();
    expect(await connecting).toBe("ERR_CLOSED");
    expect(fd.fd).toBe(-1);
  });

  it("is a mistake the second time, and then asks nothing of the kernel", async () => {
    using ends = await pair();
    ends.near.close();
    const closed: number[] = [];
    const close = binding.close;
    binding.close = (fd) => closed.push(fd);
    expect(() => ends.near.close()).toThrow(expect.objectContaining({ code: "ERR_CLOSED", op: "close" }));
    ends.near[Symbol.dispose]();
    binding.close = close;
    expect(closed).toEqual([]);
  });

  it.each([
    ["read", (handle) => handle.read(room())],
    ["write", (handle) => handle.write("x")],
  ] as [string, (conn: Awaited<ReturnType<typeof pair>>["near"]) => Promise<unknown>][])(
    "comes before any system call of a later %s",
    async (name, operate) => {
      using ends = await pair();
      ends.near.close();
      const calls: string[] = [];
      const { recv, send } = binding;
      binding.recv = () => calls.push("recv");
      binding.send = () => calls.push("send");
      const ended = await outcome(operate(ends.near));
      Object.assign(binding, { recv, send });
      expect(ended).toMatchObject({ error: { code: "ERR_CLOSED", op: name } });
      expect(calls).toEqual([]);
    },
  );

  it("by the one whose operation settled first does not disturb the others of the batch", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const all = await Promise.all(Array.from({ length: 20 }, () => join(listener)));
    // Whoever reads first closes everything, while the events of the other connections stand in the same batch.
    let first = -1;
    const reads = all.map(async ({ near }, i) => {
      const ended = await outcome(near.read(room()));
      if (first === -1) {
        first = i;
        for (const ends of all) ends.near.close();
      }
      return ended;
    });
    for (const { far } of all) binding.send(fdOf(far).fd, Buffer.from("x"), 0);
    const ended = await Promise.all(reads);
    expect(ended.every((one) => ("value" in one ? one.value === 1 : one.error.code === "ERR_CLOSED"))).toBe(
      true,
    );
    expect(first).not.toBe(-1);
    for (const ends of all) ends.far.close();
  });
});

describe("a lent number", () => {
  it("is not closed before it is given back", async () => {
    using ends = await pair();
    const fd = fdOf(ends.near);
    const number = fd.fd;
    const closed = await closedIn(() => {
      fd.borrow((lent) => {
        expect(lent).toBe(number);
        ends.near.close();
        expect(binding.getsockname(lent, new Uint8Array(32))).toBe(16);
        expect(() => fd.borrow(() => 0)).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
      });
    });
    expect(closed).toEqual([number]);
    expect(fd.fd).toBe(-1);
  });

  it("is given back by a borrower who throws", async () => {
    using ends = await pair();
    const fd = fdOf(ends.near);
    const mine = new AddrError("mine", "");
    expect(() =>
      fd.borrow(() => {
        fd.borrow(() => 0);
        throw mine;
      }),
    ).toThrow(mine);
    expect(await closedIn(() => ends.near.close())).toHaveLength(1);
  });
});

describe("a number closed behind our back", () => {
  it("is EBADF to what comes next, and close is not told of another's success", async () => {
    const raw = connected();
    const fd = new FD(raw.near.fd, true);
    const number = fd.fd;
    binding.close(number);
    expect(await codeOf(fd.read(room()))).toBe("EBADF");
    expect(await codeOf(fd.write(Buffer.from("x")))).toBe("EBADF");
    fd.close();
    binding.close(raw.far.fd);
  });

  it("does not let a wait begin", async () => {
    const raw = connected();
    const fd = new FD(raw.near.fd, true);
    fd.notReady(READ);
    binding.close(raw.near.fd);
    expect(await outcome(fd.read(room()))).toMatchObject({ error: { code: "EBADF", syscall: "epoll_ctl" } });
    expect(poller.waiting[fd.slot * 2]).toBe(null);
    fd.close();
    binding.close(raw.far.fd);
  });
});

describe("close(2) itself", () => {
  it("is not made again when a signal interrupted it", async () => {
    using ends = await pair();
    const { fd } = fdOf(ends.near);
    let calls = 0;
    await withFault(
      {
        close: (real) => (closing) => {
          calls++;
          real(closing);
          return minus("EINTR");
        },
      },
      () => ends.near.close(),
    );
    expect(calls).toBe(1);
    expect(binding.getsockname(fd, new Uint8Array(32))).toBe(minus("EBADF"));
  });

  it("that fails leaves the handle closed all the same", async () => {
    using ends = await pair();
    const near: Handle = ends.near;
    const { fd } = fdOf(near);
    await withFault({ close: failing("EIO") }, () => near.close());
    expect(() => near.close()).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
    binding.close(fd);
  });
});
