// Calls every function of the waist with weird values, in a process of its own: an abort ends this one.
// Prints what was wrong, as JSON: a result that is no number, an exception that is no TypeError or RangeError.

import { binding } from "#lib/internal/binding.js";
import { dice, weird } from "./weird.mjs";

const ROUNDS = 4000;
const names = Object.keys(weird);
const roll = dice(20_060_102);
/** @type {string[]} */
const wrong = [];

/**
 * @param {string} label
 * @param {() => unknown} call
 */
function attempt(label, call) {
  try {
    const result = call();
    if (typeof result !== "number" && result !== undefined) wrong.push(`${label} returned ${typeof result}`);
  } catch (error) {
    if (
      !(
        error instanceof TypeError ||
        error instanceof RangeError ||
        /^hostile/.test(/** @type {Error} */ (error).message)
      )
    ) {
      wrong.push(`${label} threw ${error}`);
    }
  }
}

/** @param {string[]} chosen */
const make = (chosen) => chosen.map((name) => weird[name]());

const functions = Object.entries(binding).filter(
  ([name, value]) => typeof value === "function" && name !== "Poller",
);
for (const [name, f] of functions) {
  const call = /** @type {(...args: unknown[]) => unknown} */ (f);
  attempt(`${name}()`, () => call());
  // Every value in every place, beside values that are harmless; then at random, also too many.
  for (const odd of names) {
    for (let place = 0; place < 4; place++) {
      const args = ["-1", "16 bytes", "16 bytes", "0"].with(place, odd);
      attempt(`${name}(${args})`, () => call(...make(args)));
      const numbers = ["-1", "-1", "-1", "16 bytes"].with(place, odd);
      attempt(`${name}(${numbers})`, () => call(...make(numbers)));
    }
  }
  for (let i = 0; i < ROUNDS; i++) {
    const args = Array.from({ length: roll(6) }, () => names[roll(names.length)]);
    attempt(`${name}(${args})`, () => call(...make(args)));
  }
}

const { Poller } = binding;
const words = binding.constants.POLLER_WORDS;
attempt("Poller as a function", () =>
  /** @type {Function} */ (/** @type {unknown} */ (Poller))(() => {}, new Int32Array(words)),
);
for (const odd of names) {
  attempt(`new Poller(${odd})`, () => Reflect.construct(Poller, [weird[odd]()]) && undefined);
  attempt(`new Poller(f, ${odd})`, () => Reflect.construct(Poller, [() => {}, weird[odd]()]) && undefined);
  attempt(`new Poller(${odd}, ring)`, () => {
    if (!/function|class/.test(odd)) Reflect.construct(Poller, [weird[odd](), new Int32Array(words)]);
  });
}
const poller = new Poller(() => {}, new Int32Array(words));
for (const method of /** @type {const} */ (["add", "remove", "arm", "ref", "unref"])) {
  const call = /** @type {(...args: unknown[]) => unknown} */ (poller[method]);
  for (const odd of names) {
    attempt(`poller.${method} of ${odd}`, () => call.call(weird[odd](), -1, 0, 0));
    for (let place = 0; place < 3; place++) {
      const args = ["-1", "0", "0"].with(place, odd);
      attempt(`poller.${method}(${args})`, () => call.apply(poller, make(args)));
    }
  }
}
// Whatever was armed may fire now; then nothing is left to wait for.
poller.arm(-1);
poller.unref();
console.log(JSON.stringify(wrong.slice(0, 50)));
