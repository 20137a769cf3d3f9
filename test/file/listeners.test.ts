// A descriptor made into a listener or a packet endpoint again, and what is refused because it is neither.
// Go: net.TestFileListener, net.TestFilePacketConn

import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  dial,
  File,
  fileConn,
  fileListener,
  filePacketConn,
  type Handle,
  listen,
  listenUDP,
  type TCPListener,
  UDPAddr,
  type UDPConn,
  type UnixConn,
  type UnixListener,
} from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";
import { connectedKinds } from "../support/ends.js";
import { outcomeAfter, rejection, thrown } from "../support/outcome.js";
import { disposeOf } from "../support/pair.js";
import { ownAddr, rawIP, refused } from "../support/raw-ip.js";
import { socketPath, unixgram } from "../support/unix.js";

const room = () => new Uint8Array(64);

/** What a handle's file is made into, with the file gone again. */
function copyOf<T>(handle: Handle, adopt: (file: File) => T): T {
  using file = handle.file();
  return adopt(file);
}

describe.each(["tcp", "unix", "unixpacket"] as const)("fileListener of %s", (network) => {
  const make = () => listen(network, network === "tcp" ? "127.0.0.1:0" : socketPath());
  const dialTo = ({ addr }: TCPListener | UnixListener) => dial(network, String(addr));

  it("listens on the same address, and accepts what its own connections are", async () => {
    using first = await make();
    using copy = copyOf(first, fileListener);
    expect(copy).toBeInstanceOf(first.constructor);
    expect(copy.addr).toEqual(first.addr);
    using client = await dialTo(copy);
    using server = await copy.accept();
    expect(server.constructor).toBe(client.constructor);
    expect(String(server.localAddr)).toBe(String(first.addr));
    await client.write("x");
    expect(await server.read(room())).toBe(1);
  });

  it("goes on when the first is closed, and the other way round", async () => {
    const [first, third] = [await make(), await make()];
    if ("setUnlinkOnClose" in first) first.setUnlinkOnClose(false);
    using second = copyOf(first, fileListener);
    first.close();
    disposeOf(await dialTo(second), await second.accept());
    copyOf(third, fileListener).close();
    disposeOf(await dialTo(third), await third.accept());
    third.close();
  });

  it("has deadlines and an end of its own", async () => {
    using first = await make();
    const copy = copyOf(first, fileListener);
    const accepting = first.accept();
    copy.setDeadline(Date.now() + 10);
    expect(await rejection(copy.accept())).toMatchObject({ op: "accept", code: "ERR_DEADLINE" });
    copy.setDeadline(null);
    const dead = rejection(copy.accept());
    expect(await outcomeAfter(5, dead)).toBe("pending");
    copy.close();
    expect(await dead).toMatchObject({ op: "accept", code: "ERR_CLOSED", addr: first.addr });
    using _ = await dialTo(first);
    disposeOf(await accepting);
  });
});

const packets: [string, () => Promise<UDPConn | UnixConn | Awaited<ReturnType<typeof rawIP>>>][] = [
  ["udp", () => listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }))],
  ["unixgram", () => unixgram()],
  ...(refused === null
    ? [["ip4", () => rawIP(ownAddr(21))] satisfies [string, () => ReturnType<typeof rawIP>]]
    : []),
];

