// Values that no caller should pass, and some that look right until they are used.

/** An object whose every property throws. */
const hostile = () =>
  new Proxy(
    {},
    {
      get() {
        throw new Error("hostile get");
      },
      has() {
        throw new Error("hostile has");
      },
      ownKeys() {
        throw new Error("hostile ownKeys");
      },
    },
  );

function thenable() {
  const object = {};
  Reflect.set(object, "then", () => {});
  return object;
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** @param {number} length */
function detached(length) {
  const view = new Uint8Array(length);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

function cutOff() {
  const buffer = Reflect.construct(ArrayBuffer, [64, { maxByteLength: 64 }]);
  const view = new Uint8Array(buffer, 32, 32);
  buffer.resize(8);
  return view;
}

/**
 * Makes each of them, by a name to print. No number here becomes a small positive integer: that may be a descriptor
 * which belongs to somebody else. No string is a host that could be looked up.
 * @type {Record<string, () => unknown>}
 */
export const weird = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  0: () => 0,
  "-0": () => -0,
  "-1": () => -1,
  0.5: () => 0.5,
  NaN: () => NaN,
  Infinity: () => Infinity,
  "-Infinity": () => -Infinity,
  "2**31-1": () => 2 ** 31 - 1,
  "-2**31": () => -(2 ** 31),
  "2**32": () => 2 ** 32,
  "2**53": () => 2 ** 53,
  MAX_VALUE: () => Number.MAX_VALUE,
  "0n": () => 0n,
  "a huge bigint": () => 2n ** 70n,
  "an empty string": () => "",
  "a string": () => "nonsense",
  "a string with NUL": () => "a\0b",
  "a lone surrogate": () => "\ud800",
  "a long string": () => "x".repeat(1 << 16),
  "a name of a prototype": () => "__proto__",
  "a symbol": () => Symbol("weird"),
  "a function": () => () => {},
  "a class": () => Map,
  "an object": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "an object that converts to a number": () => ({ valueOf: () => 1e9 }),
  "an object that throws": () => hostile(),
  "a revoked proxy": () => revoked(),
  "a thenable": () => thenable(),
  "a promise": () => Promise.resolve(),
  "an array": () => [1, 2, 3],
  "a Date": () => new Date(),
  "no Date": () => new Date(NaN),
  "what inherits from Date": () => Object.create(Date.prototype),
  "a RegExp": () => /x/g,
  "a Map": () => new Map(),
  "an ArrayBuffer": () => new ArrayBuffer(16),
  "a SharedArrayBuffer": () => new SharedArrayBuffer(16),
  "no bytes": () => new Uint8Array(0),
  "a byte": () => new Uint8Array(1),
  "16 bytes": () => new Uint8Array(16),
  "a MiB": () => new Uint8Array(1 << 20),
  "shared bytes": () => new Uint8Array(new SharedArrayBuffer(16)),
  "detached bytes": () => detached(16),
  "bytes that were cut off": () => cutOff(),
  "a proxy of bytes": () => new Proxy(new Uint8Array(16), {}),
  "what inherits from bytes": () => Object.create(Uint8Array.prototype),
  "a Uint16Array": () => new Uint16Array(8),
  "an Int32Array": () => new Int32Array(8),
  "a Float64Array": () => new Float64Array(8),
  "a DataView": () => new DataView(new ArrayBuffer(16)),
  "an Error": () => new Error("weird"),
  "an aborted signal": () => AbortSignal.abort(),
  globalThis: () => globalThis,
};

/** A generator of numbers below `limit` that gives the same ones every time (xorshift32).
 * @param {number} seed
 */
export function dice(seed) {
  let state = seed;
  return (/** @type {number} */ limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
