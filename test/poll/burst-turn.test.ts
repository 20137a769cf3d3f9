// However fast the reader, whoever writes gives the event loop its turn; and holding writes back keeps nobody alive.

import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LimitedReader, listen, type TCPConn } from "rawconn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { binding } from "#lib/internal/binding.js";
import type { Op } from "#lib/internal/poll/op.js";
import { CORKED, Poller, WRITE } from "#lib/internal/poll/poller.js";
import { CLEAN, run, saying } from "../life/child.js";
import { emptyPipes } from "../support/pipes.js";
import { replace } from "../support/syscalls.js";
import { warmUp } from "./bursts.js";
import { FakeNative, FakeOp, FakeOwner } from "./fake-native.js";
import { pair, turn } from "./pair.js";

const CHUNK = 1 << 16;
const CHUNKS = 2048;
// What one turn of the loop is worth, and the batch that may come on top.
const LONGEST = 2 * (256 + 2) * CHUNK;

/** A kernel with room without end, as if a reader took all at once; counts the bytes that go in one turn of the loop. */
class Greedy implements Disposable {
  longest = 0;
  total = 0;
  #turn = 0;
  #isOver = false;
  readonly #undo: Disposable[];

  constructor() {
    const sum = (pieces: Uint8Array[], first: number, offset: number) =>
      pieces.slice(first).reduce((bytes, piece) => bytes + piece.length, 0) - offset;
    let inPipe = 0;
    this.#undo = [
      replace("send", () => (_, p, offset) => this.#take((p as Uint8Array).length - (offset as number))),
      replace(
        "writev",
        () => (_, pieces, first, offset) =>
          this.#take(sum(pieces as Uint8Array[], first as number, offset as number)),
      ),
      replace("sendfile", () => (_to, _from, _at, length) => this.#take(length as number)),
      // Into the pipe, then out of it.
      replace("splice", () => (_from, _to, length) => {
        if (inPipe === 0) return (inPipe = Math.min(length as number, CHUNK));
        const n = this.#take(inPipe);
        inPipe = 0;
        return n;
      }),
    ];
    const next = () => {
      this.#turn = 0;
      if (!this.#isOver) setImmediate(next);
    };
    setImmediate(next);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const each of this.#undo) each[Symbol.dispose]();
  }

  #take(length: number): number {
    const n = Math.min(length, CHUNK);
    this.total += n;
    this.#turn += n;
    this.longest = Math.max(this.longest, this.#turn);
    return n;
  }
}

type Way = (near: TCPConn, other: TCPConn) => Promise<unknown>;
const bytes = new Uint8Array(CHUNK);
const ways: [string, Way][] = [
  ["a long write", (near) => near.write(new Uint8Array(CHUNKS * CHUNK))],
  ["a long writev", (near) => near.writev(Array.from({ length: CHUNKS }, () => bytes))],
  ["a burst of many writes", (near) => Promise.all(Array.from({ length: CHUNKS }, () => near.write(bytes)))],
  [
    "a burst of many writes that do not fit a call",
    (near) => Promise.all(Array.from({ length: CHUNKS / 2 }, () => near.write(new Uint8Array(2 * CHUNK)))),
  ],
  [
    "many writes one after the other",
    async (near) => {
      for (let i = 0; i < CHUNKS; i++) await near.write(bytes);
    },
  ],
  // The greedy kernel asks neither source for bytes.
  ["a splice", (near, other) => near.readFrom(new LimitedReader(other, CHUNKS * CHUNK))],
  [
    "a file",
    async (near) => {
      const file = await open(fileURLToPath(import.meta.url));
      await near.readFrom(new LimitedReader(file, CHUNKS * CHUNK));
      await file.close();
    },
  ],
];

describe("a reader as fast as the writer keeps nobody waiting:", () => {
  it.each(ways)("%s", async (_name, write) => {
    using ends = await pair();
    using others = await pair();
    await warmUp(ends.near, ends.far);
    using kernel = new Greedy();
    await turn();
    await write(ends.near, others.far);
    expect(kernel.total).toBe(CHUNKS * CHUNK);
    expect(kernel.longest).toBeLessThanOrEqual(LONGEST);
    emptyPipes();
  });
});

describe("the loop", () => {
  const { Poller: Real } = binding;
  let poller: Poller;
  let made: number;

  beforeEach(() => {
    made = 0;
    binding.Poller = class extends FakeNative {
      constructor(...args: ConstructorParameters<typeof FakeNative>) {
        super(...args);
        made++;
      }
    };
    poller = new Poller();
  });

  afterEach(() => {
    binding.Poller = Real;
  });

  const held = (owner: FakeOwner) => {
    const op = new FakeOp(owner as never) as Op<unknown>;
    poller.cork(owner.slot, op);
    return op;
  };

  it("needs no poller for writes that are held back", () => {
    const owner = new FakeOwner(poller, 1000);
    held(owner);
    expect(poller.ready[owner.slot] & CORKED).toBe(CORKED);
    poller.unpark(owner.slot, WRITE);
    expect(made).toBe(0);
  });

  it("is kept alive by what waits for as long as it waits, whatever was held back before or since", () => {
    const [first, second] = [new FakeOwner(poller, 1000), new FakeOwner(poller, 1001)];
    held(first);
    second.park(WRITE);
    expect(FakeNative.last.held).toBe(true);
    poller.unpark(first.slot, WRITE);
    expect(FakeNative.last.held).toBe(true);
    held(first);
    poller.unpark(second.slot, WRITE);
    poller.unpark(first.slot, WRITE);
    expect(FakeNative.last.held).toBe(false);
    second.park(WRITE);
    expect(FakeNative.last.held).toBe(true);
  });

  it("is not kept alive by the writes of a connection that lets go of it", () => {
    const owner = new FakeOwner(poller, 1000);
    owner.keepsLoop = false;
    held(owner);
    new FakeOwner(poller, 1001).park(WRITE);
    poller.unpark(owner.slot, WRITE);
    expect(FakeNative.last.held).toBe(true);
  });
});

describe("a process that ends with a burst under way", () => {
  it.each([
    ["exit", "main"],
    ["exit", "listener"],
    ["exit", "worker"],
    ["throw", "main"],
    ["throw", "worker"],
  ])("by %s in the %s has sent it", async (...how) => {
    using listener = await listen("tcp", "127.0.0.1:0");
    const running = run("burst.mjs", [...how, listener.addr!.toString()]);
    using conn = await listener.accept();
    const heard = await readAll(conn);
    expect(heard.trim()).toBe("onetwothreefour");
    await running;
  });

  it("that nobody reads, of a connection that lets go of the loop, ends", async () => {
    expect(await run("burst.mjs", ["unref"])).toEqual(CLEAN);
  });

  it("in workers that are terminated at any moment, ends well", async () => {
    expect(await run("burst.mjs", ["terminate"])).toEqual(saying("terminated"));
  });
});

async function readAll(conn: TCPConn): Promise<string> {
  const p = Buffer.alloc(256);
  let text = "";
  for (let n; (n = await conn.read(p)) !== null;) text += p.toString("utf8", 0, n);
  return text;
}
