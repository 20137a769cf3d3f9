// The same as torture.test.ts for what is not TCP: whatever call fails, the caller is told so or never notices, nothing
// hangs, and no descriptor is left.

import {
  dial,
  fileConn,
  listen,
  listenPacket,
  type PacketConn,
  type UDPAddr,
  type UnixConn,
  type UnixListener,
} from "rawconn";
import { describe, expect, it } from "vitest";
import type { ErrnoName } from "#lib/errors/index.js";
import { outcome } from "../poll/pair.js";
import { kinds, uniqueName } from "../support/kinds.js";
import type { Faults } from "./inject.js";
import { torture } from "./torture.js";

/** The end of a conversation that hangs, so that the test need not. */
const PATIENCE = 2000;

/** Keeps what was opened, to be closed at the end, and the codes of what failed. */
class Notes {
  readonly failed: string[] = [];
  readonly #opened: Disposable[] = [];

  /** The value; null for a failure, which is noted. */
  async note<T>(promise: Promise<T>): Promise<T | null> {
    const ended = await outcome(promise);
    if ("error" in ended) this.failed.push(ended.error.code ?? String(ended.error));
    return "value" in ended ? ended.value : null;
  }

  async open<T extends Disposable>(promise: Promise<T>): Promise<T | null> {
    const handle = await this.note(promise);
    if (handle !== null) this.#opened.push(handle);
    return handle;
  }

  end(): string[] {
    for (const handle of this.#opened) handle[Symbol.dispose]();
    return this.failed;
  }
}

/** Packets there and back, and once more over a duplicate. */
function packets(network: string, address: () => string): () => Promise<string[]> {
  return async () => {
    const notes = new Notes();
    const far = (await notes.open(listenPacket(network, address()))) as PacketConn<UDPAddr> | null;
    if (far === null) return notes.end();
    far.setDeadline(Date.now() + PATIENCE);
    const to = network === "unixgram" ? far.localAddr!.toString() : String(far.localAddr);
    const near = await notes.open(dial(network, to));
    if (near === null) return notes.end();
    near.setDeadline(Date.now() + PATIENCE);
    const p = new Uint8Array(64);
    if ((await notes.note(near.write("hello"))) !== null) await notes.note(far.readFrom(p));
    const copy = await notes.open(
      (async () => {
        using file = far.file();
        return fileConn(file);
      })(),
    );
    if (copy === null) return notes.end();
    copy.setDeadline(Date.now() + PATIENCE);
    if ((await notes.note(near.write("again"))) !== null) await notes.note(copy.read(p));
    return notes.end();
  };
}

/** A connection, and a message with control data each way. */
function connections(network: "unix" | "unixpacket"): () => Promise<string[]> {
  return async () => {
    const notes = new Notes();
    const listener = await notes.open<UnixListener>(listen(network, uniqueName()));
    if (listener === null) return notes.end();
    listener.setDeadline(Date.now() + PATIENCE);
    const near = await notes.open<UnixConn>(dial(network, listener.addr!.toString()));
    if (near === null) return notes.end();
    const far = await notes.open(listener.accept());
    if (far === null) return notes.end();
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.setDeadline(Date.now() + PATIENCE);
      to.setDeadline(Date.now() + PATIENCE);
      const oob = new Uint8Array(0);
      if ((await notes.note(from.writeMsgUnix("hello", oob, null))) === null) continue;
      await notes.note(to.readMsgUnix(new Uint8Array(8), new Uint8Array(32)));
    }
    return notes.end();
  };
}

const conversations: [string, () => Promise<string[]>][] = [
  ["udp", packets("udp", () => "127.0.0.1:0")],
  ["unixgram", packets("unixgram", uniqueName)],
  ["unix", connections("unix")],
  ["unixpacket", connections("unixpacket")],
];
if (kinds.some(({ name }) => name === "ip4"))
  conversations.push(["ip4", packets("ip4:253", () => "127.0.0.1")]);

const TORTURES: [call: keyof Faults, name: ErrnoName][] = [
  ["socket", "ENOBUFS"],
  ["bind", "ENOBUFS"],
  ["listen", "EADDRINUSE"],
  ["connect", "ENOMEM"],
  ["accept", "ENOBUFS"],
  ["getsockname", "ENOBUFS"],
  ["getpeername", "ENOBUFS"],
  ["getsockopt", "ENOMEM"],
  ["setsockopt", "ENOMEM"],
  ["dup", "EMFILE"],
  ["fcntl", "EINVAL"],
  ["recv", "ENOMEM"],
  ["recvmsg", "ENOMEM"],
  ["send", "ENOBUFS"],
  ["sendmsg", "ENOBUFS"],
  ["close", "EIO"],
  ["add", "ENOMEM"],
  ["remove", "ENOMEM"],
];

describe.each(conversations)("a conversation over %s in which the n-th", (_network, conversation) => {
  it("call of none fails", async () => {
    expect(await conversation()).toEqual([]);
  });

  it.each(TORTURES)("%s fails with %s", async (call, name) => {
    expect(await torture(call, name, conversation)).toEqual([]);
    expect(await conversation()).toEqual([]);
  });
});
