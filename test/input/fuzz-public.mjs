// Calls everything public with weird values, in a process of its own: an abort, an uncaught exception or an unhandled
// rejection ends this one. Prints what was wrong, as JSON: an error that is none, or a TypeError without a code.

import * as rawconn from "rawconn";
import { dice, weird } from "./weird.mjs";

const ROUNDS = 60;
const names = Object.keys(weird);
const roll = dice(19_990_731);
/** @type {Set<string>} */
const wrong = new Set();
/** @type {Promise<unknown>[]} */
const pending = [];
/** @type {Set<{ [Symbol.dispose](): void }>} */
const open = new Set();

/**
 * @param {string} label
 * @param {unknown} error
 */
function judge(label, error) {
  // What a weird value throws by itself is its own affair.
  if (error instanceof Error && /^hostile|proxy that has been revoked$/.test(error.message)) return;
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
    if (!(result instanceof Promise)) return;
    pending.push(result.then(keep, (error) => judge(label, error)));
  } catch (error) {
    judge(label, error);
  }
}

/** @param {unknown} value */
function keep(value) {
  if (value instanceof rawconn.Conn || value instanceof rawconn.TCPListener) open.add(value);
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

const listener = await rawconn.listen("tcp", "127.0.0.1:0");
const conn = await rawconn.dial("tcp", String(listener.addr));
const addr = () => new rawconn.TCPAddr({ ip: "127.0.0.1" });
const nobody = () => new rawconn.TCPAddr({ ip: "127.0.0.1", port: 1 });

const { dial, dialTCP, dialTimeout, dialIP, listen, listenTCP, listenIP, listenPacket } = rawconn;
/** @type {[string, Function, ...(() => unknown)[]][]} */
const functions = [
  ["dial", dial, () => "tcp", () => "127.0.0.1:1", () => ({})],
  [
    "dial with a signal",
    (/** @type {never} */ signal) => dial("tcp", "127.0.0.1:1", { signal }),
    () => undefined,
  ],
  ["dialTimeout", dialTimeout, () => "tcp", () => "127.0.0.1:1", () => 100],
  ["dialTCP", dialTCP, () => "tcp", () => null, nobody, () => ({})],
  ["dialIP", dialIP, () => "ip4:icmp", () => null, () => null, () => ({})],
  ["listen", listen, () => "tcp", () => "127.0.0.1:nonsense"],
  ["listenTCP", listenTCP, () => "tcp5", addr],
  ["listenIP", listenIP, () => "ip4:", () => null],
  ["listenPacket", listenPacket, () => "ip4:", () => ""],
  [
    "Dialer.dial",
    new rawconn.Dialer().dial.bind(new rawconn.Dialer()),
    () => "tcp",
    () => "127.0.0.1:1",
    () => ({}),
  ],
  [
    "ListenConfig.listen",
    new rawconn.ListenConfig().listen.bind(new rawconn.ListenConfig()),
    () => "tcp",
    () => "",
    () => ({}),
  ],
  ...[
    "isClosed",
    "isTimeout",
    "isTemporary",
    "parseIP",
    "splitHostPort",
    "joinHostPort",
    "ipv4",
    "parseCIDR",
    "parseMAC",
    "cidrMask",
    "ipv4Mask",
    "interfaceByIndex",
    "interfaceByName",
  ].map(
    (name) =>
      /** @type {[string, Function, () => unknown, () => unknown]} */ ([
        name,
        Reflect.get(rawconn, name),
        () => "x",
        () => 1,
      ]),
  ),
];
for (const [label, f, ...usual] of functions) fuzz(label, /** @type {never} */ (f), usual);

for (const name of ["Dialer", "ListenConfig", "TCPAddr", "IPAddr", "IPNet", "Flags"]) {
  fuzz(`new ${name}`, (...args) => Reflect.construct(Reflect.get(rawconn, name), args), [() => ({})]);
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

/** @param {object} handle */
function methodsOf(handle) {
  const found = new Set();
  for (let p = Object.getPrototypeOf(handle); p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(p))) {
      if (typeof value === "function" && !["constructor", "deadline", "opened", "close"].includes(name))
        found.add(name);
    }
  }
  return [...found];
}

for (const handle of [conn, listener, new rawconn.TCPConn(), new rawconn.TCPListener()]) {
  for (const name of methodsOf(handle)) {
    const method = Reflect.get(handle, name);
    fuzz(`${handle.constructor.name}.${name}`, (...args) => method.apply(handle, args), [() => undefined]);
    // On a wrong receiver: a method taken off its object, say.
    for (const odd of names) {
      try {
        Promise.resolve(method.call(weird[odd]())).catch(() => {});
      } catch {}
    }
  }
}
conn.setDeadline(1);
conn.close();
listener.close();
await Promise.all(pending);
for (const handle of open) handle[Symbol.dispose]();
console.log(JSON.stringify([...wrong]));
