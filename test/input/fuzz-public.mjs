// Calls everything public with weird values, in a process of its own: an abort, an uncaught exception or an unhandled
// rejection ends this one. Prints what was wrong, as JSON: an error that is none, an error without a code, or an export
// that was not called.

import * as rawconn from "rawconn";
import { classes, forgotten, functions, handles, values } from "./public.mjs";
import { dice, weird } from "./weird.mjs";

const ROUNDS = 60;
const names = Object.keys(weird);
const roll = dice(19_990_731);
/** @type {Set<string>} */
const wrong = new Set(forgotten.map((name) => `${name}: it is not called`));
/** @type {Promise<unknown>[]} */
const pending = [];
/** @type {Set<{ [Symbol.dispose](): void }>} */
const open = new Set();

// What a weird value throws by itself is its own affair.
const own = /^hostile|proxy that has been revoked$|^Constructor Map requires 'new'$/;

/**
 * @param {string} label
 * @param {unknown} error
 */
function judge(label, error) {
  if (error instanceof Error && own.test(error.message)) return;
  if (!(error instanceof Error)) wrong.add(`${label}: no error, but ${String(error)}`);
  else if (typeof (/** @type {{ code?: unknown }} */ (error).code) !== "string")
    wrong.add(`${label}: no code: ${error.message}`);
}

/**
 * @param {string} label
 * @param {() => unknown} call
 */
function attempt(label, call) {
  try {
    const result = call();
    if (result instanceof Promise) pending.push(result.then(keep, (error) => judge(label, error)));
    // There are thousands of these.
    else if (result instanceof rawconn.File) result.close();
    else keep(result);
  } catch (error) {
    judge(label, error);
  }
}

/** @param {unknown} value */
function keep(value) {
  if (value instanceof rawconn.Handle) open.add(value);
}

/**
 * @param {string} label
 * @param {(...args: unknown[]) => unknown} call
 * @param {(() => unknown)[]} usual arguments that make sense
 */
function fuzz(label, call, usual) {
  const say = (/** @type {string} */ odd, /** @type {number} */ place) =>
    `${label}, argument ${place}: ${odd}`;
  for (const odd of names) {
    for (let place = 0; place < usual.length; place++) {
      const args = usual.with(place, weird[odd]).map((make) => make());
      attempt(say(odd, place), () => call(...args));
    }
  }
  for (let i = 0; i < ROUNDS; i++) {
    const chosen = Array.from({ length: roll(usual.length + 2) }, () => names[roll(names.length)]);
    const args = chosen.map((name) => weird[name]());
    attempt(`${label}(${chosen.join(", ")})`, () => call(...args));
  }
}

for (const [label, f, ...usual] of functions) fuzz(label, /** @type {never} */ (f), usual);
for (const [name, ...usual] of classes) {
  fuzz(`new ${name}`, (...args) => Reflect.construct(Reflect.get(rawconn, name), args), usual);
}

const fields = [
  "timeout",
  "deadline",
  "localAddr",
  "fallbackDelay",
  "keepAlive",
  "keepAliveConfig",
  "multipathTCP",
  "control",
];
for (const field of fields) {
  for (const [Type, run] of /** @type {const} */ ([
    [rawconn.Dialer, (/** @type {rawconn.Dialer} */ d) => d.dial("tcp", "127.0.0.1:1")],
    [rawconn.ListenConfig, (/** @type {rawconn.ListenConfig} */ c) => c.listen("tcp", "127.0.0.1:0")],
  ])) {
    fuzz(
      `new ${Type.name} with ${field}`,
      (value) => run(/** @type {never} */ (new Type({ [field]: value }))),
      [() => undefined],
    );
    fuzz(
      `${Type.name}.${field} = `,
      (value) => run(/** @type {never} */ (Object.assign(new Type(), { [field]: value }))),
      [() => undefined],
    );
  }
}

// What is protected or internal, and what ends a handle before the rest has been tried.
const left = new Set(
  (
    "constructor deadline opened receiveFrom receive transmitTo transmit refused checkTarget ownKind " +
    "copyTo word close closeRead closeWrite"
  ).split(" "),
);

/** @param {object} handle */
function methodsOf(handle) {
  const found = new Set();
  for (let p = Object.getPrototypeOf(handle); p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(p))) {
      if (typeof value === "function" && !left.has(name)) found.add(name);
    }
  }
  return [...found];
}

/** @param {object} handle */
function fuzzMethods(handle) {
  for (const name of methodsOf(handle)) {
    const method = Reflect.get(handle, name);
    const usual = Array.from({ length: Math.max(1, method.length) }, () => () => new Uint8Array(1));
    fuzz(`${handle.constructor.name}.${name}`, (...args) => method.apply(handle, args), usual);
    // On a wrong receiver: a method taken off its object, say.
    for (const odd of names) {
      try {
        Promise.resolve(method.call(weird[odd]())).catch(() => {});
      } catch {}
    }
    // A deadline that was set, whatever it was, is not to fail all that comes after.
    const reset = Reflect.get(handle, "setDeadline");
    if (typeof reset === "function") attempt(name, () => reset.call(handle, null));
  }
}

const all = await handles();
for (const handle of [...values, ...all]) fuzzMethods(handle);
for (const handle of all) /** @type {Partial<Disposable>} */ (handle)[Symbol.dispose]?.();
await Promise.all(pending);
for (const handle of open) handle[Symbol.dispose]();
console.log(JSON.stringify([...wrong]));
