// A Unix datagram socket that is not connected sends to one whose queue is full. The kernel wakes the sender for its own
// attempts, and for nothing else: neither may it spin on that, nor wait for ever.

import { listenUnixgram, UnixAddr, type UnixConn } from "rawconn";
import { describe, expect, it } from "vitest";
import type { binding } from "#lib/internal/binding.js";
import { minus } from "../internal/raw.js";
import { codeOf, outcome, turn } from "../poll/pair.js";
import { uniqueName } from "../support/kinds.js";
import { outcomeAfter } from "../support/outcome.js";
import { watched, withFault } from "./inject.js";

const endpoint = () => listenUnixgram("unixgram", new UnixAddr({ name: uniqueName(), net: "unixgram" }));

/** Sends until the queue of `to` is full. Returns how many it holds. */
async function fillUp(from: UnixConn, to: UnixConn): Promise<number> {
  const results: number[] = [];
  const isFull = () => results.includes(minus("EAGAIN"));
  let count = 0;
  await withFault({ sendmsg: watched<typeof binding.sendmsg>((n) => results.push(n)) }, async () => {
    while (!isFull()) {
      const ending = outcome(from.writeTo("x", to.localAddr!));
      if (isFull()) from.setWriteDeadline(0);
      if ("value" in (await ending)) count++;
    }
  });
  from.setWriteDeadline(null);
  return count;
}

async function take(conn: UnixConn, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await conn.read(new Uint8Array(64));
}

describe("a datagram for a queue that is full", () => {
  it("is tried a bounded number of times while nobody reads, and the loop sleeps in between", async () => {
    using near = await endpoint();
    using far = await endpoint();
    const held = await fillUp(near, far);
    expect(held).toBeGreaterThan(1);
    let calls = 0;
    near.setWriteDeadline(Date.now() + 200);
    const before = process.cpuUsage();
    await withFault({ sendmsg: watched<typeof binding.sendmsg>(() => calls++) }, async () => {
      expect(await codeOf(near.writeTo("late", far.localAddr!))).toBe("ERR_DEADLINE");
    });
    const { user, system } = process.cpuUsage(before);
    // Sixteen for the events, then after 1, 2, 4 ... milliseconds.
    expect(calls).toBeLessThan(40);
    expect(user + system).toBeLessThan(150_000);
    near.setWriteDeadline(null);
    await take(far, held);
    expect(await near.writeTo("next", far.localAddr!)).toBe(4);
  });

  it("goes when there is room, also of another's making, however long that took", async () => {
    using filler = await endpoint();
    using near = await endpoint();
    using far = await endpoint();
    const held = await fillUp(filler, far);
    const writing = near.writeTo("late", far.localAddr!);
    expect(await outcomeAfter(50, writing)).toBe("pending");
    await take(far, held);
    expect(await writing).toBe(4);
  });

  it("goes although what the sender has with others keeps the kernel from waking it at all", async () => {
    using filler = await endpoint();
    using near = await endpoint();
    using far = await endpoint();
    using asleep = await endpoint();
    const held = await fillUp(filler, far);
    near.setWriteBuffer(1);
    await near.writeTo(new Uint8Array(1000), asleep.localAddr!);
    const writing = near.writeTo("late", far.localAddr!);
    expect(await outcomeAfter(10, writing)).toBe("pending");
    await take(far, held);
    expect(await outcomeAfter(2000, writing)).toBe(4);
  });

  it("ends with its sender, at once, and those behind it in the line", async () => {
    using near = await endpoint();
    using far = await endpoint();
    await fillUp(near, far);
    const writes = [1, 2].map(() => codeOf(near.writeTo("late", far.localAddr!)));
    for (let turns = 0; turns < 30; turns++) await turn();
    near.close();
    expect(await Promise.all(writes)).toEqual(["ERR_CLOSED", "ERR_CLOSED"]);
  });
});
