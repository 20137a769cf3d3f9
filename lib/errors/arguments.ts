import { inspect } from "node:util";

// Said where the class is of the very name that was expected: without it the sentence would contradict itself.
const OTHER_COPY =
  " of another copy of this library, which was loaded by both import and require, or in two versions";

function received(actual: unknown, expected: string): string {
  if (actual === null || actual === undefined) return String(actual);
  if (typeof actual === "function") return `function ${actual.name}`;
  if (typeof actual === "object") {
    const name = actual.constructor?.name ?? "Object";
    return `an instance of ${name}${isOfOtherCopy(name, expected) ? OTHER_COPY : ""}`;
  }
  return `${typeof actual} (${inspect(actual, { breakLength: Infinity }).slice(0, 64)})`;
}

// A class of JavaScript's own may be of another realm.
function isOfOtherCopy(name: string, expected: string): boolean {
  const wanted = expected.split(/, | or /).map((each) => each.replace(/^an? /, ""));
  return wanted.includes(name) && !Object.hasOwn(globalThis, name);
}

/** An error with a code, for a text that none of the sentences below fits. */
export function withCode<E extends Error>(error: E, code: string): E & { code: string } {
  return Object.assign(error, { code });
}

function typeError(
  code: string,
  name: string,
  expected: string,
  actual: unknown,
): TypeError & { code: string } {
  return withCode(
    new TypeError(`Expected ${expected} for ${name} but received ${received(actual, expected)}`),
    code,
  );
}

/** The one sentence for a wrong type: a TypeError with code `ERR_INVALID_ARG_TYPE`. */
export function invalidArgType(
  name: string,
  expected: string,
  actual: unknown,
): TypeError & { code: string } {
  return typeError("ERR_INVALID_ARG_TYPE", name, expected, actual);
}

/** The one sentence for a senseless value: a TypeError with code `ERR_INVALID_ARG_VALUE`. */
export function invalidArgValue(
  name: string,
  expected: string,
  actual: unknown,
): TypeError & { code: string } {
  return typeError("ERR_INVALID_ARG_VALUE", name, expected, actual);
}

/** The one sentence for a number out of range: a RangeError with code `ERR_OUT_OF_RANGE`. */
export function outOfRange(name: string, expected: string, actual: unknown): RangeError & { code: string } {
  return withCode(
    new RangeError(`Expected ${expected} for ${name} but received ${String(actual)}`),
    "ERR_OUT_OF_RANGE",
  );
}

/** An integer within [min, max], or the error that says so. */
export function checkInt(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number") throw invalidArgType(name, "an integer", value);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw outOfRange(name, `an integer from ${min} to ${max}`, value);
  }
  return value;
}

/** A boolean, or the error that says so: no truthiness at this door. */
export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalidArgType(name, "a boolean", value);
  return value;
}

/** A string without NUL (the kernel and the C library would stop reading there), or the error that says so. */
export function checkString(name: string, value: unknown): string {
  if (typeof value !== "string") throw invalidArgType(name, "a string", value);
  if (value.includes("\0")) throw invalidArgValue(name, "a string without NUL", value);
  return value;
}

/** The `signal` of an object of options, or the error that says what is wrong with either. */
export function checkSignal(
  options: { signal?: AbortSignal | null | undefined } | undefined,
): AbortSignal | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) throw invalidArgType("options", "an object", options);
  const signal = options.signal ?? undefined;
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw invalidArgType("options.signal", "an AbortSignal", signal);
}

/** What was thrown, as an Error: JavaScript lets anything be thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`${inspect(thrown)} was thrown`, { cause: thrown });
}

/** A finite number of milliseconds of either sign, or the error that says so. */
export function checkDuration(name: string, value: unknown): number {
  if (typeof value !== "number") throw invalidArgType(name, "a number of milliseconds", value);
  if (Number.isNaN(value)) throw outOfRange(name, "a number of milliseconds", value);
  return value;
}
