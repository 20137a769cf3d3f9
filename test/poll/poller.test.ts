import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { binding } from "#lib/internal/binding.js";
import { DISTRUST, Poller, READ, READABLE, WRITABLE, WRITE } from "#lib/internal/poll/poller.js";
import { lateness } from "./world.js";
import { FakeNative, FakeOwner, installFakeNative } from "./fake-native.js";
import { turn } from "./pair.js";

// No kernel here: descriptors are numbers from a thousand on, and close(2) is a list.
const closed: number[] = [];
const { close } = binding;
let next = 1000;
let poller: Poller;

beforeEach(() => {
  installFakeNative();
  closed.length = 0;
  binding.close = (fd) => closed.push(fd) && 0;
  poller = new Poller();
});

afterEach(() => {
  binding.close = close;
  vi.restoreAllMocks();
});

const owner = () => new FakeOwner(poller, next++);

/** An owner whose two sides wait. */
function waiting(): FakeOwner {
  const both = owner();
  both.park(READ);
  both.park(WRITE);
  return both;
}

const generation = (slot: number) => FakeNative.last.added.findLast((added) => added[1] === slot)![2];

describe("slots", () => {
  it("are given out once each, never the timer's, however many", () => {
    const slots = Array.from({ length: 1000 }, () => owner().slot);
    expect(new Set(slots).size).toBe(1000);
    expect(Math.min(...slots)).toBe(1);
  });

  it("come back, with nothing left of who had them", () => {
    const first = waiting();
    poller.deadlines.set(first.slot * 2, 1);
    poller.ready[first.slot] |= DISTRUST;
    poller.unpark(first.slot, READ);
    poller.unpark(first.slot, WRITE);
    poller.close(first.slot);
    const second = owner();
    expect(second.slot).toBe(first.slot);
    expect(poller.ready[second.slot]).toBe(READABLE | WRITABLE);
    expect(poller.deadlines.at[second.slot * 2]).toBe(Infinity);
    expect(poller.waiting[second.slot * 2]).toBe(null);
  });
});

describe("a descriptor", () => {
  it("is watched from its first wait on, once", () => {
    const one = owner();
    poller.close(owner().slot);
    expect(closed).toHaveLength(1);
    one.park(READ);
    one.park(WRITE);
    poller.unpark(one.slot, READ);
    one.park(READ);
    expect(FakeNative.last.added).toHaveLength(1);
    expect(FakeNative.last.added[0].slice(1)).toEqual([one.slot, 0]);
  });

  it("is watched for writing from the first write that waits, for good", () => {
    const reader = owner();
    reader.park(READ);
    const writer = owner();
    writer.park(WRITE);
    const { added, writes } = FakeNative.last;
    const [[first], [second]] = added;
    expect(writes).toEqual([second]);
    poller.unpark(writer.slot, WRITE);
    writer.park(READ);
    writer.park(WRITE);
    reader.park(WRITE);
    poller.unpark(reader.slot, WRITE);
    reader.park(WRITE);
    expect(writes).toEqual([second, first]);
    expect(added).toHaveLength(2);
  });

  it("that has another's slot is watched anew", () => {
    const one = owner();
    one.park(WRITE);
    poller.close(one.slot);
    const other = owner();
    expect(other.slot).toBe(one.slot);
    other.park(READ);
    expect(FakeNative.last.added).toHaveLength(2);
    expect(FakeNative.last.writes).toHaveLength(1);
  });

  it("that cannot be watched for writing has no write that waits, and its read goes on", () => {
    const one = owner();
    one.park(READ);
    FakeNative.last.verdict = -12;
    expect(one.park(WRITE)).toBe(-12);
    expect(poller.waiting[one.slot * 2 + WRITE]).toBe(null);
    expect(poller.waiting[one.slot * 2 + READ]).not.toBe(null);
    FakeNative.last.verdict = 0;
    expect(one.park(WRITE)).toBe(0);
  });

  it("is deregistered before it is closed, if it was ever watched", () => {
    const log: string[] = [];
    binding.close = (fd) => log.push(`close ${fd}`) && 0;
    const watched = waiting();
    vi.spyOn(FakeNative.last, "remove").mockImplementation((fd) => log.push(`remove ${fd}`) && 0);
    const [[fd]] = FakeNative.last.added;
    poller.close(watched.slot);
    const never = owner();
    poller.close(never.slot);
    expect(log).toEqual([`remove ${fd}`, `close ${fd}`, `close ${next - 1}`]);
  });

  it("that cannot be watched does not wait, and may be tried again", () => {
    waiting();
    const one = owner();
    FakeNative.last.verdict = -12;
    expect(one.park(READ)).toBe(-12);
    expect(poller.waiting[one.slot * 2]).toBe(null);
    FakeNative.last.verdict = 0;
    expect(one.park(READ)).toBe(0);
    expect(poller.waiting[one.slot * 2]).not.toBe(null);
  });

  it("says what close(2) said", () => {
    binding.close = () => -5;
    expect(poller.close(owner().slot)).toBe(-5);
  });
});

