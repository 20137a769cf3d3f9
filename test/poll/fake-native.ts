// A Poller whose native side is the test: it tells of events that the kernel would hardly produce on demand.

import { binding, constant, type NativePoller } from "#lib/internal/binding.js";
import type { FD } from "#lib/internal/poll/fd.js";
import { Op } from "#lib/internal/poll/op.js";
import type { Mode, Owner, Poller } from "#lib/internal/poll/poller.js";

const EVENTS = constant("POLLER_EVENTS");
const WANTS_LOOP = 0;
const TURNS = 1;

/** An event as the native side tells it: slot, generation, readiness. */
export type Told = readonly [slot: number, generation: number, readiness: number];

export class FakeNative implements NativePoller {
  static last: FakeNative;

  readonly added: [fd: number, slot: number, generation: number][] = [];
  /** What is watched for writing too. */
  readonly writes: number[] = [];
  readonly removed: number[] = [];
  /** Whether the event loop is kept alive. */
  held = false;
  armed = -1;
  /** What `add` returns. */
  verdict = 0;
  readonly #callback: (count: number) => void;
  readonly #ring: Int32Array;

  constructor(callback: (count: number) => void, ring: Int32Array) {
    this.#callback = callback;
    this.#ring = ring;
    FakeNative.last = this;
  }

  add(fd: number, slot: number, generation: number, writes: number): number {
    if (this.verdict !== 0) return this.verdict;
    this.added.push([fd, slot, generation]);
    if (writes !== 0) this.writes.push(fd);
    return 0;
  }

  modify(fd: number, slot: number, generation: number, writes: number): number {
    if (!this.added.some((known) => known.join() === [fd, slot, generation].join()))
      throw new Error(`${fd} is not watched`);
    if (writes !== 0 && this.verdict === 0) this.writes.push(fd);
    return this.verdict;
  }

  remove(fd: number): number {
    this.removed.push(fd);
    return 0;
  }

  arm(milliseconds: number): number {
    this.armed = milliseconds;
    return 0;
  }

  ref(): void {
    this.held = true;
  }

  unref(): void {
    this.held = false;
  }

  /** One batch, handled as native/poller_core.cc does; `then` stands for what runs at its end, such as promises. */
  tell(events: readonly Told[], then: () => void = () => {}): void {
    for (const [i, event] of events.entries()) this.#ring.set(event, EVENTS + 3 * i);
    this.#ring[TURNS]++;
    this.#callback(events.length);
    then();
    this.#ring[TURNS]++;
    if (this.#ring[WANTS_LOOP] !== 0) this.ref();
    else this.unref();
  }
}

/** From here on a Poller that starts gets this native side. */
export function installFakeNative(): void {
  binding.Poller = FakeNative;
}

/** An operation that is over when the test says so. */
export class FakeOp extends Op<number> {
  attempts = 0;
  done = false;

  constructor(fd: FD) {
    super(fd);
    this.resolve = () => {};
    this.reject = () => {};
  }

  override get name(): string {
    return "fake";
  }

  attempt(): boolean {
    this.attempts++;
    return this.done;
  }
}

/** What the poller knows of an operation's owner; it takes its own way through resume and expire. */
export class FakeOwner implements Owner {
  keepsLoop = true;
  readonly closing = false;
  readonly resumed: Mode[] = [];
  readonly expired: Mode[] = [];
  readonly slot: number;
  readonly #poller: Poller;

  constructor(poller: Poller, fd: number) {
    this.#poller = poller;
    this.slot = poller.open(fd, this);
  }

  park(mode: Mode): number {
    return this.#poller.park(this.slot, mode, new FakeOp(this as unknown as FD) as Op<unknown>);
  }

  resume(mode: Mode): void {
    this.resumed.push(mode);
  }

  expire(mode: Mode): void {
    this.expired.push(mode);
    this.#poller.unpark(this.slot, mode);
  }
}
