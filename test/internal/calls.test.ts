// Each function of the waist: what it does, and minus errno for what it cannot do.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import {
  check,
  connected,
  datagramSocket,
  listenerSocket,
  loopback,
  minus,
  portOf,
  Raw,
  streamSocket,
  withFile,
} from "./raw.js";

const AF_INET = constant("AF_INET");
const SOL_SOCKET = constant("SOL_SOCKET");
const bytes = (text: string) => new TextEncoder().encode(text);
const int = (value: number) => new Uint8Array(Int32Array.of(value).buffer);
const intOf = (value: Uint8Array) => new Int32Array(value.slice().buffer)[0];

/** The flags a descriptor was opened with, from /proc. */
function flagsOf(fd: number): number {
  return Number.parseInt(/^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))![1], 8);
}

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

describe.runIf(process.platform === "linux")("new descriptors", () => {
  it("are non-blocking and close-on-exec, whoever makes them", () => {
    using listener = listenerSocket();
    using client = streamSocket();
    binding.connect(client.fd, loopback(listener.port));
    using accepted = new Raw(binding.accept(listener.fd, new Uint8Array(128)));
    for (const { fd } of [listener, client, accepted]) {
      expect(flagsOf(fd) & O_NONBLOCK).toBe(O_NONBLOCK);
      expect(flagsOf(fd) & O_CLOEXEC).toBe(O_CLOEXEC);
    }
  });
});

describe("making and naming sockets", () => {
  it("refuses what the kernel refuses", () => {
    expect(binding.socket(12345, constant("SOCK_STREAM"), 0)).toBe(minus("EAFNOSUPPORT"));
    expect(binding.socket(AF_INET, constant("SOCK_STREAM"), constant("IPPROTO_UDP"))).toBe(
      minus("EPROTONOSUPPORT"),
    );
  });

  it("binds, listens, connects, accepts, and names both ends", () => {
    using listener = streamSocket();
    expect(binding.bind(listener.fd, loopback())).toBe(0);
    expect(binding.listen(listener.fd, 1)).toBe(0);
    using client = streamSocket();
    expect([0, minus("EINPROGRESS")]).toContain(binding.connect(client.fd, loopback(listener.port)));
    const peer = new Uint8Array(128);
    using server = new Raw(binding.accept(listener.fd, peer));
    expect(portOf(peer)).toBe(client.port);
    const name = new Uint8Array(128);
    expect(binding.getpeername(server.fd, name)).toBe(16);
    expect(name.subarray(0, 8)).toEqual(loopback(client.port).subarray(0, 8));
    expect(binding.getsockname(server.fd, name)).toBe(16);
    expect(portOf(name)).toBe(listener.port);
  });

  it("tells the whole length of a name that does not fit", () => {
    using socket = datagramSocket();
    const short = new Uint8Array(4);
    expect(binding.getsockname(socket.fd, short)).toBe(16);
    expect(portOf(short)).toBe(socket.port);
  });

  it("says what is wrong with a name", () => {
    using socket = streamSocket();
    using taken = listenerSocket();
    expect(binding.bind(socket.fd, loopback(taken.port))).toBe(minus("EADDRINUSE"));
    expect(binding.bind(socket.fd, loopback().subarray(0, 3))).toBe(minus("EINVAL"));
    expect(binding.bind(socket.fd, new Uint8Array(129))).toBe(minus("EINVAL"));
    expect(binding.getpeername(socket.fd, new Uint8Array(128))).toBe(minus("ENOTCONN"));
    expect(binding.connect(socket.fd, new Uint8Array(0))).toBe(minus("EINVAL"));
  });

  it("has nothing to accept from an idle listener, nor from what does not listen", () => {
    using listener = listenerSocket();
    using client = streamSocket();
    expect(binding.accept(listener.fd, new Uint8Array(128))).toBe(minus("EAGAIN"));
    expect(binding.accept(client.fd, new Uint8Array(128))).toBe(minus("EINVAL"));
  });

  it("closes a descriptor once", () => {
    const { fd } = streamSocket();
    expect(binding.close(fd)).toBe(0);
    expect(binding.close(fd)).toBe(minus("EBADF"));
  });
});

