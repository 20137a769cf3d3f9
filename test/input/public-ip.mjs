// Everything that `rawconn/ipv4` and `rawconn/ipv6` export, for public.mjs.

import * as rawconn from "rawconn";
import * as ipv4 from "rawconn/ipv4";
import * as ipv6 from "rawconn/ipv6";

const object = () => ({});
const bytes = () => new Uint8Array(64);
const halves = /** @type {[string, typeof ipv4 | typeof ipv6][]} */ ([
  ["ipv4", ipv4],
  ["ipv6", ipv6],
]);

/**
 * Zero values, since a weird call may close what it is given.
 * @type {[name: string, ...usual: (() => unknown)[]][]}
 */
const functionsOf = [
  ["icmpTypeName", () => 8],
  ["newConn", () => new rawconn.TCPConn()],
  ["newControlMessage", () => 1],
  ["newPacketConn", () => new rawconn.UDPConn()],
  ["newRawConn", () => new rawconn.IPConn()],
  ["parseHeader", bytes],
];

/** @type {[name: string, ...usual: (() => unknown)[]][]} */
const classesOf = [
  ["Conn", () => new rawconn.TCPConn()],
  ["ControlMessage", object],
  // Of IPv6 it is read, and not made.
  ["Header", object],
  ["ICMPFilter"],
  ["MessageBatch", () => ({ messages: 4, size: 64 })],
  ["PacketConn", () => new rawconn.UDPConn()],
  ["RawConn", () => new rawconn.IPConn()],
];

/** @type {[label: string, call: Function, ...usual: (() => unknown)[]][]} */
export const functions = halves.flatMap(([module, half]) => [
  ...functionsOf
    .filter(([name]) => name in half)
    .map(
      ([name, ...usual]) => /** @type {never} */ ([`${module}.${name}`, Reflect.get(half, name), ...usual]),
    ),
  ...classesOf
    .filter(([name]) => name in half && !(module === "ipv6" && name === "Header"))
    .map(([name, ...usual]) => {
      const make = (/** @type {unknown[]} */ ...args) => Reflect.construct(Reflect.get(half, name), args);
      return /** @type {never} */ ([`new ${module}.${name}`, make, ...usual]);
    }),
]);

/** The exports that nothing here calls: there should be none. */
export const forgotten = halves.flatMap(([module, half]) =>
  Object.entries(half)
    .filter(([name, value]) => {
      const known = [...functionsOf, ...classesOf].some(([called]) => called === name);
      return typeof value === "function" && !known;
    })
    .map(([name]) => `${module}.${name}`),
);

/** Values that have methods. @type {object[]} */
export const values = [
  new ipv4.Header({ dst: "127.0.0.1" }),
  new ipv4.ControlMessage(),
  new ipv6.ControlMessage(),
  new ipv4.ICMPFilter(),
  new ipv6.ICMPFilter(),
  ipv6.parseHeader(bytes()),
];

/** @param {boolean} isRaw whether there are raw sockets here */
export async function handles(isRaw) {
  const udp = () => rawconn.listenUDP("udp4", new rawconn.UDPAddr({ ip: "127.0.0.1" }));
  const raw = () => rawconn.listenIP("ip4:253", new rawconn.IPAddr({ ip: "127.0.0.1" }));
  return [
    ipv4.newConn(await udp()),
    ipv4.newPacketConn(await udp()),
    ipv6.newConn(await udp()),
    ipv6.newPacketConn(await udp()),
    ...(isRaw ? [ipv4.newPacketConn(await raw()), ipv4.newRawConn(await raw())] : []),
    ipv4.newPacketConn(new rawconn.UDPConn()),
    ipv6.newPacketConn(new rawconn.UDPConn()),
  ];
}
