// Many random values. The generator is a few lines of our own, since one that can shrink what it finds takes longer than
// what is tested; the seed comes from fast-check, which tells it when something fails.

import * as fc from "fast-check";

/** Gives a number from 0 up to `n`, without it. */
export type Roll = (n: number) => number;

// By Marsaglia's xorshift.
function dice(seed: number): Roll {
  let x = seed | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

/** Calls `round` so many times, with dice of a hundred seeds. It returns what is wrong, or nothing. */
export function repeat(times: number, round: (roll: Roll) => string | undefined): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const roll = dice(seed);
      for (let i = 0; i < times / 100; i++) {
        const wrong = round(roll);
        if (wrong !== undefined) throw new Error(wrong);
      }
    }),
    { numRuns: 100, endOnFailure: true },
  );
}
