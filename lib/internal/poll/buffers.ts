import { isUint8Array } from "node:util/types";
import { invalidArgType } from "../../errors/index.js";

/** The error for bytes that are gone: transferred to a worker, say, or cut off by a resize. */
export function detached(name: string): TypeError {
  const error = new TypeError(
    `The buffer of ${name} was detached or became shorter; keep it until the operation settles`,
  );
  return Object.assign(error, { code: "ERR_BUFFER_DETACHED" });
}

/**
 * Whether the memory of a view is gone, or no longer reaches as far as the view: then any method of it throws. Node 20 has no
 * ArrayBuffer.prototype.detached. A call of 35 ns: for views that are empty, and for those who have waited.
 */
export function isDetached(p: Uint8Array): boolean {
  try {
    Uint8Array.prototype.at.call(p, 0);
    return false;
  } catch {
    return true;
  }
}

/**
 * Whether a view has lost bytes since it had so many, or an empty one its memory. Not told by its lengths alone: in code that
 * V8 has optimized for resizable memory as well, those of transferred memory may be what they were.
 */
export function isShorter(p: Uint8Array, length: number): boolean {
  return p.byteLength < length || isDetached(p);
}

/** A view that follows its growing buffer, as long as it was when it was given: what was added was not asked for. */
export function asAsked(p: Uint8Array, length: number): Uint8Array {
  return p.length === length ? p : p.subarray(0, length);
}

/**
 * Throws unless `p` is a Uint8Array of live memory. Shared memory is taken as it is: the kernel copies the bytes
 * that are there at that moment, and no pointer outlives the call. Runs with every message: `length` is what V8
 * reads in place, `byteLength` and `buffer` are calls.
 */
export function checkBytes(
  name: string,
  p: unknown,
  expected = "a Uint8Array or Buffer",
): asserts p is Uint8Array {
  // isView, since what merely inherits from Uint8Array has no bytes; isUint8Array, for one of another realm.
  if (!ArrayBuffer.isView(p) || !(p instanceof Uint8Array || isUint8Array(p)))
    throw invalidArgType(name, expected, p);
  if (p.length === 0 && isDetached(p)) throw detached(name);
}