describe.each(packets)("filePacketConn of %s", (_network, make) => {
  it("has the same address, and sends and receives by it", async () => {
    const first = await make();
    using copy = copyOf(first, filePacketConn);
    expect(copy).toBeInstanceOf(first.constructor);
    expect([copy.localAddr, copy.remoteAddr]).toEqual([first.localAddr, null]);
    first.close();
    expect(await copy.writeTo("hello", copy.localAddr as never)).toBe(5);
    expect(await copy.readFrom(room())).toEqual({ n: 5, addr: copy.localAddr, truncated: false });
  });

  it("takes its turn with the first: a packet goes to one of them", async () => {
    using first = await make();
    using copy = copyOf(first, filePacketConn);
    const reads = [first.readFrom(room()), copy.readFrom(room())];
    await first.writeTo("x", first.localAddr as never);
    expect((await Promise.race(reads))!.n).toBe(1);
    await first.writeTo("yy", first.localAddr as never);
    const lengths = (await Promise.all(reads)).map((read) => read!.n);
    expect(lengths.toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  it("fails by a deadline and by close, and leaves the first alone", async () => {
    using first = await make();
    const copy = copyOf(first, filePacketConn);
    const reading = first.readFrom(room());
    copy.setReadDeadline(1);
    expect(await rejection(copy.readFrom(room()))).toMatchObject({ code: "ERR_DEADLINE" });
    copy.close();
    expect(await rejection(copy.readFrom(room()))).toMatchObject({ code: "ERR_CLOSED" });
    await first.writeTo("x", first.localAddr as never);
    expect((await reading)!.n).toBe(1);
  });
});

// Not of raw IP: getpeername(2) does not tell.
it.each(connectedKinds.filter(([network]) => /^(udp|unixgram)$/.test(network)))(
  "filePacketConn of a connected %s knows its peer",
  async (_network, ends) => {
    using both = await ends();
    using copy = copyOf(both.conn, filePacketConn);
    expect(copy.remoteAddr).toEqual(both.conn.remoteAddr);
    expect(await rejection(copy.writeTo("x", copy.remoteAddr as never))).toMatchObject({
      code: "ERR_WRITE_TO_CONNECTED",
    });
  },
);

describe("what is of another kind is refused, by its name, and nothing stays open", () => {
  const EINVAL = "invalid argument";
  const NOT_A_SOCKET = "getsockopt: socket operation on non-socket";

  async function made(kind: string): Promise<Disposable & { file: File }> {
    if (kind === "a file") {
      const file = new File(openSync("/proc/self/status", "r"), "status");
      return { file, [Symbol.dispose]: () => file[Symbol.dispose]() };
    }
    if (kind.startsWith("a listener")) {
      using listener = await listen("tcp", "127.0.0.1:0");
      const file = listener.file();
      return { file, [Symbol.dispose]: () => file[Symbol.dispose]() };
    }
    const [, ends] = connectedKinds.find(([network]) => kind.endsWith(` ${network}`))!;
    const both = await ends();
    const file = both.conn.file();
    return { file, [Symbol.dispose]: () => disposeOf(both, file) };
  }

  const ways = { fileConn, fileListener, filePacketConn };

  it.each([
    ["fileConn", "a file", NOT_A_SOCKET],
    ["fileListener", "a file", NOT_A_SOCKET],
    ["filePacketConn", "a file", NOT_A_SOCKET],
    ["fileConn", "a listener of tcp", EINVAL],
    ["filePacketConn", "a listener of tcp", EINVAL],
    ["fileListener", "a connection of tcp", EINVAL],
    ["fileListener", "a connection of unix", EINVAL],
    ["fileListener", "a connection of udp", EINVAL],
    ["filePacketConn", "a connection of tcp", EINVAL],
    ["filePacketConn", "a connection of unix", EINVAL],
    ["filePacketConn", "a connection of unixpacket", EINVAL],
  ] as const)("%s of %s: %s", async (way, kind, why) => {
    using stage = await made(kind);
    const error = thrown(() => ways[way](stage.file));
    expect(error.message).toBe(`file file+net ${stage.file.name}: ${why}`);
    expect(error).toMatchObject({ op: "file", net: "file+net", source: null });
    // The descriptor that was given is as it was.
    expect(binding.fcntl(stage.file.fd, constant("F_GETFD"), 0)).toBeGreaterThanOrEqual(0);
  });

  it.each(Object.keys(ways) as (keyof typeof ways)[])("%s of a number that is none", (way) => {
    const adopt = ways[way];
    expect(thrown(() => adopt(0x7ffffff0)).message).toBe(
      "file file+net 2147483632: fcntl: bad file descriptor",
    );
    for (const wrong of [-1, 1.5, NaN, 2 ** 31])
      expect(thrown<RangeError>(() => adopt(wrong))).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    for (const wrong of [null, undefined, "3", {}, 3n])
      expect(thrown<TypeError>(() => adopt(wrong as never))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
  });

  it("a pipe, and a socket of a family that has no network here", async () => {
    const ends = new Uint8Array(8);
    binding.pipe(ends);
    const fds = [...new Int32Array(ends.buffer), binding.socket(16, constant("SOCK_RAW"), 0)];
    try {
      const codes = fds.map((fd) => thrown(() => fileConn(fd)).code);
      expect(codes).toEqual(["ENOTSOCK", "ENOTSOCK", "EPROTONOSUPPORT"]);
    } finally {
      for (const fd of fds) closeSync(fd);
    }
  });
});