describe("bytes", () => {
  it("go out and come in, from an offset on", () => {
    using pair = connected();
    const { near, far } = pair;
    expect(binding.send(near.fd, bytes("hello"), 2)).toBe(3);
    const p = new Uint8Array(8);
    expect(binding.recv(far.fd, p)).toBe(3);
    expect(p).toEqual(Uint8Array.from([...bytes("llo"), 0, 0, 0, 0, 0]));
  });

  it("stay inside the view that is lent", () => {
    using pair = connected();
    const { near, far } = pair;
    const whole = bytes("abcdef");
    expect(binding.send(near.fd, whole.subarray(2, 4), 0)).toBe(2);
    const room = new Uint8Array(6).fill(9);
    expect(binding.recv(far.fd, room.subarray(1, 3))).toBe(2);
    expect([...room]).toEqual([9, 99, 100, 9, 9, 9]);
  });

  it("are refused with EAGAIN when there are none, and end with 0", () => {
    using pair = connected();
    const { near, far } = pair;
    expect(binding.recv(near.fd, new Uint8Array(1))).toBe(minus("EAGAIN"));
    expect(binding.shutdown(far.fd, constant("SHUT_WR"))).toBe(0);
    expect(binding.recv(near.fd, new Uint8Array(1))).toBe(0);
    expect(binding.send(near.fd, bytes("x"), 0)).toBe(1);
  });

  it("of no number are no mistake", () => {
    using pair = connected();
    const { near, far } = pair;
    expect(binding.send(near.fd, new Uint8Array(0), 0)).toBe(0);
    expect(binding.send(near.fd, bytes("ab"), 2)).toBe(0);
    expect(binding.recv(far.fd, new Uint8Array(1))).toBe(minus("EAGAIN"));
  });

  it.each([-1, 3, 2.5e9, Number.NaN, Number.POSITIVE_INFINITY])("cannot begin at %d of two", (offset) => {
    using socket = streamSocket();
    expect(() => binding.send(socket.fd, bytes("ab"), offset)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it("to nobody are EPIPE, without a signal", () => {
    using pair = connected();
    const { near } = pair;
    expect(binding.shutdown(near.fd, constant("SHUT_WR"))).toBe(0);
    expect(binding.send(near.fd, bytes("x"), 0)).toBe(minus("EPIPE"));
  });

  it("of memory that was transferred are none", () => {
    using pair = connected();
    const { near, far } = pair;
    const gone = bytes("gone");
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(binding.send(near.fd, gone, 0)).toBe(0);
    expect(binding.send(near.fd, bytes("x"), 0)).toBe(1);
    expect(binding.recv(far.fd, gone)).toBe(0);
    expect(binding.recv(far.fd, new Uint8Array(2))).toBe(1);
  });
});

describe("socket options", () => {
  it("are set and read as bytes", () => {
    using socket = streamSocket();
    expect(binding.setsockopt(socket.fd, SOL_SOCKET, constant("SO_KEEPALIVE"), int(1))).toBe(0);
    const value = new Uint8Array(4);
    expect(binding.getsockopt(socket.fd, SOL_SOCKET, constant("SO_KEEPALIVE"), value)).toBe(4);
    expect(intOf(value)).toBe(1);
    expect(binding.getsockopt(socket.fd, SOL_SOCKET, constant("SO_TYPE"), value)).toBe(4);
    expect(intOf(value)).toBe(constant("SOCK_STREAM"));
  });

  it("are cut to the room there is, and leave the rest alone", () => {
    using socket = streamSocket();
    const room = new Uint8Array(8).fill(9);
    const value = room.subarray(0, 8);
    expect(binding.getsockopt(socket.fd, SOL_SOCKET, constant("SO_TYPE"), value)).toBe(4);
    expect([...room.subarray(4)]).toEqual([9, 9, 9, 9]);
    expect(binding.getsockopt(socket.fd, SOL_SOCKET, constant("SO_TYPE"), new Uint8Array(0))).toBe(0);
  });

  it("of more than 32768 bytes are refused, not cut", () => {
    using socket = streamSocket();
    const level = constant("IPPROTO_TCP");
    expect(binding.setsockopt(socket.fd, level, constant("TCP_NODELAY"), new Uint8Array(32_769))).toBe(
      minus("EINVAL"),
    );
    expect(binding.setsockopt(socket.fd, level, constant("TCP_NODELAY"), new Uint8Array(32_768))).toBe(0);
    expect(binding.setsockopt(socket.fd, level, constant("TCP_NODELAY"), new Uint8Array(0))).toBe(
      minus("EINVAL"),
    );
    expect(binding.getsockopt(socket.fd, level, 9999, new Uint8Array(4))).toBe(minus("ENOPROTOOPT"));
    expect(binding.setsockopt(socket.fd, level, 9999, int(1))).toBe(minus("ENOPROTOOPT"));
  });

  const { SO_ATTACH_FILTER, SO_DETACH_FILTER } = binding.constants;
  const pass = Uint8Array.of(6, 0, 0, 0, 0xff, 0xff, 0, 0);

  it.runIf(SO_ATTACH_FILTER !== undefined)("may be a program, of 1 to 4096 whole instructions", () => {
    using socket = datagramSocket();
    const attach = (program: Uint8Array) =>
      binding.setsockopt_fprog(socket.fd, SOL_SOCKET, SO_ATTACH_FILTER, program);
    // A byte too few or too many, and more than there may be: nothing is attached.
    for (const length of [0, 1, 7, 9, 15, 4097 * 8, 65536 * 8, 65537 * 8]) {
      expect([length, attach(new Uint8Array(length))]).toEqual([length, minus("EINVAL")]);
    }
    expect(binding.setsockopt(socket.fd, SOL_SOCKET, SO_DETACH_FILTER, int(0))).toBe(minus("ENOENT"));
    // The whole range, wherever it lies in memory.
    const most = new Uint8Array(4096 * 8 + 1);
    for (let at = 1; at < most.length; at += 8) most.set(pass, at);
    expect([attach(pass), attach(most.subarray(1))]).toEqual([0, 0]);
    expect(binding.setsockopt(socket.fd, SOL_SOCKET, SO_DETACH_FILTER, int(0))).toBe(0);
    // The kernel looks at what it is given: no program may run over its end.
    expect(attach(new Uint8Array(8))).toBe(minus("EINVAL"));
    expect(binding.setsockopt_fprog(socket.fd, SOL_SOCKET, 9999, pass)).toBe(minus("ENOPROTOOPT"));
  });
});

describe("the system", () => {
  it("names its interfaces, and numbers them", () => {
    const index = check(binding.if_nametoindex(process.platform === "linux" ? "lo" : "lo0"));
    expect(index).toBeGreaterThan(0);
    const name = new Uint8Array(16).fill(9);
    const length = binding.if_indextoname(index, name);
    expect(Buffer.from(name.subarray(0, length)).toString()).toMatch(/^lo0?$/);
    expect(name[length]).toBe(9);
    expect(binding.if_indextoname(index, new Uint8Array(1))).toBe(minus("ERANGE" as "EINVAL"));
  });

  it("knows no interface of another name", () => {
    for (const name of ["", "nope0", "x".repeat(15), "x".repeat(16), "x".repeat(400), "\u{1f600}"]) {
      expect([name, binding.if_nametoindex(name)]).toEqual([name, minus("ENODEV")]);
    }
    expect(binding.if_indextoname(0, new Uint8Array(16))).toBe(minus("ENXIO"));
  });

  it("tells the time in microseconds", () => {
    const before = Date.now();
    const now = binding.clock_gettime(constant("CLOCK_REALTIME")) / 1000;
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now() + 1);
    const first = binding.clock_gettime(constant("CLOCK_MONOTONIC"));
    expect(binding.clock_gettime(constant("CLOCK_MONOTONIC"))).toBeGreaterThanOrEqual(first);
    expect(binding.clock_gettime(9999)).toBe(minus("EINVAL"));
  });
});

describe("a descriptor that is no socket", () => {
  it("is ENOTSOCK to what wants one", () => {
    withFile((fd) => {
      const results = [
        binding.bind(fd, loopback()),
        binding.connect(fd, loopback()),
        binding.listen(fd, 1),
        binding.accept(fd, new Uint8Array(16)),
        binding.shutdown(fd, constant("SHUT_RD")),
        binding.getsockname(fd, new Uint8Array(16)),
        binding.getpeername(fd, new Uint8Array(16)),
        binding.recv(fd, new Uint8Array(1)),
        binding.send(fd, new Uint8Array(1), 0),
        binding.recvmsg(fd, new Uint8Array(1), new Uint8Array(144), 0),
        binding.sendmsg(fd, new Uint8Array(1), new Uint8Array(144), 0),
        binding.getsockopt(fd, SOL_SOCKET, constant("SO_TYPE"), new Uint8Array(4)),
        binding.setsockopt(fd, SOL_SOCKET, constant("SO_KEEPALIVE"), int(1)),
      ];
      expect(results).toEqual(results.map(() => minus("ENOTSOCK")));
    });
  });
});
