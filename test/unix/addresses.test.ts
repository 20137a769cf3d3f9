// What both ends of Unix domain sockets are called, in every way to bind them.
// Go: net.TestUnixConnLocalAndRemoteNames, net.TestUnixgramConnLocalAndRemoteNames

import { fchmodSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Control,
  dial,
  dialUnix,
  Dialer,
  ListenConfig,
  listenUnix,
  listenUnixgram,
  UnixAddr,
  type UnixNetwork,
} from "rawconn";
import { disposeOf } from "../support/pair.js";
import { rejection } from "../support/outcome.js";
import { abstractName, freshAddr, socketPath } from "../support/unix.js";

const names = {
  "a path": socketPath,
  "an abstract name": abstractName,
};

/** What the side that dials may be bound to; "@" is what having no name looks like. */
const locals: [string, () => string | null, seen: (name: string | null) => string][] = [
  ["nothing", () => null, () => "@"],
  ["the empty name", () => "", () => "@"],
  ["a path", socketPath, String],
  ["an abstract name", abstractName, String],
];

const cases = Object.entries(names).flatMap(([what, make]) =>
  locals.map(([local, makeLocal, seen]) => [what, local, { make, makeLocal, seen }] as const),
);

const addr = (net: UnixNetwork, name: string | null) => (name === null ? null : new UnixAddr({ name, net }));

describe.each(["unix", "unixpacket"] as const)("a connection of %s", (network) => {
  it.each(cases)("to %s from %s has its four addresses", async (_to, _from, { make, makeLocal, seen }) => {
    const listener = await listenUnix(network, freshAddr(network, make()));
    const local = makeLocal();
    const client = await dialUnix(network, addr(network, local), listener.addr);
    const server = await listener.accept();
    disposeOf(client, server, listener);
    // Asked after close: they outlive it.
    const dialer = new UnixAddr({ name: seen(local), net: network });
    expect([client.localAddr, client.remoteAddr]).toEqual([dialer, listener.addr]);
    expect([server.localAddr, server.remoteAddr]).toEqual([listener.addr, dialer]);
    expect(client.localAddr!.network).toBe(network);
  });

  it("dialed by text, and with a Dialer's local address, has the same", async () => {
    using listener = await listenUnix(network, freshAddr(network));
    using plain = await dial(network, listener.addr!.name);
    expect([plain.localAddr!.name, plain.remoteAddr]).toEqual(["@", listener.addr]);
    const localAddr = freshAddr(network);
    using bound = await new Dialer({ localAddr }).dial(network, listener.addr!.name);
    expect(bound.localAddr).toEqual(localAddr);
    disposeOf(await listener.accept(), await listener.accept());
  });
});

it.each(["unix", "unixpacket", "unixgram"] as const)(
  "the file of %s is born as private as a hook made the socket",
  async (network) => {
    const modes = async (control?: Control) => {
      const { name } = freshAddr(network);
      const config = new ListenConfig({ control });
      using _ = await (network === "unixgram"
        ? config.listenPacket(network, name)
        : config.listen(network, name));
      return statSync(name).mode & 0o777;
    };
    const alone: Control = (_network, _address, raw) => raw.control((fd) => fchmodSync(fd, 0o600));
    expect(await modes(alone)).toBe(0o600);
    expect(await modes()).toBe(0o777 & ~process.umask());
  },
);

describe("datagrams of unixgram", () => {
  it.each(cases)("to %s from %s name both ends", async (_to, _from, { make, makeLocal, seen }) => {
    using server = await listenUnixgram("unixgram", freshAddr("unixgram", make()));
    const local = makeLocal();
    using client = await dialUnix("unixgram", addr("unixgram", local), server.localAddr);
    expect([client.localAddr!.name, client.remoteAddr]).toEqual([seen(local), server.localAddr]);
    expect(server.remoteAddr).toBeNull();
    await client.write("x");
    // Who has no name is nobody to answer, which is not the same as being called "@".
    const sender = local === null || local === "" ? null : client.localAddr;
    expect(await server.readFrom(new Uint8Array(8))).toEqual({ n: 1, addr: sender, truncated: false });
    await client.write("y");
    const { addr: same } = (await server.readMsgUnix(new Uint8Array(8), new Uint8Array(64)))!;
    expect(same).toEqual(sender);
  });

  it("a dialed socket without a peer is bound, and no more", async () => {
    const local = freshAddr("unixgram");
    using conn = await dialUnix("unixgram", local, null);
    expect([conn.localAddr, conn.remoteAddr]).toEqual([local, null]);
    expect(await conn.writeTo("self", local)).toBe(4);
    expect(await conn.readFrom(new Uint8Array(8))).toMatchObject({ n: 4, addr: local });
  });
});

it("without a peer nothing else is dialed", async () => {
  const local = freshAddr("unix");
  for (const raddr of [null, new UnixAddr()]) {
    expect(await rejection(dialUnix("unix", local, raddr))).toMatchObject({ code: "ERR_MISSING_ADDRESS" });
    const nowhere = dialUnix("unixgram", null, raddr && new UnixAddr({ net: "unixgram" }));
    expect(await rejection(nowhere)).toMatchObject({ code: "ERR_MISSING_ADDRESS" });
  }
});

it("a stream does not say who sent a byte, unless that has a name", async () => {
  using listener = await listenUnix("unix", freshAddr("unix"));
  for (const local of [null, freshAddr("unix")]) {
    using client = await dialUnix("unix", local, listener.addr);
    using server = await listener.accept();
    await client.write("x");
    expect(await server.readFrom(new Uint8Array(8))).toEqual({ n: 1, addr: local, truncated: false });
    await server.write("y");
    expect((await client.readFrom(new Uint8Array(8)))!.addr).toEqual(listener.addr);
  }
});

describe("the longest name", () => {
  it.each([
    ["a path has 107 bytes", () => socketPath().padEnd(107, "x"), "x"],
    ["an abstract one has 108 with its @", () => abstractName().padEnd(108, "x"), "x"],
  ])("%s, and one more is refused", async (_, make, more) => {
    const name = make();
    using listener = await listenUnix("unix", freshAddr("unix", name));
    expect(listener.addr!.name).toBe(name);
    using client = await dial("unix", name);
    expect(client.remoteAddr!.name).toBe(name);
    for (const tooLong of [listenUnix("unix", freshAddr("unix", name + more)), dial("unix", name + more)])
      expect(await rejection(tooLong)).toMatchObject({ code: "EINVAL" });
  });
});
