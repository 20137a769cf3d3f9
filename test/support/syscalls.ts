// The waist, watched: what was called, and what it should have answered.

import { type Binding, binding } from "#lib/internal/binding.js";

type Name = {
  [K in keyof Binding]: Binding[K] extends (...args: never) => number ? K : never;
}[keyof Binding];
type Call = (...args: unknown[]) => number;

const names = (Object.keys(binding) as (keyof Binding)[]).filter(
  (name): name is Name => typeof binding[name] === "function" && name !== "Poller",
);

/** The calls made since, by name, in order. */
export interface Watch extends Disposable {
  readonly calls: { name: string; args: unknown[]; result: number }[];
  /** How often one was called. */
  count(name: Name): number;
}

/** Counts every call of the waist until it is disposed of. */
export function watch(): Watch {
  const calls: Watch["calls"] = [];
  const undo = names.map((name) =>
    replace(name, (real) => (...args) => {
      const result = real(...args);
      calls.push({ name, args, result });
      return result;
    }),
  );
  return {
    calls,
    count: (name) => calls.filter((call) => call.name === name).length,
    [Symbol.dispose]: () => undo.reverse().forEach((restore) => restore[Symbol.dispose]()),
  };
}

/** Puts another function in the place of one of the waist, until it is disposed of. */
export function replace(name: Name, make: (real: Call) => Call): Disposable {
  const waist = binding as unknown as Record<string, Call>;
  const real = waist[name];
  waist[name] = make(real);
  return { [Symbol.dispose]: () => void (waist[name] = real) };
}
