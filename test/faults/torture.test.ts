// Every system call of a conversation is made to fail in its turn: the first, the second, and so on. Whatever fails,
// the caller is told so or never notices, nothing hangs, and no descriptor is left: not even for the collector.

import { Dialer, listen, type TCPConn, type TCPListener } from "rawconn";
import { describe, expect, it } from "vitest";
import { type binding, constant } from "#lib/internal/binding.js";
import { type ErrnoName, errno } from "#lib/errors/index.js";
import { leaks, openDescriptors } from "../descriptors.js";
import { check } from "../internal/raw.js";
import { outcome } from "../poll/pair.js";
import { type Faults, withFault } from "./inject.js";
import { torture } from "./torture.js";

type Call = keyof Faults;
type Result = Awaited<ReturnType<typeof outcome>>;

/** The end of a conversation that hangs, so that the test need not. */
const PATIENCE = 2000;

/** Listens, connects, says hello both ways and closes; the codes of all that failed. */
async function conversation(): Promise<string[]> {
  const failed: string[] = [];
  const note = (ended: Result) => {
    if ("error" in ended) failed.push(ended.error.code ?? String(ended.error));
    return "value" in ended ? ended.value : null;
  };
  const listener = note(await outcome(listen("tcp", "127.0.0.1:0"))) as TCPListener | null;
  if (listener === null) return failed;
  listener.setDeadline(Date.now() + PATIENCE);
  const accepting = outcome(listener.accept());
  const dialing = outcome(new Dialer({ timeout: PATIENCE }).dial("tcp", listener.addr!.toString()));
  const near = note(await dialing) as TCPConn | null;
  // Whoever could not connect will not be accepted.
  if (near === null) listener.close();
  const far = note(await accepting) as TCPConn | null;
  if (near !== null && far !== null) for (const ended of await hello(near, far)) note(ended);
  for (const end of [near, far, listener]) end?.[Symbol.dispose]();
  return failed;
}

async function hello(near: TCPConn, far: TCPConn): Promise<Result[]> {
  near.setDeadline(Date.now() + PATIENCE);
  far.setDeadline(Date.now() + PATIENCE);
  const p = new Uint8Array(8);
  const ends: Result[] = [];
  for (const [from, to] of [
    [near, far],
    [far, near],
  ]) {
    const reading = outcome(to.read(p));
    ends.push(await outcome(from.write("hello")));
    // What could not be written will not be read.
    if ("error" in ends.at(-1)!) to.setReadDeadline(0);
    ends.push(await reading);
  }
  return ends;
}

const TORTURES: [Call, ErrnoName][] = [
  ["socket", "ENOBUFS"],
  ["socket", "EMFILE"],
  ["bind", "ENOBUFS"],
  ["listen", "EADDRINUSE"],
  ["connect", "ENOMEM"],
  ["accept", "ENOBUFS"],
  ["getsockname", "ENOBUFS"],
  ["getpeername", "ENOBUFS"],
  ["getsockopt", "ENOMEM"],
  ["setsockopt", "ENOMEM"],
  ["recv", "ENOMEM"],
  ["send", "ENOBUFS"],
  ["close", "EIO"],
  ["add", "ENOMEM"],
  ["add", "ENOSPC"],
  ["remove", "ENOMEM"],
];

describe("a conversation in which the n-th", () => {
  it("call of none fails", async () => {
    expect(await conversation()).toEqual([]);
  });

  it.each(TORTURES)("%s fails with %s", async (call, name) => {
    expect(await torture(call, name, conversation)).toEqual([]);
    expect(await conversation()).toEqual([]);
  });
});

describe("a socket option that is refused", () => {
  // Go ignores it: a connection without it is better than none.
  it.each(["near", "far"])("does not cost the connection on the %s side", async (side) => {
    const before = openDescriptors()!;
    using listener = await listen("tcp", "127.0.0.1:0");
    const noDelay = constant("TCP_NODELAY");
    const refused: number[] = [];
    const refuse =
      (real: typeof binding.setsockopt) => (fd: number, level: number, option: number, value: Uint8Array) => {
        const isNoDelay = level === constant("IPPROTO_TCP") && option === noDelay;
        if (!isNoDelay) return check(real(fd, level, option, value));
        refused.push(fd);
        return -errno("EINVAL");
      };
    const hide =
      (real: typeof binding.getsockopt) => (fd: number, level: number, option: number, value: Uint8Array) => {
        const length = real(fd, level, option, value);
        if (level === constant("IPPROTO_TCP") && option === noDelay) value.fill(0);
        return length;
      };
    const dialer = new Dialer({ timeout: PATIENCE });
    await withFault({ setsockopt: refuse, ...(side === "far" ? { getsockopt: hide } : {}) }, async () => {
      const [dialed, accepted] = await Promise.all([
        outcome(dialer.dial("tcp", listener.addr!.toString())),
        outcome(listener.accept()),
      ]);
      for (const ended of [dialed, accepted]) if ("value" in ended) ended.value.close();
      expect(refused.length).toBeGreaterThan(0);
      expect([dialed, accepted].map((ended) => "value" in ended)).toEqual([true, true]);
    });
    listener.close();
    expect(leaks(before, openDescriptors()!)).toEqual([]);
  });
});
