// Writes that may go together come to what writes come to that go one by one: each promise, and every byte.

import * as fc from "fast-check";
import { TCPConn } from "rawconn";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { binding, constant } from "#lib/internal/binding.js";
import { poller, WRITABLE } from "#lib/internal/poll/poller.js";
import { NetFD, type SocketKind } from "#lib/internal/socket/net-fd.js";
import { AF_INET } from "#lib/internal/socket/sockaddr.js";
import { tcpCodec } from "#lib/internal/socket/sockaddr-inet.js";
import { replace } from "../support/syscalls.js";
import { Kernel, Plain, type Written } from "./burst-model.js";
import { FakeNative, installFakeNative } from "./fake-native.js";
import { outcome, turn } from "./pair.js";

const kind: SocketKind = {
  net: "tcp",
  family: AF_INET,
  sotype: constant("SOCK_STREAM"),
  codec: tcpCodec,
  stream: true,
  ends: true,
};

// Numbers that no descriptor has; the kernel behind each is ours.
const kernels = new Map<number, Kernel>();
let next = 1_000_000;
const replaced: Disposable[] = [];

beforeAll(() => {
  installFakeNative();
  const kernelOf = (fd: unknown) => kernels.get(fd as number)!;
  const gathered = (pieces: Uint8Array[], first: number, offset: number) =>
    Buffer.concat(pieces.slice(first, first + 1024)).subarray(offset);
  replaced.push(
    replace("send", () => (fd, p, offset) => kernelOf(fd).take((p as Uint8Array).subarray(offset as number))),
    replace(
      "writev",
      () => (fd, pieces, first, offset) =>
        kernelOf(fd).take(gathered(pieces as Uint8Array[], first as number, offset as number)),
    ),
    replace("shutdown", () => (fd) => (kernelOf(fd).shut(), 0)),
    replace("close", () => () => 0),
  );
});

afterAll(() => {
  for (const each of replaced) each[Symbol.dispose]();
});

/** What a write of ours came to, in the words of the model. */
async function follow(written: Written, promise: Promise<unknown>): Promise<void> {
  const ended = await outcome(promise);
  if ("value" in ended) written.end = `${(ended.value as number | undefined) ?? written.bytes.length}`;
  else written.end = ended.error.code! + (written.kind === "raw" ? "" : ` after ${ended.error.n}`);
}

const lengths = fc.array(fc.nat(9), { maxLength: 5 });
const simple = (what: "microtask" | "tick" | "control" | "hurry" | "late" | "onTime" | "shut" | "close") =>
  fc.record({ do: fc.constant(what) });
const step = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant("write" as const), lengths }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("writev" as const), lengths }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("raw" as const), lengths }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant("turn" as const), room: fc.nat(60) }) },
  { weight: 4, arbitrary: simple("microtask") },
  { weight: 4, arbitrary: simple("tick") },
  { weight: 4, arbitrary: simple("control") },
  { weight: 5, arbitrary: simple("hurry") },
  { weight: 1, arbitrary: simple("late") },
  { weight: 2, arbitrary: simple("onTime") },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), after: fc.nat(30) }) },
  { weight: 1, arbitrary: simple("shut") },
  { weight: 1, arbitrary: simple("close") },
);
const steps = fc.array(step, { minLength: 20, maxLength: 100, size: "max" });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One script, carried out by both. */
class Script {
  readonly model = new Plain();
  readonly kernel = new Kernel();
  readonly expected: Written[] = [];
  readonly written: Written[] = [];
  readonly #fd = next++;
  readonly #netFD: NetFD;
  readonly #conn: TCPConn;
  #last = 0;

