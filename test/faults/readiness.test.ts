// Readiness that is told in vain: the system call decides, and the operation waits on.

import { describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { FD } from "#lib/internal/poll/fd.js";
import { ConnectOp } from "#lib/internal/poll/ops.js";
import { poller, READ, READABLE, WRITABLE, WRITE } from "#lib/internal/poll/poller.js";
import { connected, loopback, streamSocket } from "../internal/raw.js";
import { FakeNative, installFakeNative } from "../poll/fake-native.js";
import { outcome, turn } from "../poll/pair.js";
import { failing, failingAlways, failingTimes, watched, withFault } from "./inject.js";

// Events are the test's own here, so that the kernel's cannot help.
installFakeNative();

const TIMES = 100_000;
const room = () => new Uint8Array(16);

/** Two ends of a connection: an FD, and a bare socket opposite. */
class Ends implements Disposable {
  readonly #raw = connected();
  readonly fd = new FD(this.#raw.near.fd, true);

  /** The number of the far end. */
  get far(): number {
    return this.#raw.far.fd;
  }

  /** Tells of readiness, so many times. */
  tell(readiness: number, times = 1): void {
    for (let time = 0; time < times; time++)
      FakeNative.last.tell([[this.fd.slot, this.#generation, readiness]]);
  }

  get #generation(): number {
    return FakeNative.last.added.findLast(([, slot]) => slot === this.fd.slot)![2];
  }

  [Symbol.dispose](): void {
    if (!this.fd.closing) this.fd.close();
    binding.close(this.far);
  }
}

describe("readiness in vain", () => {
  it("for reading, a hundred thousand times, leaves the read waiting, at one call a time", async () => {
    using ends = new Ends();
    const reading = outcome(ends.fd.read(room()));
    let calls = 0;
    await withFault({ recv: watched<typeof binding.recv>(() => calls++) }, () => ends.tell(READABLE, TIMES));
    expect(calls).toBe(TIMES);
    expect(poller.waiting[ends.fd.slot * 2 + READ]).not.toBe(null);
    binding.send(ends.far, Buffer.from("bytes"), 0);
    ends.tell(READABLE);
    expect(await reading).toEqual({ value: 5 });
  });

  it("for writing, a hundred thousand times, leaves the write waiting", async () => {
    using ends = new Ends();
    let writing!: ReturnType<typeof outcome>;
    await withFault({ send: failingTimes(TIMES + 1, "EAGAIN") }, () => {
      writing = outcome(ends.fd.write(Buffer.from("bytes")));
      ends.tell(WRITABLE, TIMES);
      expect(poller.waiting[ends.fd.slot * 2 + WRITE]).not.toBe(null);
      ends.tell(WRITABLE);
    });
    expect(await writing).toEqual({ value: 5 });
  });

  it("for a connect leaves it waiting until the peer has a name", async () => {
    using listener = streamSocket();
    binding.bind(listener.fd, loopback());
    binding.listen(listener.fd, 1);
    const fd = new FD(streamSocket().fd, true);
    const tell = () => FakeNative.last.tell([[fd.slot, FakeNative.last.added.at(-1)![2], WRITABLE]]);
    let settled = false;
    await withFault({ getpeername: failing("ENOTCONN", "ENOTCONN", "ENOTCONN") }, async () => {
      const connecting = ConnectOp.start(fd, loopback(listener.port)).then(() => (settled = true));
      for (let time = 0; time < 3; time++) {
        tell();
        await turn();
        expect(settled).toBe(false);
      }
      tell();
      await connecting;
    });
    fd.close();
  });

  it("for the other side alone touches nothing", async () => {
    using ends = new Ends();
    const reading = outcome(ends.fd.read(room()));
    let calls = 0;
    const count = watched<typeof binding.recv>(() => calls++);
    binding.send(ends.far, Buffer.from("x"), 0);
    const real = binding.recv;
    binding.recv = count(real);
    ends.tell(WRITABLE, 100);
    expect(calls).toBe(0);
    ends.tell(READABLE);
    binding.recv = real;
    expect(await reading).toEqual({ value: 1 });
  });

  it("before anything waits is no promise: the next read asks the kernel", async () => {
    using ends = new Ends();
    const first = outcome(ends.fd.read(room()));
    binding.send(ends.far, Buffer.from("x"), 0);
    ends.tell(READABLE);
    await first;
    ends.tell(READABLE);
    const second = outcome(ends.fd.read(room()));
    expect(poller.waiting[ends.fd.slot * 2 + READ]).not.toBe(null);
    binding.send(ends.far, Buffer.from("y"), 0);
    ends.tell(READABLE);
    expect(await second).toEqual({ value: 1 });
  });
});

describe("EAGAIN although bytes are there", () => {
  it("is waited for, and costs no turn of a busy loop", async () => {
    using ends = new Ends();
    binding.send(ends.far, Buffer.from("bytes"), 0);
    let reading!: ReturnType<typeof outcome>;
    let calls = 0;
    const never = (real: typeof binding.recv) => {
      const recv = failingAlways<typeof binding.recv>("EAGAIN")(real);
      return (fd: number, p: Uint8Array) => {
        calls++;
        return recv(fd, p);
      };
    };
    await withFault({ recv: never }, async () => {
      reading = outcome(ends.fd.read(room()));
      for (let time = 0; time < 100; time++) await turn();
    });
    expect(calls).toBe(1);
    ends.tell(READABLE);
    expect(await reading).toEqual({ value: 5 });
  });
});
