import { randomFillSync } from "node:crypto";

// What a forger must guess comes from the system's generator; a call for each number would be dear.
const numbers = new Uint16Array(2048);
let used = numbers.length;

/** A random number of 16 bits that nobody can foresee. */
export function random16(): number {
  if (used === numbers.length) {
    randomFillSync(numbers);
    used = 0;
  }
  return numbers[used++]!;
}
