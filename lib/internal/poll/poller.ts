// Go: runtime/netpoll.go, runtime/netpoll_epoll.go
import { debuglog } from "node:util";
import { binding, constant, type NativePoller } from "../binding.js";
import { errno } from "../../errors/index.js";
import { monotonic, queueMicrotask, setImmediate } from "../timers.js";
import { Deadlines, extended } from "./deadlines.js";
import { Identities } from "./identities.js";
import { closeAtOnce } from "./linger.js";
import type { Op } from "./op.js";

/** The two sides of a descriptor. Reading includes accepting; writing includes connecting. */
export const READ = 0;
export const WRITE = 1;
export type Mode = typeof READ | typeof WRITE;

/** Bits of {@link Poller.ready}: the first three are the native side's own. */
export const READABLE = 1;
export const WRITABLE = 2;
export const DISTRUST = 4;
const WATCHED = 8;
/** The writes of this turn wait for each other; see {@link Poller.cork}. */
export const CORKED = 16;
// Watched for writing too: from the first write that waits, since every datagram that leaves tells of room again.
const WATCHED_WRITE = 32;
// The write at the head was out of turn: nothing but the next turn is wanting.
export const OUT_OF_TURN = 64;

// A connection that writes so often in one turn of the loop does so again, and its writes may go together.
const BURST = 2;
// One that did not after all is left alone for so many.
const COOL = -64;

// What counts as one operation of a turn, in bytes: copying them takes its time too.
const UNIT_BITS = 16;

// The shared array's first words; see native/poller.h.
const WANTS_LOOP = 0;
const TURNS = 1;

// How many operations may finish without waiting before the event loop gets its turn: a peer that always has
// more to say must not keep the others out. Twice the batch on top, so that a busy server never meets it.
const TURN = 256;
// There is none behind it.
export const LAST_TURN = 2 ** 30;

const debug = debuglog("rawconn");
const EBADF = -errno("EBADF");
// What the kernel says of a number that is not what was watched: nothing, another one, one that cannot be watched at all.
const notOurs = new Set((["EBADF", "ENOENT", "EPERM"] as const).map((name) => -errno(name)));

/** What closes a descriptor. */
export interface Owner {
  readonly slot: number;
  readonly closing: boolean;
}

/**
 * Readiness and deadlines for every descriptor of one environment.
 *
 * A descriptor has a slot, and a slot two sides, numbered `slot * 2 + mode`; what is known of a side stands in
 * arrays under that number. An idle descriptor is thus a few bytes here and holds nothing alive: the poller
 * knows an FD only through the operations that wait on it.
 */
export class Poller {
  /** Per slot: what may be tried without waiting. */
  ready = new Uint8Array(0);
  /** Per side: the operation at the head of the line. */
  readonly waiting: (Op<unknown> | null)[] = [];
  readonly deadlines: Deadlines;
  /** Operations that may still finish without waiting in this turn of the loop. */
  turn = TURN;
  /** Events that came for a descriptor already closed. */
  stale = 0;

  // Per slot: the number it has; -1 when another slot has got it since.
  #fds = new Int32Array(0);
  // Per slot: the turn it last wrote in, and how often it wrote twice in one.
  #wrote = new Int32Array(0);
  #bursts = new Int8Array(0);
  readonly #corked: number[] = [];
  #ends = false;
  // Per number: the slot that has it, or 0.
  #slots = new Int32Array(0);
  #generations = new Int32Array(0);
  readonly #free: number[] = [];
  readonly #identities = new Identities(debug.enabled);
  #native: NativePoller | null = null;
  readonly #ring = new Int32Array(constant("POLLER_WORDS"));
  readonly #events = constant("POLLER_EVENTS");
  // Operations that wait and keep the loop alive.
  #holds = 0;
  readonly #deferred: number[] = [];
  // Opened in this turn of the loop. Registering with the collector costs a microsecond, which a connection that
  // is served and closed at once need not pay.
  #fresh: Owner[] = [];
  readonly #lost = new FinalizationRegistry<number>((token) => this.#collect(token));

  constructor() {
    this.deadlines = new Deadlines({
      arm: (milliseconds) => this.#started().arm(milliseconds),
      waits: (side) => this.waiting[side] !== null,
      expire: (side) => this.waiting[side]!.fd.expire((side & 1) as Mode),
      wall: Date.now,
      monotonic,
      turns: this.#ring.subarray(TURNS, TURNS + 1),
      // Not unref: the loop would wait for events first, and call back a whole turn late.
      later: (f) => void setImmediate(f),
    });
  }

