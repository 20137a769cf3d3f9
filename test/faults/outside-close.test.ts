// Somebody else closes our descriptor by its number, and the number goes to a stranger. That is a mistake no library can
// undo; but what is the stranger's must stay the stranger's.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { end, saying } from "../life/child.js";
import { codeOf, fdOf, outcome, turn } from "../poll/pair.js";
import { each, kindOf } from "../support/kinds.js";

const room = () => new Uint8Array(64);

/** Whoever has this number next: a file that is opened until it gets it. */
function strangerAt(number: number): Disposable & { untouched(): boolean } {
  const others: number[] = [];
  let fd = openSync("/dev/zero", "r");
  for (; fd < number; fd = openSync("/dev/zero", "r")) others.push(fd);
  for (const other of others) closeSync(other);
  expect(fd).toBe(number);
  const before = fstatSync(fd).ino;
  const untouched = () => {
    try {
      return fstatSync(fd).ino === before;
    } catch {
      return false;
    }
  };
  return { untouched, [Symbol.dispose]: () => untouched() && closeSync(fd) };
}

describe("a descriptor that somebody else has closed", () => {
  it.each(each())("is EBADF to all that comes next: %s", async (_name, kind) => {
    using ends = await kind.connect();
    closeSync(fdOf(ends.near).fd);
    expect(await codeOf(ends.near.read(room()))).toBe("EBADF");
    expect(await codeOf(ends.near.write("x"))).toBe("EBADF");
    ends.near.close();
    expect(() => ends.near.close()).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
  });

  it.each(each())("is not closed again when its number is a stranger's by now: %s", async (_name, kind) => {
    using ends = await kind.connect();
    const number = fdOf(ends.near).fd;
    const reading = outcome(ends.near.read(room()));
    await turn();
    closeSync(number);
    using stranger = strangerAt(number);
    ends.near.close();
    expect(await reading).toMatchObject({ error: { code: "ERR_CLOSED" } });
    expect(stranger.untouched()).toBe(true);
  });

  it("leaves a connection of ours alone that has its number", async () => {
    const kind = kindOf("tcp4");
    using ends = await kind.connect();
    const number = fdOf(ends.near).fd;
    const reading = outcome(ends.near.read(room()));
    await turn();
    closeSync(number);
    using heirs = await kind.connect();
    const [heir, other] = fdOf(heirs.near).fd === number ? [heirs.near, heirs.far] : [heirs.far, heirs.near];
    expect(fdOf(heir).fd).toBe(number);
    ends.near.close();
    expect(await reading).toMatchObject({ error: { code: "ERR_CLOSED" } });
    await other.write("ours");
    expect(await heir.read(room())).toBe(4);
  });

  it("by its worker's end leaves the stranger alone too", async () => {
    const worker = new Worker(new URL("children/outside-close.mjs", import.meta.url));
    const [number] = (await once(worker, "message")) as [number];
    closeSync(number);
    using stranger = strangerAt(number);
    const tell = worker.postMessage.bind(worker);
    tell("close");
    const [closed] = (await once(worker, "message")) as [string];
    expect(closed).toBe("ERR_CLOSED");
    await worker.terminate();
    expect(stranger.untouched()).toBe(true);
  });
});

describe("NODE_DEBUG=rawconn", () => {
  it("finds it out also of a descriptor that never waited, and says so", async () => {
    const script = fileURLToPath(new URL("children/outside-close.mjs", import.meta.url));
    const env = { ...process.env, NODE_DEBUG: "rawconn" };
    const stdio = ["ignore", "pipe", "pipe", "ipc"] as const;
    const { stderr, ...ended } = await end(spawn(process.execPath, [script], { env, stdio: [...stdio] }));
    expect({ ...ended, stderr: "" }).toEqual(saying({ taken: true, untouched: true }));
    expect(stderr.match(/descriptor \d+ was closed by somebody else/g)).toHaveLength(1);
  });
});
