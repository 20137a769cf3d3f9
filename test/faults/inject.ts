// Failures of the kernel, made to order: functions of the waist are replaced for the length of a test.
//
// Import this file before anything waits: the poller takes the class it finds when it is first needed.

import { type Binding, binding, type NativePoller } from "#lib/internal/binding.js";
import { type ErrnoName, errno } from "#lib/errors/index.js";

type PollerCall = "add" | "modify" | "remove" | "arm";

/** What can be made to fail: the system calls of the waist, and those of the poller. */
type Calls = Omit<Binding, "Poller" | "constants"> & Pick<NativePoller, PollerCall>;

/** Makes of the real function the one that stands in for it. */
export type Fault<F> = (real: F) => F;
export type Faults = { [Name in keyof Calls]?: Fault<Calls[Name]> };

// The methods of the native class cannot be written to, so a class of ours asks here first.
const pollerFaults: Partial<Pick<Calls, PollerCall>> = {};

class FaultyPoller extends binding.Poller {
  override add(...watch: Parameters<NativePoller["add"]>): number {
    return (pollerFaults.add ?? super.add).apply(this, watch);
  }

  override modify(...watch: Parameters<NativePoller["modify"]>): number {
    return (pollerFaults.modify ?? super.modify).apply(this, watch);
  }

  override remove(fd: number): number {
    return (pollerFaults.remove ?? super.remove).call(this, fd);
  }

  override arm(milliseconds: number): number {
    return (pollerFaults.arm ?? super.arm).call(this, milliseconds);
  }
}
const RealPoller = binding.Poller;
binding.Poller = FaultyPoller;

/**
 * Runs `body` while the named calls are replaced. A fault that nothing ran into proves nothing, so that throws.
 *
 *     await withFault({ accept: failing("EMFILE") }, async () => ...);
 */
export async function withFault<T>(faults: Faults, body: () => T | Promise<T>): Promise<T> {
  const met = new Set<string>();
  const undo = Object.entries(faults).map(([name, fault]) =>
    install(name, fault as Fault<AnyCall>, () => met.add(name)),
  );
  let result: T;
  try {
    result = await body();
  } finally {
    for (const restore of undo) restore();
  }
  const missed = Object.keys(faults).filter((name) => !met.has(name));
  if (missed.length > 0) throw new Error(`nothing called ${missed.join(", ")} while it was to fail`);
  return result;
}

type AnyCall = (this: unknown, ...args: never[]) => number;

function install(name: string, fault: Fault<AnyCall>, met: () => void): () => void {
  const ofPoller = name in RealPoller.prototype;
  const target = (ofPoller ? pollerFaults : binding) as unknown as Record<string, AnyCall | undefined>;
  const before = target[name];
  const native = RealPoller.prototype as unknown as Record<string, AnyCall>;
  const real = before ?? native[name];
  target[name] = function (this: unknown, ...args: never[]) {
    met();
    // The poller's methods need to know whose they are.
    return fault(ofPoller ? real.bind(this) : real).apply(this, args);
  };
  return () => {
    target[name] = before;
  };
}

type Result = ErrnoName | number;
const resultOf = (result: Result): number => (typeof result === "string" ? -errno(result) : result);

/** The first calls return these instead of being made; the others are made. */
export function failing<F extends AnyCall>(...results: Result[]): Fault<F> {
  const left = results.map(resultOf);
  return (real) => ((...args: never[]) => left.shift() ?? real(...args)) as F;
}

/** So many calls return this. */
export function failingTimes<F extends AnyCall>(times: number, result: Result): Fault<F> {
  let left = times;
  return (real) => ((...args: never[]) => (left-- > 0 ? resultOf(result) : real(...args))) as F;
}

/** Every call returns this. */
export function failingAlways<F extends AnyCall>(result: Result): Fault<F> {
  return failingTimes(Infinity, result);
}

/** Calls are made, and noted with what they returned. */
export function watched<F extends AnyCall>(note: (result: number, ...args: Parameters<F>) => void): Fault<F> {
  return (real) =>
    ((...args: never[]) => {
      const result = real(...args);
      note(result, ...(args as unknown as Parameters<F>));
      return result;
    }) as F;
}