  /** Gives a descriptor its slot. `owner` is what closes it; if that is collected unclosed, the poller does. */
  open(fd: number, owner: Owner): number {
    const slot = this.#free.pop() ?? this.#grow();
    this.#claim(fd, slot);
    this.#identities.note(slot, fd);
    // Both sides may be tried at once.
    this.ready[slot] = READABLE | WRITABLE;
    this.#bursts[slot] = 0;
    if (this.#fresh.push(owner) === 1) setImmediate(() => this.#guard()).unref();
    return slot;
  }

  /**
   * Takes the slot back, deregisters and closes the descriptor. Returns what close(2) did; `-EBADF`, and nothing is
   * closed, when somebody else has closed it before: the number may be a stranger's by now.
   */
  close(slot: number): number {
    const fd = this.#retire(slot);
    return fd < 0 ? EBADF : binding.close(fd);
  }

  /**
   * Takes the slot back and deregisters the descriptor, which is the caller's from now on. Returns its number; `-EBADF`
   * when somebody else has closed it before.
   */
  detach(slot: number): number {
    const fd = this.#retire(slot);
    if (fd < 0) return EBADF;
    binding.release(fd);
    return fd;
  }

  // The number that was the slot's, or -1 if it is a stranger's by now.
  #retire(slot: number): number {
    const fd = this.#fds[slot]!;
    // Before close(2), always: a copy in another process would go on reporting for a number that is gone. And only what
    // is still the same can be deregistered, so the answer tells, at no cost, whose the number is.
    const watched = fd >= 0 && (this.ready[slot]! & WATCHED) !== 0;
    const lost =
      fd < 0 || (watched && notOurs.has(this.#started().remove(fd))) || !this.#identities.same(slot, fd);
    this.ready[slot] = 0;
    this.#generations[slot] = (this.#generations[slot]! + 1) & 0x7fffffff;
    this.deadlines.clear(slot * 2);
    this.deadlines.clear(slot * 2 + 1);
    this.#free.push(slot);
    if (fd >= 0) this.#slots[fd] = 0;
    if (!lost) return fd;
    debug("descriptor %d was closed by somebody else", fd);
    return -1;
  }

  /** Puts an operation at the head of its empty side. Returns 0, or minus errno when it cannot be watched. */
  park(slot: number, mode: Mode, op: Op<unknown>): number {
    const side = slot * 2 + mode;
    const ready = this.ready[slot]!;
    const wanted = mode === WRITE ? WATCHED | WATCHED_WRITE : WATCHED;
    if ((ready & wanted) !== wanted) {
      const result = this.#watch(slot, wanted);
      if (result < 0) return result;
    }
    this.waiting[side] = op;
    if (op.fd.keepsLoop) this.hold();
    this.deadlines.park(side);
    // Ready, yet out of turn: the loop's other work goes first.
    if (ready & (READABLE << mode)) this.defer(side);
    return 0;
  }

  /** Whether one more operation may finish without waiting in this turn. */
  spend(): boolean {
    return this.turn-- > 0;
  }

  /** One operation moved so many bytes, which is worth several when they are many. */
  charge(bytes: number): void {
    this.turn -= bytes >>> UNIT_BITS;
  }

  /** Notes a write, and tells whether it had better wait for those that will follow in this turn. */
  bursts(slot: number): boolean {
    const turn = this.#ring[TURNS]!;
    const bursts = this.#bursts[slot]!;
    if (this.#wrote[slot] !== turn) this.#wrote[slot] = turn;
    else if (bursts < BURST) this.#bursts[slot] = bursts + 1;
    return bursts === BURST && !this.#ends;
  }

  /**
   * Holds a write back until the code that runs now is done, for those that follow it to go along in one call. Its
   * side must be empty and ready.
   */
  cork(slot: number, op: Op<unknown>): void {
    this.waiting[slot * 2 + WRITE] = op;
    this.ready[slot]! |= CORKED;
    if (op.fd.keepsLoop) this.hold();
    if (this.#corked.push(slot) === 1) queueMicrotask(() => this.#uncork());
  }

  /** The process ends, and no microtask runs any more: what is held back goes now, and what follows at once. */
  end(): void {
    this.#ends = true;
    this.turn = LAST_TURN;
    this.#uncork();
    for (const side of this.#deferred.splice(0)) if ((side & 1) === WRITE) this.waiting[side]?.fd.flush();
  }

  #uncork(): void {
    for (const slot of this.#corked.splice(0)) {
      const op = this.waiting[slot * 2 + WRITE]!;
      // Flushed in between, or closed, and the slot perhaps another's by now.
      if ((this.ready[slot]! & CORKED) === 0 || op === null) continue;
      if (op.next === null) this.#bursts[slot] = COOL;
      op.fd.uncork();
    }
  }

  /** Resumes a side in the next turn of the loop rather than in this one. */
  defer(side: number): void {
    if ((side & 1) === WRITE) this.ready[side >> 1]! |= OUT_OF_TURN;
    if (this.#deferred.push(side) === 1) setImmediate(() => this.#catchUp());
  }

  /** Resumes a side as if it had become ready, unless `op` no longer stands at its head. */
  nudge(side: number, op: Op<unknown>): void {
    if (this.waiting[side] !== op) return;
    this.ready[side >> 1]! |= READABLE << (side & 1);
    this.#resume(side, 0);
  }

  /** Takes the whole line off a side. */
  unpark(slot: number, mode: Mode): Op<unknown> | null {
    const side = slot * 2 + mode;
    const op = this.waiting[side]!;
    this.waiting[side] = null;
    if (op !== null && op.fd.keepsLoop) this.release();
    return op;
  }

  /** One more operation keeps the event loop alive. */
  hold(): void {
    if (this.#holds++ > 0) return;
    this.#ring[WANTS_LOOP] = 1;
    if (!this.#dispatching()) this.#native?.ref();
  }

  /** One fewer. */
  release(): void {
    if (--this.#holds > 0) return;
    this.#ring[WANTS_LOOP] = 0;
    if (!this.#dispatching()) this.#native?.unref();
  }

  // A descriptor is watched from the first time that it has to wait.
  #watch(slot: number, wanted: number): number {
    const native = this.#started();
    const fd = this.#fds[slot]!;
    const generation = this.#generations[slot]!;
    const writes = wanted & WATCHED_WRITE ? 1 : 0;
    const known = (this.ready[slot]! & WATCHED) !== 0;
    const result = known
      ? native.modify(fd, slot, generation, writes)
      : native.add(fd, slot, generation, writes);
    if (result >= 0) this.ready[slot]! |= wanted;
    return result;
  }

  // Within a batch, and all that it leads to, the native side looks at WANTS_LOOP by itself afterwards.
  #dispatching(): boolean {
    return (this.#ring[TURNS]! & 1) === 1;
  }

  #started(): NativePoller {
    if (this.#native === null) {
      this.#native = new binding.Poller((count) => this.#dispatch(count), this.#ring);
      // Writes that are held back need no poller, so some may be there already.
      if (this.#holds > 0) this.#native.ref();
    }
    return this.#native;
  }

  // The kernel gives no number that is in use: whoever has it still, lost it to somebody who closed it by its number.
  #claim(fd: number, slot: number): void {
    if (fd >= this.#slots.length) this.#slots = extended(this.#slots, Math.max(64, fd * 2));
    const former = this.#slots[fd]!;
    if (former !== 0) this.#fds[former] = -1;
    this.#slots[fd] = slot;
    this.#fds[slot] = fd;
  }

  #grow(): number {
    const old = this.ready.length;
    const length = Math.max(64, old * 2);
    this.ready = extended(this.ready, length);
    this.#fds = extended(this.#fds, length);
    this.#wrote = extended(this.#wrote, length);
    this.#bursts = extended(this.#bursts, length);
    this.#generations = extended(this.#generations, length);
    this.deadlines.grow(length * 2);
    while (this.waiting.length < length * 2) this.waiting.push(null);
    // Lowest first off the stack; slot 0 is the timer's.
    for (let slot = length - 1; slot >= Math.max(old, 1); slot--) this.#free.push(slot);
    return this.#free.pop()!;
  }

  #dispatch(count: number): void {
    const ring = this.#ring;
    this.turn = TURN + 2 * count;
    let timer = false;
    // Read once a batch, and only if some side has a deadline at all.
    let now = 0;
    for (let i = this.#events, end = i + count * 3; i < end; i += 3) {
      const slot = ring[i]!;
      if (slot === 0) {
        timer = true;
      } else if (this.#generations[slot] !== ring[i + 1]) {
        this.stale++;
      } else {
        const events = ring[i + 2]!;
        this.ready[slot]! |= events;
        if (events & READABLE) now = this.#resume(slot * 2, now);
        if (events & WRITABLE) now = this.#resume(slot * 2 + 1, now);
      }
    }
    // After the events: what came in time is delivered.
    if (timer) withoutStacks(() => this.deadlines.fire());
  }

  // A deadline that has passed wins over data that is there, also when both come in one batch.
  #resume(side: number, now: number): number {
    const op = this.waiting[side]!;
    if (op === null) return now;
    if (this.deadlines.at[side] !== Infinity) {
      now ||= this.deadlines.now();
      if (this.deadlines.at[side]! <= now) {
        op.fd.expire((side & 1) as Mode);
        return now;
      }
    }
    op.fd.resume((side & 1) as Mode);
    return now;
  }

  #catchUp(): void {
    this.turn = TURN;
    for (const side of this.#deferred.splice(0)) {
      const op = this.waiting[side]!;
      if (op !== null) op.fd.resume((side & 1) as Mode);
    }
  }

  #guard(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const owner of fresh) {
      if (!owner.closing) this.#lost.register(owner, owner.slot * 2 ** 31 + this.#generations[owner.slot]!);
    }
  }

  // A connection was forgotten without being closed. Its operations are over, or they would have kept it.
  #collect(token: number): void {
    const slot = Math.floor(token / 2 ** 31);
    if (this.#generations[slot] !== token % 2 ** 31) return;
    debug("descriptor %d was never closed; the collector closed it", this.#fds[slot]);
    const fd = this.#retire(slot);
    if (fd >= 0) closeAtOnce(fd);
  }
}

/** The poller of this environment. */
export const poller = new Poller();
process.once("exit", () => poller.end());

// A deadline's error would have the timer's frames, which tell nobody anything, and gathering them is half its cost.
function withoutStacks(f: () => void): void {
  const limit = Error.stackTraceLimit;
  // Where the property is frozen, errors keep their stacks.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    f();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}
