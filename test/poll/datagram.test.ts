// An FD over a datagram socket: one message a call, an error is one operation's, and nothing is the end.

import { describe, expect, it } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import { FD } from "#lib/internal/poll/fd.js";
import { check, datagramSocket, loopback, type Raw } from "../internal/raw.js";
import { outcome, turn } from "./pair.js";

const room = (length = 64) => new Uint8Array(length);
const bytes = (text: string) => new TextEncoder().encode(text);

/** An FD connected to a bare socket, both on ports of their own. */
class Ends implements Disposable {
  readonly far: Raw = datagramSocket();
  readonly fd: FD;
  readonly #port: number;

  constructor() {
    const near = datagramSocket();
    this.#port = near.port;
    check(binding.connect(near.fd, loopback(this.far.port)));
    check(binding.connect(this.far.fd, loopback(this.#port)));
    this.fd = new FD(near.fd, false);
  }

  /** Sends one message to the FD, at once. */
  send(text: string): void {
    check(binding.send(this.far.fd, bytes(text), 0));
  }

  [Symbol.dispose](): void {
    if (!this.fd.closing) this.fd.close();
    this.far[Symbol.dispose]();
  }
}

/** An FD connected to a port where nobody is any more. */
function toNobody(): FD {
  using gone = datagramSocket();
  const near = datagramSocket();
  check(binding.connect(near.fd, loopback(gone.port)));
  return new FD(near.fd, false);
}

describe("messages", () => {
  it("come one a read, however much room there is", async () => {
    using ends = new Ends();
    for (const text of ["one", "", "three"]) ends.send(text);
    const p = room();
    expect([await ends.fd.read(p), await ends.fd.read(p), await ends.fd.read(p)]).toEqual([3, 0, 5]);
  });

  it("that are short do not mean that there are no more", async () => {
    using ends = new Ends();
    const waiting = outcome(ends.fd.read(room()));
    await turn();
    for (const text of ["first", "second"]) ends.send(text);
    expect(await waiting).toEqual({ value: 5 });
    expect(await ends.fd.read(room())).toBe(6);
  });

  it("of no bytes wake who waits, and are no end", async () => {
    using ends = new Ends();
    const waiting = outcome(ends.fd.read(room()));
    await turn();
    ends.send("");
    expect(await waiting).toEqual({ value: 0 });
    ends.send("more");
    expect(await ends.fd.read(room())).toBe(4);
  });

  it("of no bytes go out as such", async () => {
    using ends = new Ends();
    expect(await ends.fd.write(new Uint8Array(0))).toBe(0);
    expect(binding.recv(ends.far.fd, room())).toBe(0);
  });

  it("are not taken by a read without room, as in Go", async () => {
    using ends = new Ends();
    ends.send("kept");
    expect(await ends.fd.read(new Uint8Array(0))).toBe(0);
    const p = room();
    expect(await ends.fd.read(p)).toBe(4);
    expect(Buffer.from(p.subarray(0, 4)).toString()).toBe("kept");
  });

  it("are not taken by a read whose bytes were taken away", async () => {
    using ends = new Ends();
    const p = room();
    const waiting = outcome(ends.fd.read(p));
    await turn();
    structuredClone(p.buffer, { transfer: [p.buffer] });
    ends.send("kept");
    expect(await waiting).toMatchObject({ error: { code: "ERR_BUFFER_DETACHED" } });
    expect(await ends.fd.read(room())).toBe(4);
  });
});

describe("a peer that is not there", () => {
  it("is ECONNREFUSED to who waits to read, once for each answer", async () => {
    const fd = toNobody();
    const waiting = [outcome(fd.read(room())), outcome(fd.read(room()))];
    await turn();
    expect(await fd.write(bytes("x"))).toBe(1);
    // Readiness without IN: the system call tells that it is an error.
    expect(await waiting[0]).toMatchObject({ error: { code: "ECONNREFUSED", syscall: "read" } });
    expect(await fd.write(bytes("x"))).toBe(1);
    expect(await waiting[1]).toMatchObject({ error: { code: "ECONNREFUSED" } });
    fd.close();
  });

  it("is ECONNREFUSED to the next write, and the one after it goes out", async () => {
    const fd = toNobody();
    expect(await fd.write(bytes("x"))).toBe(1);
    expect(await outcome(fd.write(bytes("x")))).toMatchObject({
      error: { code: "ECONNREFUSED", syscall: "write" },
    });
    expect(await fd.write(bytes("x"))).toBe(1);
    fd.close();
  });

  it.runIf(process.platform === "linux")("keeps no loop busy though errors are queued", async () => {
    const fd = toNobody();
    const on = new Uint8Array(Int32Array.of(1).buffer);
    check(binding.setsockopt(fd.fd, constant("IPPROTO_IP"), constant("IP_RECVERR"), on));
    let calls = 0;
    const { recv } = binding;
    binding.recv = (number, p) => {
      calls++;
      return recv(number, p);
    };
    for (let time = 0; time < 5; time++) await outcome(fd.write(bytes("x")));
    const waiting = outcome(fd.read(room()));
    expect(await waiting).toMatchObject({ error: { code: "ECONNREFUSED" } });
    const again = outcome(fd.read(room()));
    for (let time = 0; time < 200; time++) await turn();
    fd.close();
    await again;
    binding.recv = recv;
    // The error queue is not emptied, and so stays readable: that is told once, and tried a few times.
    expect(calls).toBeLessThan(20);
  });
});