describe("an event", () => {
  it.each([
    ["readable", READABLE, [READ], []],
    ["writable", WRITABLE, [], [WRITE]],
    ["both", READABLE | WRITABLE, [READ], [WRITE]],
    ["the peer's end", READABLE | DISTRUST, [READ], []],
    ["an error", READABLE | WRITABLE | DISTRUST, [READ], [WRITE]],
  ])("of %s resumes the sides it is for", (_what, readiness, reads, writes) => {
    const one = waiting();
    const other = waiting();
    FakeNative.last.tell([[one.slot, 0, readiness]]);
    expect(one.resumed).toEqual([...reads, ...writes]);
    expect(other.resumed).toEqual([]);
    expect(poller.ready[one.slot] & 7 & readiness).toBe(readiness);
    expect(poller.stale).toBe(0);
  });

  it("for nobody who waits is remembered", () => {
    const one = waiting();
    poller.unpark(one.slot, READ);
    poller.ready[one.slot] &= ~READABLE;
    FakeNative.last.tell([[one.slot, 0, READABLE]]);
    expect(one.resumed).toEqual([]);
    expect(poller.ready[one.slot] & READABLE).toBe(READABLE);
  });

  it("for a slot's former owner is dropped, and counted", () => {
    const first = waiting();
    poller.unpark(first.slot, READ);
    poller.unpark(first.slot, WRITE);
    poller.close(first.slot);
    const second = waiting();
    expect(second.slot).toBe(first.slot);
    poller.ready[second.slot] &= ~(READABLE | WRITABLE);
    FakeNative.last.tell([[first.slot, 0, READABLE | WRITABLE | DISTRUST]]);
    expect(second.resumed).toEqual([]);
    expect(poller.ready[second.slot] & (READABLE | WRITABLE | DISTRUST)).toBe(0);
    expect(poller.stale).toBe(1);
    FakeNative.last.tell([[second.slot, generation(second.slot), READABLE]]);
    expect(second.resumed).toEqual([READ]);
  });

  it("for a slot that never was is dropped", () => {
    waiting();
    FakeNative.last.tell([[100_000, 0, READABLE]]);
    expect(poller.stale).toBe(1);
  });

  it("is dropped when an earlier one of its batch closed the descriptor, though its slot and number live again", () => {
    const first = waiting();
    const second = waiting();
    let third: FakeOwner | undefined;
    vi.spyOn(first, "resume").mockImplementation(() => {
      poller.unpark(second.slot, READ);
      poller.unpark(second.slot, WRITE);
      poller.close(second.slot);
      third = waiting();
    });
    FakeNative.last.tell([
      [first.slot, 0, READABLE],
      [second.slot, 0, READABLE | WRITABLE],
    ]);
    expect(third!.slot).toBe(second.slot);
    expect(third!.resumed).toEqual([]);
    expect(poller.stale).toBe(1);
  });

  it("is dropped for any of a thousand former owners of a slot", () => {
    let last = waiting();
    for (let life = 0; life < 1000; life++) {
      poller.unpark(last.slot, READ);
      poller.unpark(last.slot, WRITE);
      poller.close(last.slot);
      last = waiting();
    }
    FakeNative.last.tell(Array.from({ length: 1000 }, (_, life) => [last.slot, life, READABLE] as const));
    expect(last.resumed).toEqual([]);
    expect(poller.stale).toBe(1000);
    FakeNative.last.tell([[last.slot, 1000, READABLE]]);
    expect(last.resumed).toEqual([READ]);
  });

  it("reaches those whose slots were made while the batch was handled", () => {
    const first = waiting();
    const second = waiting();
    vi.spyOn(first, "resume").mockImplementation(() => {
      for (let more = 0; more < 500; more++) owner();
    });
    FakeNative.last.tell([
      [first.slot, 0, READABLE],
      [second.slot, 0, READABLE],
    ]);
    expect(second.resumed).toEqual([READ]);
  });
});

