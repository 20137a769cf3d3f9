// Connections that write in bursts, and what a kernel may do in the middle of one.

import type { Conn, Handle } from "rawconn";
import { expect } from "vitest";
import { type ErrnoName, errno } from "#lib/errors/index.js";
import { binding } from "#lib/internal/binding.js";
import { CORKED, poller } from "#lib/internal/poll/poller.js";
import { replace } from "../support/syscalls.js";
import { fdOf, outcome, turn } from "./pair.js";

/** Whether the writes of this turn are still held back. */
export const isHeld = (conn: Handle): boolean => (poller.ready[fdOf(conn).slot] & CORKED) !== 0;

/** Lets a connection write in bursts until the poller knows: its next write is held back. */
export async function warmUp(near: Conn, far: Conn): Promise<void> {
  const p = new Uint8Array(16);
  await turn();
  let sent = 0;
  for (; sent < 3; sent++) void near.write("w");
  expect(isHeld(near)).toBe(false);
  await turn();
  for (let got = 0; got < sent;) got += (await far.read(p))!;
}

/** Writes each text at once; how each write ended. */
export function burst(conn: Conn, ...texts: string[]): Promise<string[]> {
  return Promise.all(texts.map(async (text) => said(await outcome(conn.write(text)))));
}

type Ended = Awaited<ReturnType<typeof outcome>>;

/** In a word or two: `4`, `EPIPE after 0`. */
export function said(ended: Ended): string {
  return "value" in ended ? String(ended.value) : `${ended.error.code} after ${ended.error.n}`;
}

/** How much of what is written the kernel takes: so many bytes in all, so many a call. Then it fails, each time like this. */
export interface Appetite {
  total?: number;
  perCall?: number;
  fails?: ErrnoName[];
}

/** Lets send(2) and writev(2) take no more than that, until it is disposed of. */
export function taking({ total = Infinity, perCall = Infinity, fails = [] }: Appetite): Disposable {
  let left = total;
  const failures = [...fails];
  const { send } = binding;
  const take = (fd: number, bytes: Uint8Array): number => {
    if (left === 0) return -errno(failures.length > 1 ? failures.shift()! : failures[0]);
    const n = send(fd, bytes.subarray(0, Math.min(left, perCall)), 0);
    left -= Math.max(n, 0);
    return n;
  };
  const gathered = (pieces: Uint8Array[], first: number) => Buffer.concat(pieces.slice(first, first + 1024));
  const undo = [
    replace(
      "send",
      () => (fd, p, offset) => take(fd as number, (p as Uint8Array).subarray(offset as number)),
    ),
    replace(
      "writev",
      () => (fd, pieces, first, offset) =>
        take(fd as number, gathered(pieces as Uint8Array[], first as number).subarray(offset as number)),
    ),
  ];
  return { [Symbol.dispose]: () => undo.forEach((each) => each[Symbol.dispose]()) };
}