  constructor() {
    kernels.set(this.#fd, this.kernel);
    this.#netFD = new NetFD(this.#fd, kind);
    this.#conn = new TCPConn(this.#netFD);
  }

  /** Only what gives the others their turn is asynchronous: all else happens at once. */
  do(step: Step): Promise<void> | null {
    // A turn that is used up is another test's affair.
    poller.turn = 10_000;
    if (step.do === "turn") return this.turn(step.room);
    if (step.do === "microtask") return Promise.resolve();
    if (step.do === "tick") return new Promise((resolve) => process.nextTick(resolve));
    if ("lengths" in step) this.#writeAll(step.do, step.lengths);
    else if (!this.#netFD.closing) this.#act(step);
    return null;
  }

  /** The turn ends, and the kernel has more room in the next one. */
  async turn(room: number): Promise<void> {
    await turn();
    for (const kernel of [this.kernel, this.model.kernel]) kernel.room += room;
    this.model.event();
    const { slot } = this.#netFD;
    const added = FakeNative.last?.added.findLast(([fd]) => fd === this.#fd);
    if (added !== undefined && !this.#netFD.closing) FakeNative.last.tell([[slot, added[2], WRITABLE]]);
    await turn();
  }

  end(): void {
    this.#conn[Symbol.dispose]();
    this.model.close();
  }

  #act(step: Step): void {
    // A kernel that dies has what was written before: it does not die in the middle of our code.
    if (step.do === "control" || step.do === "die") this.#conn.syscallConn().control(() => {});
    if (step.do === "die") this.kernel.life = this.model.kernel.life = step.after;
    if (step.do === "close") {
      this.#conn.close();
      this.model.close();
    }
    if (step.do === "shut") {
      this.#conn.closeWrite();
      this.model.kernel.shut();
    }
    // What waits fails, and what comes afterwards is in time again.
    if (step.do === "hurry" || step.do === "late") this.#setLate(true);
    if (step.do === "hurry" || step.do === "onTime") this.#setLate(false);
  }

  #setLate(late: boolean): void {
    this.#conn.setWriteDeadline(late ? 1 : null);
    this.model.setLate(late);
  }

  #writeAll(how: Written["kind"], lengths: readonly number[]): void {
    if (how === "writev") this.#write(how, lengths);
    else for (const length of lengths) this.#write(how, [length]);
  }

  #write(how: Written["kind"], lengths: readonly number[]): void {
    const pieces = lengths.map((length) => Uint8Array.from({ length }, () => this.#last++));
    const bytes = Buffer.concat(pieces);
    const written = { kind: how, bytes, end: "waits" };
    this.written.push(written);
    this.expected.push(this.model.write(how, bytes));
    void follow(written, this.#begin(how, pieces, bytes));
  }

  #begin(how: Written["kind"], pieces: Uint8Array[], bytes: Uint8Array): Promise<unknown> {
    if (how === "write") return this.#conn.write(bytes);
    if (how === "writev") return this.#conn.writev(pieces);
    let left = bytes;
    return this.#conn.syscallConn().write((fd) => {
      while (left.length > 0) {
        const n = binding.send(fd, left, 0);
        if (n === -11) return false;
        if (n < 0) throw Object.assign(new Error("raw"), { code: n === -32 ? "EPIPE" : "ECONNRESET" });
        left = left.subarray(n);
      }
      return true;
    });
  }
}

const ends = (writes: readonly Written[]) => writes.map((write) => `${write.kind} ${write.end}`).join("\n");

// Never and always show that the model is right and that all is tried; in between, the poller decides.
it.each([
  ["never", false],
  ["always", true],
  ["when they come in bursts", null],
] as const)("writes that are held back %s", { timeout: 60_000 }, async (_when, bursts) => {
  if (bursts !== null) vi.spyOn(poller, "bursts").mockReturnValue(bursts);
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const run = new Script();
      for (const step of script) {
        const giving = run.do(step);
        if (giving !== null) await giving;
        // Nothing is held back beyond the turn.
        if (step.do === "turn") expect(ends(run.written)).toBe(ends(run.expected));
      }
      await run.turn(0);
      run.end();
      await turn();
      expect(ends(run.written)).toBe(ends(run.expected));
      expect(run.kernel.log).toEqual(run.model.kernel.log);
    }),
    { numRuns: 100, seed: 20_261_121 },
  );
  vi.restoreAllMocks();
  expect(poller.waiting.filter((op) => op !== null)).toEqual([]);
  expect(FakeNative.last.held).toBe(false);
});