describe("the event loop", () => {
  it("is kept alive while an operation waits, and no longer", () => {
    const one = owner();
    one.park(READ);
    const native = FakeNative.last;
    expect(native.held).toBe(true);
    one.park(WRITE);
    poller.unpark(one.slot, READ);
    expect(native.held).toBe(true);
    poller.unpark(one.slot, WRITE);
    expect(native.held).toBe(false);
    poller.unpark(one.slot, WRITE);
    one.park(READ);
    expect(native.held).toBe(true);
  });

  it("is not kept alive by an operation that asks not to", () => {
    const one = owner();
    one.keepsLoop = false;
    one.park(READ);
    expect(FakeNative.last.held).toBe(false);
    poller.unpark(one.slot, READ);
    const other = owner();
    other.park(READ);
    expect(FakeNative.last.held).toBe(true);
  });

  it("is not kept alive by a wait that could not begin", () => {
    poller.unpark(waiting().slot, READ);
    poller.unpark(1, WRITE);
    FakeNative.last.verdict = -12;
    owner().park(READ);
    expect(FakeNative.last.held).toBe(false);
  });

  it("is told once a batch, whatever comes and goes in it", () => {
    const one = waiting();
    const native = FakeNative.last;
    const told = [vi.spyOn(native, "ref"), vi.spyOn(native, "unref")];
    native.tell([[one.slot, 0, READABLE | WRITABLE]], () => {
      for (let round = 0; round < 5; round++) {
        poller.unpark(one.slot, READ);
        poller.unpark(one.slot, WRITE);
        one.park(READ);
        one.park(WRITE);
      }
      poller.unpark(one.slot, READ);
      poller.unpark(one.slot, WRITE);
      expect(told[0]).not.toHaveBeenCalled();
      expect(told[1]).not.toHaveBeenCalled();
    });
    expect(native.held).toBe(false);
    native.tell([], () => one.park(READ));
    expect(native.held).toBe(true);
  });
});

describe("deadlines and events of one batch", () => {
  const TIMER = [0, 0, READABLE] as const;

  it("deliver what came in time before the timer is looked at", () => {
    const one = waiting();
    vi.spyOn(Date, "now");
    poller.deadlines.set(one.slot * 2, Date.now() + 100_000);
    FakeNative.last.tell([TIMER, [one.slot, 0, READABLE]]);
    expect(one.resumed).toEqual([READ]);
    expect(one.expired).toEqual([]);
  });

  it("arm the one timer for the nearest", () => {
    const one = waiting();
    poller.deadlines.set(one.slot * 2, Date.now() + 100_000);
    expect(FakeNative.last.armed).toBeGreaterThan(99_000);
    expect(FakeNative.last.armed).toBeLessThanOrEqual(100_000 + lateness(100_000));
    poller.deadlines.set(one.slot * 2 + 1, Date.now() + 5000);
    expect(FakeNative.last.armed).toBeLessThanOrEqual(5000 + lateness(5000));
    poller.deadlines.set(one.slot * 2 + 1, Date.now() + 50_000);
    expect(FakeNative.last.armed).toBeLessThanOrEqual(5000 + lateness(5000));
  });

  it("let a deadline that has passed win over data that is there", () => {
    // The poller takes the clock it finds when it is made.
    const clock = vi.spyOn(Date, "now").mockReturnValue(1_000_000);
    vi.spyOn(performance, "now").mockImplementation(() => clock() - 900_000);
    poller = new Poller();
    const one = waiting();
    poller.deadlines.set(one.slot * 2, 1_000_010);
    clock.mockReturnValue(1_000_020);
    FakeNative.last.tell([[one.slot, 0, READABLE | WRITABLE]]);
    expect(one.expired).toEqual([READ]);
    expect(one.resumed).toEqual([WRITE]);
  });
});

describe("an operation that gave way", () => {
  it("is resumed in the next turn of the loop", async () => {
    const one = owner();
    one.park(READ);
    expect(one.resumed).toEqual([]);
    poller.turn = 0;
    await turn();
    expect(one.resumed).toEqual([READ]);
    expect(poller.turn).toBeGreaterThan(0);
    await turn();
    expect(one.resumed).toEqual([READ]);
  });

  it("is left alone when it is over by then, and so is who has its slot", async () => {
    const one = waiting();
    poller.unpark(one.slot, READ);
    poller.unpark(one.slot, WRITE);
    poller.close(one.slot);
    const silent = owner();
    await turn();
    expect(one.resumed).toEqual([]);
    expect(silent.resumed).toEqual([]);
  });

  it("does not keep others from giving way in the same moment", async () => {
    const all = Array.from({ length: 200 }, waiting);
    await turn();
    for (const one of all) expect(one.resumed).toEqual([READ, WRITE]);
  });
});
