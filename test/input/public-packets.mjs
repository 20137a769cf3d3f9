// Everything that `rawconn/bpf` and `rawconn/icmp` export, for public.mjs.

import * as rawconn from "rawconn";
import * as bpf from "rawconn/bpf";
import * as icmp from "rawconn/icmp";

const object = () => ({});
const bytes = () => new Uint8Array(64);
const one = () => 1;
const ip = () => rawconn.ipv6loopback;
const program = () => [new bpf.RetConstant({ val: 1 })];
// Zero values, since a weird call may close what it is given.
const conn = () => new rawconn.UDPConn();

/** @typedef {[name: string, ...usual: (() => unknown)[]]} Entry */

/** @type {Record<string, { module: object, functions: Entry[], classes: Entry[], made: string[] }>} */
const modules = {
  bpf: {
    module: bpf,
    functions: [
      ["assemble", program],
      ["attach", conn, program],
      ["detach", conn],
      ["disassemble", () => bpf.assemble(program())],
    ],
    classes: [
      ["ALUOpConstant", () => ({ op: 0, val: 1 })],
      ["ALUOpX", () => ({ op: 0 })],
      ["Jump", () => ({ skip: 1 })],
      ["JumpIf", () => ({ cond: 0, val: 1 })],
      ["JumpIfX", () => ({ cond: 0 })],
      ["LoadAbsolute", () => ({ off: 0, size: 1 })],
      ["LoadConstant", () => ({ dst: 0, val: 1 })],
      ["LoadExtension", () => ({ num: 1 })],
      ["LoadIndirect", () => ({ off: 0, size: 1 })],
      ["LoadMemShift", () => ({ off: 0 })],
      ["LoadScratch", () => ({ dst: 0, n: 1 })],
      ["NegateA"],
      ["RawInstruction", () => ({ op: 6, jt: 0, jf: 0, k: 0 })],
      ["RetA"],
      ["RetConstant", () => ({ val: 1 })],
      ["StoreScratch", () => ({ src: 0, n: 1 })],
      ["TAX"],
      ["TXA"],
      ["VM", program],
    ],
    made: ["ProgramError"],
  },
  icmp: {
    module: icmp,
    functions: [
      ["checksum", bytes],
      ["errorTypes", one],
      ["ipv6PseudoHeader", ip, ip],
      ["parseControl", bytes],
      ["parseErrorMessage", one, bytes],
      ["parseIPv4Header", bytes],
      ["parseMessage", one, bytes],
      ["parseQuoted", one, bytes],
    ],
    classes: [
      ["DefaultMessageBody", bytes],
      ["DstUnreach", object],
      ["Echo", object],
      ["ExtendedEchoReply", object],
      ["ExtendedEchoRequest", object],
      ["InterfaceIdent", () => ({ type: 1 })],
      ["InterfaceInfo", object],
      ["MPLSLabelStack", object],
      ["Message", () => ({ protocol: 1, type: 8 })],
      ["PacketTooBig", object],
      ["ParamProb", object],
      ["RawBody", bytes],
      ["RawExtension", bytes],
      ["TimeExceeded", object],
    ],
    made: ["MessageError", "PacketConn", "listenPacket"],
  },
};

/** @type {[label: string, call: Function, ...usual: (() => unknown)[]][]} */
export const functions = [
  ...Object.entries(modules).flatMap(([label, { module, functions: called, classes }]) => [
    ...called.map(
      ([name, ...usual]) => /** @type {never} */ ([`${label}.${name}`, Reflect.get(module, name), ...usual]),
    ),
    ...classes.map(([name, ...usual]) => {
      const make = (/** @type {unknown[]} */ ...args) => Reflect.construct(Reflect.get(module, name), args);
      return /** @type {never} */ ([`new ${label}.${name}`, make, ...usual]);
    }),
  ]),
  // With a weird network, or weird options: a weird address would be looked up.
  [
    "icmp.listenPacket",
    (/** @type {never} */ network, /** @type {never} */ options) =>
      icmp.listenPacket(network, "127.0.0.1", options),
    () => "udp5",
    object,
  ],
];

/** The exports that nothing here calls: there should be none. */
export const forgotten = Object.entries(modules).flatMap(
  ([label, { module, functions: called, classes, made }]) => {
    const known = new Set([...[...called, ...classes].map(([name]) => name), ...made]);
    return Object.entries(module)
      .filter(([name, value]) => typeof value === "function" && !known.has(name))
      .map(([name]) => `${label}.${name}`);
  },
);

const mpls = new icmp.MPLSLabelStack({ labels: [{ label: 1, tc: 0, s: true, ttl: 1 }] });

/** Values that have methods. @type {object[]} */
export const values = [
  ...modules.bpf.classes.map(([name, ...usual]) =>
    Reflect.construct(
      Reflect.get(bpf, name),
      usual.map((make) => make()),
    ),
  ),
  new icmp.Message({ protocol: 58, type: 1, body: new icmp.DstUnreach({ extensions: [mpls] }) }),
  new icmp.DstUnreach({ data: bytes(), extensions: [mpls] }),
  new icmp.TimeExceeded({ data: bytes() }),
  new icmp.ParamProb({ pointer: 1, extensions: [mpls] }),
  new icmp.PacketTooBig({ mtu: 1280 }),
  new icmp.Echo(),
  new icmp.ExtendedEchoRequest({ extensions: [new icmp.InterfaceIdent({ type: 1, name: "lo" })] }),
  new icmp.ExtendedEchoReply(),
  new icmp.RawBody(bytes()),
  new icmp.RawExtension(bytes()),
  mpls,
  new icmp.InterfaceInfo({ interface: { index: 1, name: "lo" } }),
  new icmp.InterfaceIdent({ type: 1, name: "lo" }),
];
