// What transfers are made of: noise, its way through two connections, and who takes it at the end.

import { createHash } from "node:crypto";
import { dial, listen, type TCPConn, type UnixConn } from "rawconn";
import { openDescriptors } from "../descriptors.js";
import { Dice } from "../poll/script.js";
import { emptyPipes } from "../support/pipes.js";

const MiB = 1 << 20;
const dice = new Dice(2026);
const once = Buffer.from(Uint32Array.from({ length: MiB / 4 }, () => dice.roll(2 ** 32)).buffer);

/** So many bytes of noise; two lengths begin alike. */
export function noise(length: number): Buffer {
  return Buffer.alloc(length, once);
}

export const hash = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");

/** A stream of one kind or the other. */
export type Stream = TCPConn | UnixConn;

/** Both ends of a stream; what is still open closes with the block. */
export interface Ends<C extends Stream = Stream> extends Disposable {
  near: C;
  far: C;
}

let made = 0;

export async function ends<N extends "tcp" | "unix">(
  network: N,
): Promise<Ends<N extends "tcp" ? TCPConn : UnixConn>>;
export async function ends(network: "tcp" | "unix"): Promise<Ends> {
  const address = network === "tcp" ? "127.0.0.1:0" : `@rawconn-transfer-${process.pid}-${made++}`;
  using listener = await listen(network, address);
  const [near, far] = await Promise.all([
    dial(network, listener.addr!.toString()) as Promise<Stream>,
    listener.accept(),
  ]);
  return {
    near,
    far,
    [Symbol.dispose]() {
      near[Symbol.dispose]();
      far[Symbol.dispose]();
    },
  };
}

/** All that comes until the end. */
export async function readAll(conn: Stream, room = MiB): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const p = new Uint8Array(room);
    const n = await conn.read(p);
    if (n === null) return Buffer.concat(parts);
    parts.push(p.subarray(0, n));
  }
}

/** Writes all, and shuts that direction. */
export async function send(conn: Stream, bytes: Uint8Array): Promise<void> {
  await conn.write(bytes);
  conn.closeWrite();
}

/** The pipes that are open, once those that wait for the next transfer are gone. */
export function openPipes(): string[] {
  emptyPipes();
  return [...openDescriptors()!.values()].filter((target) => target.startsWith("pipe:"));
}
