// A copy of a descriptor lives on in another process: the kernel goes on telling of it, under a number that by now
// belongs to somebody else.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { listen } from "rawconn";
import { afterEach, describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { poller } from "#lib/internal/poll/poller.js";
import { fdOf, join, outcome, type Pair, pair, sendNow, turn } from "../poll/pair.js";

const room = () => new Uint8Array(64);
const release: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of release.splice(0)) await end();
});

/** A process that holds copies of descriptors until the test is over. */
async function hold(...fds: number[]): Promise<void> {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore", ...fds] });
  await once(child, "spawn");
  release.push(async () => {
    child.stdin!.end();
    await once(child, "close");
  });
}

/** A connection that waits to read, so that its descriptor is watched. */
async function watchedPair(): Promise<{ ends: Pair; reading: ReturnType<typeof outcome> }> {
  const ends = await pair();
  const reading = outcome(ends.near.read(room()));
  await turn();
  return { ends, reading };
}

describe("a copy of a descriptor in a child", () => {
  it("is no longer watched once we have closed ours", async () => {
    const { ends, reading } = await watchedPair();
    const { fd } = fdOf(ends.near);
    await hold(fd);
    const before = poller.stale;
    ends.near.close();
    expect(await reading).toMatchObject({ error: { code: "ERR_CLOSED" } });
    using next = await pair();
    const waiting = outcome(next.near.read(room()));
    // The old connection lives, since the child holds it; its bytes are for nobody here.
    sendNow(ends.far, "for the child");
    await turn();
    await turn();
    expect(poller.stale).toBe(before);
    sendNow(next.far, "ours");
    expect(await waiting).toEqual({ value: 4 });
    ends.far.close();
  });
});

describe("a descriptor that was closed behind our back while a copy lives", () => {
  /** Its registration cannot be undone: the kernel will tell of it for as long as the copy lives. */
  async function haunt(): Promise<{ far: Pair["far"]; slot: number; number: number }> {
    const { ends, reading } = await watchedPair();
    const fd = fdOf(ends.near);
    const { slot, fd: number } = fd;
    await hold(number);
    binding.close(number);
    fd.close();
    expect(await reading).toMatchObject({ error: { code: "ERR_CLOSED" } });
    return { far: ends.far, slot, number };
  }

  it("tells of it in vain, and who has its slot and number now hears nothing", async () => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const ghost = await haunt();
    using next = await join(listener);
    const heir = fdOf(next.near).slot === ghost.slot ? next.near : next.far;
    expect(fdOf(heir).slot).toBe(ghost.slot);
    expect([fdOf(next.near).fd, fdOf(next.far).fd]).toContain(ghost.number);
    const p = room();
    const waiting = outcome(heir.read(p));
    await turn();
    const before = poller.stale;
    let settled = false;
    void waiting.then(() => (settled = true));
    for (let time = 0; time < 50; time++) {
      sendNow(ghost.far, "boo");
      await turn();
    }
    expect(poller.stale).toBeGreaterThan(before);
    expect(settled).toBe(false);
    sendNow(heir === next.near ? next.far : next.near, "ours");
    expect(await waiting).toEqual({ value: 4 });
    expect(Buffer.from(p.subarray(0, 4)).toString()).toBe("ours");
    ghost.far.close();
  });

  it("tells of it in the same batch as of its heirs, and each hears only its own", async () => {
    const ghosts = [await haunt(), await haunt(), await haunt()];
    const before = poller.stale;
    let misdelivered = 0;
    for (let round = 0; round < 60; round++) {
      const heirs = await Promise.all([pair(), pair(), pair()]);
      const buffers = heirs.map(room);
      const waiting = heirs.map((heir, i) => outcome(heir.near.read(buffers[i])));
      await turn();
      // All of this stands in one batch: the kernel is not asked before the loop turns.
      for (const [i, heir] of heirs.entries()) {
        sendNow(ghosts[i].far, "boo");
        sendNow(heir.far, `${round} ${i}`);
      }
      for (const [i, each] of waiting.entries()) {
        const ended = await each;
        const text =
          "value" in ended ? Buffer.from(buffers[i].subarray(0, ended.value as number)).toString() : "";
        if (text !== `${round} ${i}`) misdelivered++;
      }
      for (const heir of heirs) heir[Symbol.dispose]();
    }
    expect(misdelivered).toBe(0);
    expect(poller.stale).toBeGreaterThan(before);
    for (const { far } of ghosts) far.close();
  });
});
