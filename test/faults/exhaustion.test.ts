// No memory, no buffers: an error for one operation, after which the socket works as before.

import { dial, listen } from "rawconn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { errno } from "#lib/errors/index.js";
import { poller, READ } from "#lib/internal/poll/poller.js";
import { leaks, openDescriptors, type Descriptors } from "../descriptors.js";
import { codeOf, fdOf, fill, outcome, type Pair, pair, readFull, sendNow, turn } from "../poll/pair.js";
import { failing, withFault } from "./inject.js";

const realSend = binding.send;
const room = () => new Uint8Array(16);
let before: Descriptors;

beforeAll(() => {
  before = openDescriptors()!;
});
afterAll(() => {
  const left = leaks(before, openDescriptors()!);
  if (left.length > 0) throw new Error(`left open: ${left.join("\n")}`);
});

/** Fills the kernel's buffers past all faults and empties them again: that wakes whoever waits to write. */
function wake({ near, far }: Pair): void {
  const { send } = binding;
  binding.send = realSend;
  fill(near);
  binding.send = send;
  const big = new Uint8Array(1 << 20);
  while (binding.recv(fdOf(far).fd, big) > 0);
}

describe.each(["ENOBUFS", "ENOMEM"] as const)("%s", (name) => {
  it("in a read rejects it, and the next one gets the bytes", async () => {
    using ends = await pair();
    sendNow(ends.far, "bytes");
    await withFault({ recv: failing(name) }, async () => {
      expect(await outcome(ends.near.read(room()))).toMatchObject({
        error: { code: name, op: "read", syscall: "read" },
      });
    });
    expect(await ends.near.read(room())).toBe(5);
  });

  it("in a read that waited rejects it, and the next in line gets the bytes", async () => {
    using ends = await pair();
    const reads = [outcome(ends.near.read(room())), outcome(ends.near.read(room()))];
    await withFault({ recv: failing(name) }, async () => {
      sendNow(ends.far, "bytes");
      expect(await reads[0]).toMatchObject({ error: { code: name } });
      expect(await reads[1]).toEqual({ value: 5 });
    });
  });

  it("in a write rejects it, and the next one goes out", async () => {
    using ends = await pair();
    await withFault({ send: failing(name) }, async () => {
      expect(await outcome(ends.near.write("lost"))).toMatchObject({
        error: { code: name, op: "write", n: 0 },
      });
    });
    expect(await ends.near.write("kept")).toBe(4);
    expect((await readFull(ends.far, 4)).toString()).toBe("kept");
  });

  it("in a write that waited rejects it, never to be waited for", async () => {
    using ends = await pair();
    await withFault({ send: failing("EAGAIN", name) }, async () => {
      const writing = outcome(ends.near.write("lost"));
      await turn();
      wake(ends);
      expect(await writing).toMatchObject({ error: { code: name, n: 0 } });
    });
    expect(await ends.near.write("kept")).toBe(4);
  });

  it("in connect rejects the dial and leaves nothing open", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const address = listener.addr!.toString();
    await withFault({ connect: failing(name) }, async () => {
      expect(await outcome(dial("tcp", address))).toMatchObject({
        error: { code: name, op: "dial", syscall: "connect" },
      });
    });
    const [near, far] = await Promise.all([dial("tcp", address), listener.accept()]);
    near.close();
    far.close();
  });

  it("when a descriptor is to be watched rejects what would wait, and the next wait is tried anew", async () => {
    using ends = await pair();
    const { near, far } = ends;
    const fd = fdOf(near);
    // The dialing side has waited before; the accepted one never has.
    const fresh = fdOf(far);
    await withFault({ add: failing(name, name) }, async () => {
      expect(await outcome(far.read(room()))).toMatchObject({
        error: { code: name, op: "read", syscall: "epoll_ctl" },
      });
      expect(await codeOf(far.read(room()))).toBe(name);
    });
    expect(poller.waiting[fresh.slot * 2 + READ]).toBe(null);
    const reading = far.read(room());
    sendNow(near, "bytes");
    expect(await reading).toBe(5);
    expect(fd.closing).toBe(false);
  });

  it("when a listener is to be watched rejects the accept", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    await withFault({ add: failing(name) }, async () => {
      expect(await outcome(listener.accept())).toMatchObject({ error: { code: name, op: "accept" } });
    });
    const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
    near.close();
    far.close();
  });
});

describe("a port range that is used up", () => {
  it("is told at once, after the few tries that a clash deserves", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let calls = 0;
    await withFault(
      {
        connect: () => () => {
          calls++;
          return -errno("EADDRNOTAVAIL");
        },
      },
      async () => {
        expect(await outcome(dial("tcp", listener.addr!.toString()))).toMatchObject({
          error: { code: "EADDRNOTAVAIL", op: "dial", syscall: "connect" },
        });
      },
    );
    expect(calls).toBe(3);
  });
});

describe("a connect that a signal interrupts", () => {
  it("goes on by itself, and is not made again", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    let calls = 0;
    await withFault(
      {
        connect: (real) => (fd, address) => {
          calls++;
          real(fd, address);
          return -errno("EINTR");
        },
      },
      async () => {
        const [near, far] = await Promise.all([dial("tcp", listener.addr!.toString()), listener.accept()]);
        near.close();
        far.close();
      },
    );
    expect(calls).toBe(1);
  });
});
